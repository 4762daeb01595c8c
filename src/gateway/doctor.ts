import { doctorMode, parseDoctorLint, parseDoctorNotes, type DoctorMode, type DoctorReport } from '../domain/doctor.ts';
import { AppError } from '../domain/errors.ts';
import type { Release } from '../domain/release.ts';
import { runOpenclaw, type CliContext } from './cliRun.ts';

/** It asks the gateway and looks for other services; 2026.6.1 and 2026.4.15 took over a minute on a busy machine. */
const DOCTOR_LIMIT_MS = 5 * 60_000;
/** It has found something (2026.6.1, 2026.9.6). */
const EXIT_FOUND = 1;

const ARGS: Record<DoctorMode, readonly string[]> = {
  lint: ['doctor', '--lint', '--json'],
  notes: ['doctor', '--non-interactive', '--no-workspace-suggestions'],
};

/**
 * Runs the release's own check of the whole installation, without repairing anything. Throws `AppError`: `cliFailed`,
 * `cliUnsupported`, `processTimedOut`, `cancelled` and their like.
 */
export async function runDoctor(
  context: CliContext,
  release: Release | null,
  signal?: AbortSignal,
): Promise<DoctorReport> {
  const mode = doctorMode(release);
  const call = { name: `doctor, ${mode}`, args: ARGS[mode], answers: [EXIT_FOUND], timeoutMs: DOCTOR_LIMIT_MS, signal };
  const ended = await runOpenclaw(context, call);
  if (ended.kind === 'failed') throw ended.error;
  const report = mode === 'lint' ? parseDoctorLint(ended.stdout) : parseDoctorNotes(ended.stdout);
  if (report === null) throw new AppError('cliFailed', { reason: 'notAnAnswer' });
  return report;
}
