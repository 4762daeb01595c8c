import { l10n } from 'vscode';
import { driftingAgents, type AgentGrid, type Cell, type GridRow } from '../domain/agentGrid.ts';
import type { AgentId } from '../domain/ids.ts';
import type { HostStatus } from '../domain/status.ts';
import { inMarkdown } from '../view/display.ts';
import { markdownTable } from '../view/markdownTable.ts';
import type { Page } from './documents.ts';
import { dateTime } from './words.ts';

/** More columns do not fit beside each other. */
const COLUMNS = 8;

/** What each agent has of each profile, and where they drift apart. */
export function buildAgentGridPage(host: HostStatus, grid: AgentGrid): Page {
  const where = inMarkdown(`${host.userName}@${host.hostName}`);
  const drifting = grid.rows.filter((row) => driftingAgents(grid, row).length > 0);
  const sections = [
    `# ${l10n.t('Agents side by side')}`,
    l10n.t('Gateway on {0}, read {1}.', where, dateTime(host.readAt)),
    drifting.length === 0
      ? l10n.t('No agent lacks a profile that another has, and none has another value of it.')
      : l10n.t('{0} of {1} profiles differ between agents.', drifting.length, grid.rows.length),
    ...tables(grid),
    l10n.t(
      '● the first agent that has it, = the same, ≠ another value, ~ the same with another expiry, ↑ inherited from main, → a reference, ? cannot be compared, – missing.',
    ),
    ...(grid.shared.length === 0 ? [] : [`## ${l10n.t('The same login in several places')}`, sharedLines(grid)]),
    ...(drifting.length === 0
      ? []
      : [l10n.t('Copy to Other Agents, in the menu of a profile, brings it to those that you choose.')]),
  ];
  return { name: l10n.t('Agents side by side'), text: `${sections.join('\n\n')}\n` };
}

function tables({ agents, rows }: AgentGrid): string[] {
  if (rows.length === 0) return [l10n.t('No agent has a profile.')];
  const starts = Array.from({ length: Math.ceil(agents.length / COLUMNS) }, (_, at) => at * COLUMNS);
  return starts.map((start) => table(agents.slice(start, start + COLUMNS), rows, start));
}

function table(agents: readonly AgentId[], rows: readonly GridRow[], start: number): string {
  const head = [l10n.t('Profile'), ...agents.map(inMarkdown)];
  const body = rows.map(({ profileId, cells }) => [
    inMarkdown(profileId),
    ...cells.slice(start, start + agents.length).map((cell) => MARKS[cell]),
  ]);
  return markdownTable(head, body);
}

const MARKS: Record<Cell, string> = {
  base: '●',
  same: '=',
  other: '≠',
  otherExpiry: '~',
  reference: '→',
  hidden: '?',
  inherited: '↑',
  missing: '–',
};

function sharedLines({ shared }: AgentGrid): string {
  const lines = shared.map(({ provider, places }) => {
    const names = places.map(({ agentId, profileId }) =>
      l10n.t('{0} of agent {1}', inMarkdown(profileId), inMarkdown(agentId)),
    );
    return `- ${inMarkdown(provider)}: ${names.join(', ')}`;
  });
  const why = l10n.t(
    'A refresh token can be used once: whichever refreshes first leaves the others with one that is refused. Log in once for each, or let the agents inherit it from main.',
  );
  return `${lines.join('\n')}\n\n${why}`;
}
