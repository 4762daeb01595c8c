import { commands, l10n } from 'vscode';
import { COMMANDS, type Target } from '../../contributions.ts';
import { buildAgentGrid, driftingAgents, type GridRow } from '../../domain/agentGrid.ts';
import type { AgentId } from '../../domain/ids.ts';
import { display } from '../../view/display.ts';
import { buildAgentGridPage } from '../agentGridPage.ts';
import type { CommandContext } from './context.ts';
import { pickOne } from './pick.ts';

/** A profile, and the agents that lack it or have another value or expiry of it. */
interface Drift {
  readonly row: GridRow;
  readonly agents: readonly AgentId[];
}

/** Shows the agents of a host side by side, and offers to bring a profile to those that lack it or have another. */
export async function compareAgents(context: CommandContext): Promise<void> {
  const { model, documents, messages } = context;
  const [host, { state }] = [model.status(), model];
  if (host === null || state.kind !== 'ready') return;
  const grid = buildAgentGrid(state.snapshot);
  await documents.show(buildAgentGridPage(host, grid));
  const drifting = grid.rows.flatMap((row): Drift[] => {
    const agents = driftingAgents(grid, row);
    return agents.length === 0 ? [] : [{ row, agents }];
  });
  const [first] = drifting;
  if (first === undefined) return;
  const text =
    drifting.length === 1
      ? l10n.t('{0} differs between agents: {1}.', display(first.row.profileId), namesOf(first))
      : l10n.t('{0} profiles differ between agents.', drifting.length);
  const label = drifting.length === 1 ? l10n.t('Copy to Other Agents') : l10n.t('Copy a Profile to Other Agents');
  void messages.inform(text, [{ label, run: () => copyOne(context, drifting) }]);
}

async function copyOne({ model }: CommandContext, drifting: readonly Drift[]): Promise<void> {
  const options = drifting.map((value) => ({
    ...{ label: display(value.row.profileId), description: namesOf(value), value },
  }));
  const title = l10n.t('Copy to Other Agents');
  const chosen = await pickOne(title, l10n.t('Choose the profile that these agents get'), options);
  if (chosen === undefined) return;
  const { base: agentId, profileId } = chosen.row;
  const target: Target = { agentId, profileId, toAgents: chosen.agents, hostId: model.rootId };
  await commands.executeCommand(COMMANDS.copyToAgents, target);
}

function namesOf({ agents }: Drift): string {
  return agents.map(display).join(', ');
}
