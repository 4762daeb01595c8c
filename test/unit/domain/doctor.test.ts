import { describe, expect, it } from 'vitest';
import { doctorMode, parseDoctorLint, parseDoctorNotes } from '../../../src/domain/doctor.ts';
import { parseRelease } from '../../../src/domain/release.ts';

const KEY = `sk-ant-oat01-${'FAKE'.repeat(20)}`;

describe('what doctor --lint --json answers', () => {
  const answer = {
    ...{ schemaVersion: 1, ok: false, checksRun: 35, checksSkipped: 30 },
    findings: [
      {
        checkId: 'core/doctor/a',
        severity: 'warning',
        message: 'Auth is off.',
        requirement: 'a-name',
        fixHint: 'Run x.',
      },
      { checkId: 'core/doctor/b', severity: 'error', message: `Bad ${KEY}`, requirement: `Store of ${KEY} is old.` },
      { checkId: 'core/doctor/c', severity: 'new', message: 'Something.', path: 'x' },
      { message: 'of no check' },
    ],
  };

  it('is read behind log lines, the worst first, without what looks like a credential', () => {
    const report = parseDoctorLint(`[log] a line\n${JSON.stringify(answer)}\n`);
    expect(report).toEqual({
      checksRun: 35,
      findings: [
        { check: 'core/doctor/b', severity: 'error', message: 'Bad [secret] Store of [secret] is old.', hint: null },
        { check: 'core/doctor/a', severity: 'warning', message: 'Auth is off.', hint: 'Run x.' },
        { check: 'core/doctor/c', severity: null, message: 'Something.', hint: null },
      ],
    });
  });

  it.each(['', 'not JSON', '{}', '[]', '{"findings": 3}'])('is not %j', (text) => {
    expect(parseDoctorLint(text)).toBeNull();
  });
});

describe('what doctor --non-interactive draws', () => {
  const drawn = [
    '┌  OpenClaw doctor',
    '│',
    '◇  Model auth ─────────────────────────────────────────────────────╮',
    '│                                                                  │',
    '│  - anthropic:old: expired (0m) — Re-auth via `openclaw configure`│',
    '│    or `openclaw onboard`.                                        │',
    `│  - other: ${KEY.slice(0, 40)}             │`,
    '│                                                                  │',
    '├──────────────────────────────────────────────────────────────────╯',
    '│',
    '◇  Skills status ────────────╮',
    '│  Eligible: 4               │',
    '│  Missing requirements: 46  │',
    '├────────────────────────────╯',
    '└  Doctor complete.',
  ].join('\n');

  it('is a finding for each box, its lines joined where the box broke them', () => {
    expect(parseDoctorNotes(drawn)).toEqual({
      checksRun: null,
      findings: [
        {
          ...{ check: 'Model auth', severity: null, hint: null },
          message:
            '- anthropic:old: expired (0m) — Re-auth via `openclaw configure` or `openclaw onboard`.\n- other: [secret]',
        },
        { check: 'Skills status', severity: null, hint: null, message: 'Eligible: 4\nMissing requirements: 46' },
      ],
    });
  });

  it('is nothing without a box', () => {
    expect(parseDoctorNotes('Error: no configuration\n')).toBeNull();
  });
});

it.each([
  ['2026.2.3', 'notes'],
  ['2026.4.15', 'notes'],
  ['2026.6.1', 'lint'],
  ['2026.9.6', 'lint'],
] as const)('OpenClaw %s is asked for its %s', (release, mode) => {
  expect(doctorMode(parseRelease(release))).toBe(mode);
});
