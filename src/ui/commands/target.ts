import { commands, l10n, ThemeIcon } from 'vscode';
import { COMMANDS, type Ability } from '../../contributions.ts';
import { providerId, type AgentId, type ProviderId } from '../../domain/ids.ts';
import type { AgentStatus, HostStatus } from '../../domain/status.ts';
import { display } from '../../view/display.ts';
import { isCredentialRow, Rows, type Argument, type CredentialRow } from '../../view/targets.ts';
import type { NodeOf } from '../../view/treeNodes.ts';
import { shortState } from '../treeItem.ts';
import type { CommandContext } from './context.ts';
import { askText, judgeName, pickOne, type Option } from './pick.ts';

/** The profile that a command is about, as the tree shows it now. */
export type ProfileTarget = NodeOf<'profile'>;

export function rowsNow(context: CommandContext): Rows {
  return new Rows(context.model.rows());
}

/**
 * Finds or asks for a profile, or a copy that only VS Code keeps, that can do `ability`. Null when there is none or the user
 * gave up; says so in the first case.
 */
export async function resolveCredential(
  context: CommandContext,
  argument: Argument,
  ability: Ability,
  title: string,
): Promise<CredentialRow | null> {
  const rows = rowsNow(context);
  const row = rows.rowOf(argument);
  if (isCredentialRow(row)) {
    if (row.abilities.includes(ability)) return row;
    return sayImpossible(context, idOf(row));
  }
  const wanted = rows.wantedBy(argument);
  const found = rows.credentials(wanted, ability);
  if (found.length === 0) return sayImpossible(context, wanted.profileId);
  const options = found.map((value): Option<CredentialRow> => ({
    label: display(idOf(value)),
    description: `${display(value.agent.id)} · ${stateOf(context, value)}`,
    value,
  }));
  return (await pickOne(title, l10n.t('Choose a profile'), options)) ?? null;
}

/** As above, where only a profile that the store has will do. */
export async function resolveProfile(
  context: CommandContext,
  argument: Argument,
  ability: Ability,
  title: string,
): Promise<ProfileTarget | null> {
  const found = await resolveCredential(context, argument, ability, title);
  return found?.kind === 'profile' ? found : null;
}

function idOf(row: CredentialRow): string {
  return row.kind === 'kept' ? row.identity.profileId : row.profile.id;
}

function stateOf({ model }: CommandContext, row: CredentialRow): string {
  return row.kind === 'kept' ? l10n.t('only in VS Code') : shortState(row.profile, model.now());
}

function sayImpossible({ messages }: CommandContext, profileId: string | undefined): null {
  void messages.inform(
    profileId === undefined
      ? l10n.t('There is no profile with which that can be done.')
      : l10n.t('That cannot be done with {0}.', display(profileId)),
  );
  return null;
}

/** The status to work on; reads the gateway first when nothing has been read yet. */
export async function requireStatus(context: CommandContext): Promise<HostStatus | null> {
  if (context.model.status() === null) await context.model.reload();
  const status = context.model.status();
  if (status === null && context.model.state.kind === 'failed') void context.messages.report(context.model.state.error);
  return status;
}

export async function resolveAgent(
  context: CommandContext,
  argument: Argument,
  title: string,
): Promise<AgentStatus | null> {
  const status = await requireStatus(context);
  if (status === null) return null;
  const wanted = rowsNow(context).wantedBy(argument).agentId;
  const named = status.agents.find((agent) => agent.id === wanted);
  if (named) return named;
  if (status.agents.length === 0) {
    void context.messages.inform(l10n.t('No OpenClaw agent was found. Set OpenClaw up first.'), [
      { label: l10n.t('Run Onboard'), run: () => commands.executeCommand<undefined>(COMMANDS.runOnboard) },
    ]);
    return null;
  }
  const options = status.agents.map((agent) => ({
    label: display(agent.id),
    description: agent.isDefault ? l10n.t('default agent') : '',
    value: agent,
  }));
  return (await pickOne(title, l10n.t('Choose an agent'), options)) ?? null;
}

const COMMON_PROVIDERS = ['anthropic', 'openai', 'google', 'openrouter', 'xai', 'mistral', 'groq'];

/** A provider that the agent has, a common one, or one that the user types. */
export async function resolveProvider(
  context: CommandContext,
  argument: Argument,
  agent: AgentStatus,
  title: string,
): Promise<ProviderId | null> {
  const wanted = rowsNow(context).wantedBy(argument).provider;
  if (wanted !== undefined) return wanted;
  const known = [...new Set([...agent.providers.map((provider) => provider.id as string), ...COMMON_PROVIDERS])];
  const other = { label: l10n.t('Another provider…'), iconPath: new ThemeIcon('edit'), value: null };
  const options: Option<string | null>[] = [...known.map((id) => ({ label: display(id), value: id })), other];
  const picked = await pickOne(title, l10n.t('Choose a provider'), options);
  if (picked === undefined) return null;
  const id = picked ?? (await askText(title, l10n.t('Provider id, as OpenClaw spells it'), '', judgeName));
  return id === undefined ? null : providerId(id.trim().toLowerCase());
}

/** The provider that a command about an order is for. */
export async function resolveProviderRow(
  context: CommandContext,
  argument: Argument,
  ability: Ability,
  title: string,
): Promise<NodeOf<'provider'> | null> {
  const rows = rowsNow(context);
  const node = rows.rowOf(argument);
  const row = node?.kind === 'profile' ? node.parent : node;
  if (row?.kind === 'provider' && row.abilities.includes(ability)) return row;
  const options = rows
    .providers(rows.wantedBy(argument), ability)
    .map((value) => ({ label: display(value.provider.id), description: display(value.agent.id), value }));
  if (options.length === 0) {
    void context.messages.inform(l10n.t('No order is set in the store.'));
    return null;
  }
  return (await pickOne(title, l10n.t('Choose a provider'), options)) ?? null;
}

/** The agent that the argument names, by its row or its id. */
export function agentOf(context: CommandContext, argument: Argument): AgentId | undefined {
  return rowsNow(context).wantedBy(argument).agentId;
}
