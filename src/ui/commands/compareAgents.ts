import { commands, l10n } from 'vscode';
import { COMMANDS, type Target } from '../../contributions.ts';
import { buildAgentGrid, driftingAgents } from '../../domain/agentGrid.ts';
import { display } from '../../view/display.ts';
import { buildAgentGridPage } from '../agentGridPage.ts';
import type { CommandContext } from './context.ts';

/** Shows the agents of a host side by side, and offers to bring a profile to those that lack it or have another. */
export async function compareAgents(context: CommandContext): Promise<void> {
  const { model, documents, messages } = context;
  const [host, { state }] = [model.status(), model];
  if (host === null || state.kind !== 'ready') return;
  const grid = buildAgentGrid(state.snapshot);
  await documents.show(buildAgentGridPage(host, grid));
  const drifting = grid.rows.flatMap((row) => {
    const agents = driftingAgents(grid, row);
    return agents.length === 0 ? [] : [{ row, agents }];
  });
  const [first] = drifting;
  if (first === undefined) return;
  const target: Target = { agentId: first.row.base, profileId: first.row.profileId, hostId: model.rootId };
  const text =
    drifting.length === 1
      ? l10n.t('{0} differs between agents: {1}.', display(first.row.profileId), first.agents.map(display).join(', '))
      : l10n.t('{0} profiles differ between agents.', drifting.length);
  void messages.inform(text, [
    {
      label: drifting.length === 1 ? l10n.t('Copy to Other Agents') : l10n.t('Copy a Profile to Other Agents'),
      run: () =>
        commands.executeCommand<undefined>(
          COMMANDS.copyToAgents,
          drifting.length === 1 ? target : { hostId: model.rootId },
        ),
    },
  ]);
}
