import * as z from 'zod';
import { redact } from '../platform/logger.ts';
import { parseJson } from '../platform/json.ts';
import { isAtLeast, type Release } from './release.ts';

export const DOCTOR_SEVERITIES = ['error', 'warning', 'info'] as const;
export type DoctorSeverity = (typeof DOCTOR_SEVERITIES)[number];

/** What `openclaw doctor` says of one thing, without what looks like a credential. */
export interface DoctorFinding {
  /** The id of its check (`core/doctor/…`); of a release without `--lint`, the title of the note. */
  readonly check: string;
  /** `null`: the release says none. */
  readonly severity: DoctorSeverity | null;
  readonly message: string;
  /** What the release suggests. */
  readonly hint: string | null;
}

export interface DoctorReport {
  readonly findings: readonly DoctorFinding[];
  /** `null`: the release does not count them. */
  readonly checksRun: number | null;
}

/**
 * How a release is asked. `lint` only reads and answers in JSON; its ids are its reason codes. `notes` prints boxes of text, and
 * may carry out what the release calls safe migrations.
 */
export type DoctorMode = 'lint' | 'notes';

/** 2026.6.1 and 2026.9.6 have `--lint`; 2026.4.15 and earlier have not. The releases between were not run. */
export function doctorMode(release: Release | null): DoctorMode {
  return release !== null && isAtLeast(release, '2026.6.0') ? 'lint' : 'notes';
}

const text = z.string().transform(redact);
const finding = z.looseObject({
  checkId: text,
  severity: z.enum(DOCTOR_SEVERITIES).nullable().catch(null),
  message: text,
  requirement: text.nullable().catch(null),
  fixHint: text.nullable().catch(null),
});
const answer = z.looseObject({
  checksRun: z.number().int().nonnegative().nullable().catch(null),
  findings: z.array(z.unknown()),
});

/** Of `doctor --lint --json`, the worst first; `null` for what is no such answer. */
export function parseDoctorLint(stdout: string): DoctorReport | null {
  const start = stdout.search(/^\{/m);
  const parsed = answer.safeParse(parseJson(stdout.slice(Math.max(start, 0), stdout.lastIndexOf('}') + 1)));
  if (!parsed.success) return null;
  const findings = parsed.data.findings.flatMap((one): DoctorFinding[] => {
    const { data } = finding.safeParse(one);
    if (data === undefined) return [];
    const { checkId: check, severity, requirement, fixHint: hint } = data;
    // Of a check that could not be made, what stood in its way is said there; elsewhere it is a name in the code.
    const why = requirement?.includes(' ') === true ? [requirement] : [];
    return [{ check, severity, message: [data.message, ...why].join(' '), hint }];
  });
  const rank = ({ severity }: DoctorFinding): number =>
    severity === null ? DOCTOR_SEVERITIES.length : DOCTOR_SEVERITIES.indexOf(severity);
  return { findings: findings.toSorted((a, b) => rank(a) - rank(b)), checksRun: parsed.data.checksRun };
}

const TITLE = /^\s*[◇◆○●▲■]\s+(.+?)\s*─{2,}╮\s*$/;
const BODY = /^\s*│(.*)│\s*$/;

/** Of the boxes that `doctor --non-interactive` draws, a finding for each; `null` where there is none. */
export function parseDoctorNotes(stdout: string): DoctorReport | null {
  const findings: { check: string; lines: string[] }[] = [];
  let box: string[] | null = null;
  for (const line of stdout.split(/\r?\n/)) {
    const [, title] = TITLE.exec(line) ?? [];
    const [, body] = BODY.exec(line) ?? [];
    if (title !== undefined) findings.push({ check: redact(title), lines: (box = []) });
    else if (body === undefined) box = null;
    else box?.push(body.trimEnd());
  }
  if (findings.length === 0) return null;
  return {
    checksRun: null,
    findings: findings.map(({ check, lines }) => ({
      ...{ check, severity: null, hint: null },
      message: redact(joinWrapped(lines)),
    })),
  };
}

/** The box is as wide as its longest line: what would have fitted on the line before was a line of its own. */
function joinWrapped(lines: readonly string[]): string {
  const width = Math.max(...lines.map(({ length }) => length));
  let joined = '';
  let before = '';
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const [word = ''] = line.trim().split(' ');
    const isWrapped = before !== '' && word !== '-' && before.length + 1 + word.length > width;
    joined += `${joined === '' ? '' : isWrapped ? ' ' : '\n'}${line.trim()}`;
    before = line;
  }
  return joined;
}

export const doctorMessage = z.strictObject({
  checksRun: z.number().nullable(),
  findings: z
    .array(
      z.strictObject({
        check: z.string(),
        severity: z.enum(DOCTOR_SEVERITIES).nullable(),
        message: z.string(),
        hint: z.string().nullable(),
      }),
    )
    .readonly(),
});
export type DoctorMessage = z.input<typeof doctorMessage>;
