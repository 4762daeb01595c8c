import { l10n } from 'vscode';
import type { HostStatus } from '../domain/status.ts';
import {
  isRestartNeeded,
  judgeVariable,
  VARIABLE_PLACES,
  type PlaceRead,
  type VariableJudgement,
  type VariablePlace,
  type VariableProblem,
  type VariableReport,
  type VariableSeen,
} from '../domain/variables.ts';
import { inMarkdown } from '../view/display.ts';
import { markdownTable } from '../view/markdownTable.ts';
import type { Page } from './documents.ts';
import { dateTime } from './words.ts';

/** Which key variables stand where, which the gateway uses, and what it does not see. Names and equality only. */
export function buildEnvironmentPage(host: HostStatus, report: VariableReport): Page {
  const where = inMarkdown(`${host.userName}@${host.hostName}`);
  const sections = [
    `# ${l10n.t('API keys in the environment')}`,
    l10n.t('Gateway on {0}, read {1}. Names only: no value is shown or kept.', where, dateTime(host.readAt)),
    report.variables.length === 0
      ? l10n.t('No variable that any provider takes for a key is set in a place that can be read here.')
      : table(report),
    l10n.t('● the value that the gateway uses, ≠ another value, – not there.'),
    ...(isRestartNeeded(report)
      ? [`**${l10n.t('The gateway began before its environment was changed. Restart it, so that it sees it.')}**`]
      : []),
    `## ${l10n.t('Where was looked')}`,
    VARIABLE_PLACES.map((kind) => placeLine(kind, report)).join('\n'),
    l10n.t(
      'A gateway takes a variable from its own environment first, then from .env, then from env.vars of openclaw.json. Any profile that can be used comes before all of them.',
    ),
  ];
  return { name: l10n.t('API keys in the environment'), text: `${sections.join('\n\n')}\n` };
}

function placeWords(place: VariablePlace): string {
  const words: Record<VariablePlace, string> = {
    shell: l10n.t('shell'),
    gateway: l10n.t('running gateway'),
    service: l10n.t('service'),
    dotenv: '.env',
    config: 'openclaw.json',
  };
  return words[place];
}

function table(report: VariableReport): string {
  const places = report.places.map(({ kind }) => kind);
  const head = [l10n.t('Variable'), l10n.t('Provider'), ...places.map(placeWords), l10n.t('The gateway')];
  const rows = report.variables.map((variable) => {
    const judged = judgeVariable(variable, report);
    const marks = places.map((place) => mark(variable, place, judged));
    const providers = variable.providers.map(inMarkdown).join(', ');
    return [inMarkdown(variable.name), providers, ...marks, judgementWords(variable, judged)];
  });
  return markdownTable(head, rows);
}

function mark({ values }: VariableSeen, place: VariablePlace, { winner }: VariableJudgement): string {
  const value = values.get(place);
  if (value === undefined) return '–';
  return winner === null || value === values.get(winner) ? '●' : '≠';
}

function judgementWords({ providers }: VariableSeen, { winner, problem }: VariableJudgement): string {
  const used = winner === null ? l10n.t('does not have it') : l10n.t('uses that of: {0}', placeWords(winner));
  const shared = providers.length > 1 ? [l10n.t('one name for {0} providers', providers.length)] : [];
  return [used, ...(problem === null ? [] : [problemWords(problem)]), ...shared].join('; ');
}

function problemWords(problem: VariableProblem): string {
  const words: Record<VariableProblem, string> = {
    lacks: l10n.t('only a shell has it: put it into .env'),
    shadowed: l10n.t('.env has another value, which is not used'),
    stale: l10n.t('the service has another value: restart the gateway'),
  };
  return words[problem];
}

function placeLine(kind: VariablePlace, { places }: VariableReport): string {
  const found = places.find((place) => place.kind === kind);
  return `- ${placeWords(kind)}: ${found === undefined ? absentWords(kind) : foundWords(found)}`;
}

function foundWords({ kind, at, sinceMs }: PlaceRead): string {
  if (kind === 'gateway')
    return sinceMs === null
      ? l10n.t('process {0}', at ?? '?')
      : l10n.t('process {0}, since {1}', at ?? '?', dateTime(sinceMs));
  return at === null ? l10n.t('the environment of this editor') : inMarkdown(at);
}

function absentWords(kind: VariablePlace): string {
  if (kind === 'gateway') return l10n.t('none runs, or its environment cannot be read here (only on Linux)');
  if (kind === 'service') return l10n.t('no systemd unit or launchd property list of this account');
  return l10n.t('not there');
}
