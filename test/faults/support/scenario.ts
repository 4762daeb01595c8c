import { cpSync, existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import * as path from 'node:path';
import { writeJsonChange } from '../../../src/gateway/jsonStore/writer.ts';
import { parseCalls, pathsIn } from './calls.ts';
import { runWriter, type WriterRun } from './child.ts';
import type { Gateway } from './gateways.ts';
import {
  changeOf,
  contextOf,
  FAKE_KEY,
  leftoversOf,
  listScene,
  makeScene,
  readDocuments,
  type Documents,
  type Operation,
  type Situation,
  type WriterAnswer,
  type WriterRequest,
} from './scene.ts';

/** One kind of write, to be disturbed again and again at another place. */
export interface Scenario {
  readonly release: string;
  readonly situation: Situation;
  readonly operation: Operation;
  /** Also the calls for the configuration, which is not the gateway's store. */
  readonly hasConfig: boolean;
}

/** A scenario as it goes undisturbed. */
export interface Reference {
  readonly before: Documents;
  readonly after: Documents;
  readonly answer: WriterAnswer;
  /** How often each system call names one of the paths. */
  readonly counts: ReadonlyMap<string, number>;
  /** Relative to the state directory, with `PID` for the writer's pid. */
  readonly paths: readonly string[];
}

/** How long the next writer may wait for the lock of a dead one. */
const NEXT_WRITER_MS = 1_000;
const LOCK_WAIT_MS = 2_000;
/** Past this age 2026.2.3 takes a lock away (`stale: 3e4`). */
const STALE_MS = 31_000;
const PID = 'PID';

export const nameOf = ({ release, situation, operation }: Scenario): string => `${release} ${situation} ${operation}`;

/** A new state directory for one run; the caller removes it. */
export function newScene(tempDir: string, { release, situation }: Scenario): string {
  const stateDir = mkdtempSync(path.join(tempDir, 's-'));
  makeScene(stateDir, release, situation);
  return stateDir;
}

export function requestOf({ release, operation, situation }: Scenario, stateDir: string): WriterRequest {
  return { stateDir, release, operation, key: FAKE_KEY, hasOrder: situation !== 'first', lockWaitMs: LOCK_WAIT_MS };
}

/** Runs the scenario once under strace without harm. */
export async function runReference(
  scenario: Scenario,
  bundle: string,
  strace: string,
  tempDir: string,
): Promise<Reference> {
  const stateDir = newScene(tempDir, scenario);
  const before = readDocuments(stateDir);
  const { trace, pid, answer } = await runWriter(bundle, requestOf(scenario, stateDir), {
    strace,
    logFile: path.join(stateDir, 'trace'),
    args: () => ['-y', '-s', '4096', '-e', 'trace=%file,%desc'],
  });
  const isPossible = scenario.situation !== 'first' || scenario.operation === 'add' || scenario.operation === 'reorder';
  if (answer === null || (isPossible && (answer.kind !== 'done' || answer.isNoop)))
    throw new Error(`${nameOf(scenario)}: undisturbed it ended as ${JSON.stringify(answer)}.`);
  const isWanted = (name: string): boolean =>
    /^(?:agents\/main\/agent|elsewhere)(?:\/|$)/.test(name) || (scenario.hasConfig && /^openclaw\.json/.test(name));
  const calls = parseCalls(trace);
  const paths = pathsIn(calls, stateDir)
    .map((file) => path.relative(stateDir, file))
    .filter(isWanted);
  const counts = new Map<string, number>();
  for (const { name, text } of calls)
    if (paths.some((file) => namesPath(text, path.join(stateDir, file)))) counts.set(name, (counts.get(name) ?? 0) + 1);
  const after = readDocuments(stateDir);
  rmSync(stateDir, { recursive: true });
  const withoutPid = paths.map((file) => file.replaceAll(`-${String(pid)}-`, `-${PID}-`));
  return { before, after, answer, counts, paths: withoutPid };
}

const namesPath = (text: string, file: string): boolean => text.includes(`"${file}"`) || text.includes(`<${file}>`);

/** Runs the scenario with `inject` (an argument of strace) on the calls that name one of its paths. */
export async function runDisturbed(
  scenario: Scenario,
  reference: Reference,
  tools: { readonly bundle: string; readonly strace: string },
  inject: string,
  stateDir: string,
): Promise<WriterRun> {
  const [call = ''] = inject.split(':');
  const pathArgs = (pid: number): string[] =>
    reference.paths.flatMap((file) => ['-P', path.join(stateDir, file.replaceAll(`-${PID}-`, `-${String(pid)}-`))]);
  return await runWriter(tools.bundle, requestOf(scenario, stateDir), {
    strace: tools.strace,
    logFile: null,
    args: (pid) => [...pathArgs(pid), '-e', `trace=${call}`, '-e', `inject=${inject}`],
  });
}

/** I1 and I4: every document is the earlier or the later one, and nothing of ours can be read by others. */
export function problemsOfState(reference: Reference, stateDir: string): string[] {
  const now = readDocuments(stateDir);
  const torn = Object.keys(now).filter(
    (name) => now[name] !== reference.before[name] && now[name] !== reference.after[name],
  );
  const wide = listScene(stateDir).filter(({ mode, isDirectory }) => (mode & (isDirectory ? 0o077 : 0o177)) !== 0);
  return [
    ...torn.map((name) => `corrupt: ${name} is neither as before nor as after`),
    ...wide.map(({ name, mode }) => `wide: ${name} has mode ${mode.toString(8)}`),
  ];
}

/** Which of its states the store is in. */
export function stateOf(reference: Reference, stateDir: string): 'old' | 'new' | 'between' {
  const now = readDocuments(stateDir);
  const isAll = (wanted: Documents): boolean => Object.keys(wanted).every((name) => now[name] === wanted[name]);
  if (isAll(reference.before)) return 'old';
  return isAll(reference.after) ? 'new' : 'between';
}

export interface Recovery {
  readonly problems: readonly string[];
  /** The dialect goes by age only, so the lock was made to look old. */
  readonly waitsForAge: boolean;
  readonly gatewayMs: number;
}

/** I5: what the dead writer left stops neither us nor the release, and is gone after our next write. */
export async function checkRecovery(scenario: Scenario, gateway: Gateway | null, stateDir: string): Promise<Recovery> {
  const waitsForAge = scenario.release.startsWith('2026.2.') && ageLocks(stateDir);
  const problems: string[] = [];
  let gatewayMs = 0;
  if (gateway !== null) {
    const copy = `${stateDir}-gateway`;
    cpSync(stateDir, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    if (waitsForAge) ageLocks(copy);
    const { taken, ms } = await gateway.write(copy);
    gatewayMs = ms;
    if (!taken || ms > NEXT_WRITER_MS) problems.push(`blocked: the gateway ${taken ? `waited ${ms} ms` : 'gave up'}`);
    rmSync(copy, { recursive: true });
  }
  const request = { ...requestOf(scenario, stateDir), operation: 'recover', lockWaitMs: NEXT_WRITER_MS } as const;
  const outcome = await writeJsonChange(changeOf(request), contextOf(request));
  if (outcome.kind !== 'done')
    problems.push(
      `blocked: our next write ended as ${outcome.kind}, ${outcome.error.code} ${JSON.stringify(outcome.error.details)}`,
    );
  problems.push(...leftoversOf(stateDir).map((name) => `left: ${name} is there after the next write`));
  return { problems, waitsForAge, gatewayMs };
}

/** True when there was a lock to age. */
function ageLocks(stateDir: string): boolean {
  const locks = leftoversOf(stateDir).filter((name) => name.endsWith('.lock'));
  const at = new Date(Date.now() - STALE_MS);
  for (const name of locks) utimesSync(path.join(stateDir, name), at, at);
  return locks.length > 0;
}

/** Work in a folder in memory, where there is one: waiting for the disk would take most of the time. */
export async function inWorkFolder(tempDir: string, work: (folder: string) => Promise<void>): Promise<void> {
  const memory = '/dev/shm';
  const folder = mkdtempSync(path.join(existsSync(memory) ? memory : tempDir, 'faults-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
