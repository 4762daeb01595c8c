import { l10n, ThemeIcon } from 'vscode';
import type { Ability, FromSelection, Target } from '../../contributions.ts';
import { agentId, profileId, providerId, type AgentId, type ProfileId, type ProviderId } from '../../domain/ids.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../../domain/status.ts';
import { display } from '../../view/display.ts';
import type { NodeOf, TreeNode } from '../../view/treeModel.ts';
import { shortState } from '../treeItem.ts';
import type { CommandContext } from './context.ts';
import { askText, judgeName, pickOne, type Option } from './pick.ts';

/** What VS Code hands to a command: a row (menu), a selection (key), ids (another command), or nothing (palette). */
export type Argument = TreeNode | Target | FromSelection | undefined;

/** The profile that a command is about, as the tree shows it now. */
export type ProfileTarget = NodeOf<'profile'>;

/** Finds or asks for a profile that can do `ability`. Null when there is none or the user gave up; says so in the first case. */
export async function resolveProfile(
  context: CommandContext,
  argument: Argument,
  ability: Ability,
  title: string,
): Promise<ProfileTarget | null> {
  const node = nodeOf(context, argument);
  if (node?.kind === 'profile') {
    if (node.abilities.includes(ability)) return node;
    void context.messages.inform(l10n.t('That cannot be done with {0}.', display(node.profile.id)));
    return null;
  }
  const wanted = idsOf(node ?? argument);
  const options = profileRows(context)
    .filter((row) => row.abilities.includes(ability) && matches(row, wanted))
    .map((row): Option<ProfileTarget> => ({
      label: display(row.profile.id),
      description: `${display(row.agent.id)} · ${shortState(row.profile, context.model.now())}`,
      value: row,
    }));
  if (options.length === 0) {
    void context.messages.inform(l10n.t('There is no profile with which that can be done.'));
    return null;
  }
  return (await pickOne(title, l10n.t('Choose a profile'), options)) ?? null;
}

/** A copy that only the vault has, where the argument means one: by its row, or by its id when the store has no such profile. */
export function findKeptCopy(context: CommandContext, argument: Argument): NodeOf<'kept'> | null {
  const wanted = idsOf(nodeOf(context, argument) ?? argument);
  if (wanted.profileId === undefined) return null;
  const isWanted = ({ identity }: NodeOf<'kept'>): boolean =>
    identity.profileId === wanted.profileId && (wanted.agentId ?? identity.agentId) === identity.agentId;
  const copies = rows(context).filter((row) => row.kind === 'kept');
  return copies.find(isWanted) ?? null;
}

/** Whether any row that the argument may mean can do `ability`; of a profile's own row, that is for `resolveProfile` to say. */
export function isPossible(context: CommandContext, argument: Argument, ability: Ability): boolean {
  const node = nodeOf(context, argument);
  if (node?.kind === 'profile') return true;
  const wanted = idsOf(node ?? argument);
  return rows(context).some((row) => row.abilities.includes(ability) && 'provider' in row && matches(row, wanted));
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
  const wanted = idsOf(nodeOf(context, argument) ?? argument).agentId;
  const named = status.agents.find((agent) => agent.id === wanted);
  if (named) return named;
  if (status.agents.length === 0) {
    void context.messages.inform(l10n.t('No OpenClaw agent was found. Set OpenClaw up first.'));
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
  const wanted = idsOf(nodeOf(context, argument) ?? argument).provider;
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
  const node = nodeOf(context, argument);
  const row = node?.kind === 'profile' ? node.parent : node;
  if (row?.kind === 'provider' && row.abilities.includes(ability)) return row;
  const wanted = idsOf(node ?? argument);
  const options = rows(context)
    .filter((candidate) => candidate.kind === 'provider')
    .filter((candidate) => candidate.abilities.includes(ability) && matches(candidate, wanted))
    .map((value) => ({ label: display(value.provider.id), description: display(value.agent.id), value }));
  if (options.length === 0) {
    void context.messages.inform(l10n.t('No order is set in the store.'));
    return null;
  }
  return (await pickOne(title, l10n.t('Choose a provider'), options)) ?? null;
}

function nodeOf(context: CommandContext, argument: Argument): TreeNode | undefined {
  if (argument === undefined) return undefined;
  if ('from' in argument) return context.selectedNode();
  if (!('kind' in argument)) return undefined;
  // The row may be older than the model: what is done is decided by what is known now.
  return rows(context).find((row) => row.id === argument.id) ?? argument;
}

/** The agent that the argument names, by its row or its id. */
export function agentOf(context: CommandContext, argument: Argument): AgentId | undefined {
  return idsOf(nodeOf(context, argument) ?? argument).agentId;
}

interface Wanted {
  readonly agentId?: AgentId | undefined;
  readonly provider?: ProviderId | undefined;
  readonly profileId?: ProfileId | undefined;
}

/** Arguments come from any extension, so nothing about their shape is taken for granted. */
function idsOf(argument: Argument): Wanted {
  if (argument === undefined || 'from' in argument) return {};
  if (!('kind' in argument)) {
    return {
      agentId: typeof argument.agentId === 'string' ? agentId(argument.agentId) : undefined,
      provider: typeof argument.provider === 'string' ? providerId(argument.provider) : undefined,
      profileId: typeof argument.profileId === 'string' ? profileId(argument.profileId) : undefined,
    };
  }
  if (argument.kind === 'host') return {};
  if (argument.kind === 'kept') return argument.identity;
  return {
    agentId: argument.agent.id,
    provider: 'provider' in argument ? argument.provider.id : undefined,
    profileId: 'profile' in argument ? argument.profile.id : undefined,
  };
}

function matches(
  row: { agent: AgentStatus; provider: ProviderStatus; profile?: ProfileStatus },
  wanted: Wanted,
): boolean {
  return (
    (wanted.agentId === undefined || row.agent.id === wanted.agentId) &&
    (wanted.provider === undefined || row.provider.id === wanted.provider) &&
    (wanted.profileId === undefined || row.profile === undefined || row.profile.id === wanted.profileId)
  );
}

function profileRows(context: CommandContext): ProfileTarget[] {
  return rows(context).filter((row) => row.kind === 'profile');
}

function rows(context: CommandContext): TreeNode[] {
  const flatten = (node: TreeNode): TreeNode[] => [node, ...node.children.flatMap(flatten)];
  return context.model.rows().flatMap(flatten);
}
