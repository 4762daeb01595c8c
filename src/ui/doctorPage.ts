import { l10n } from 'vscode';
import type { DoctorFinding, DoctorReport, DoctorSeverity } from '../domain/doctor.ts';
import type { HostStatus } from '../domain/status.ts';
import { inMarkdown, sentenceInMarkdown } from '../view/display.ts';
import type { Page } from './documents.ts';
import { dateTime } from './words.ts';

/** What concerns credentials stands first: by words of the checks' own ids and titles. */
const OF_CREDENTIALS = /auth|oauth|secret|credential|token|claude-cli|migration|legacy-state/i;

/** What `openclaw doctor` found, in its own words. */
export function buildDoctorPage(host: HostStatus, report: DoctorReport, now: number): Page {
  const { findings, checksRun } = report;
  const ours = findings.filter(({ check }) => OF_CREDENTIALS.test(check));
  const others = findings.filter((finding) => !ours.includes(finding));
  const where = inMarkdown(`${host.userName}@${host.hostName}`);
  const sections = [
    `# ${l10n.t('What openclaw doctor found')}`,
    checksRun === null
      ? l10n.t(
          'Gateway on {0}, {1}. This release may have carried out what it calls safe migrations.',
          where,
          dateTime(now),
        )
      : l10n.t('Gateway on {0}, {1}. Nothing was repaired.', where, dateTime(now)),
    ...(checksRun === null ? [] : [l10n.t('{0} checks were made.', checksRun)]),
    ...(findings.length === 0 ? [l10n.t('It found nothing.')] : []),
    ...section(l10n.t('About credentials and the gateway’s own access'), ours),
    ...section(l10n.t('About everything else'), others),
    l10n.t(
      'The words are OpenClaw’s. What it says of single credentials is in the tree, under Needs doing; to have it repair, run doctor in a terminal.',
    ),
  ];
  return { name: l10n.t('Doctor'), text: `${sections.join('\n\n')}\n` };
}

function section(title: string, findings: readonly DoctorFinding[]): string[] {
  return findings.length === 0 ? [] : [`## ${title}`, ...findings.map(paragraphs)];
}

function paragraphs({ check, severity, message, hint }: DoctorFinding): string {
  const head = severity === null ? inMarkdown(check) : `${severityWords(severity)} · ${inMarkdown(check)}`;
  const lines = message.split('\n').map(sentenceInMarkdown);
  return [
    `### ${head}`,
    ...lines,
    ...(hint === null ? [] : [l10n.t('It suggests: {0}', sentenceInMarkdown(hint))]),
  ].join('\n\n');
}

function severityWords(severity: DoctorSeverity): string {
  const words: Record<DoctorSeverity, string> = {
    error: l10n.t('error'),
    warning: l10n.t('warning'),
    info: l10n.t('information'),
  };
  return words[severity];
}
