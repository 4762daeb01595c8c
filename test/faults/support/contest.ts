import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { systemClock } from '../../../src/platform/clock.ts';
import { systemProcesses, type JsonEra } from '../../../src/gateway/jsonStore/lockRules.ts';
import { acquireStoreLock } from '../../../src/gateway/jsonStore/storeLock.ts';
import type { OpenClaw } from '../../harness/openclaw.ts';
import { runSupport } from './children.ts';
import type { PlantedLock, Verdict } from './plantedLocks.ts';

/** What one attempt came to; `pending`: it had no answer when the time was over. */
export type Attempt = Verdict | 'pending';

/** Also on a machine that is busy with other things. */
const AT_ONCE_MS = 8_000;

/** The wait of both sides on a planted lock, until they have an answer or the time is over. */
export interface Contest {
  readonly own: Attempt;
  readonly real: Attempt;
}

/** Plants each lock twice, once for us and once for the release, and lets both try at the same time. */
export async function contest(
  cli: OpenClaw,
  era: JsonEra,
  locks: readonly PlantedLock[],
  folder: string,
  patienceMs: number,
): Promise<readonly Contest[]> {
  const place = mkdtempSync(path.join(folder, 'contest-'));
  const stores = (side: string): string[] =>
    locks.map((_, index) => makeStore(path.join(place, side, String(index)), 'auth-profiles.json'));
  const [own, real] = [stores('own'), stores('real')];
  const go = path.join(place, 'go');
  let answers: Promise<readonly Attempt[]> | null = null;
  const stop = new AbortController();
  const peer = runSupport('realPeer.mjs', [cli.dir, 'locks', go, ...real], {
    signal: stop.signal,
    timeoutMs: START_MS + patienceMs,
    onOutput: (stdout) => {
      if (answers !== null || !stdout.includes('ready\n')) return;
      for (const [index, { plant }] of locks.entries())
        for (const files of [own, real]) plant(`${files[index] ?? ''}.lock`);
      answers = Promise.all(own.map((store) => tryOwn(era, store, patienceMs)));
      setTimeout(() => stop.abort(), patienceMs).unref();
      writeFileSync(go, '');
    },
  });
  const { stdout, stderr } = await peer;
  const ownAnswers = await (answers as Promise<readonly Attempt[]> | null);
  if (ownAnswers === null) throw new Error(`OpenClaw ${cli.version} did not start:\n${stderr}`);
  const realAnswers = readAnswers(stdout);
  return locks.map((_, index) => ({
    own: ownAnswers[index] ?? 'pending',
    real: realAnswers.get(real[index] ?? '') ?? 'pending',
  }));
}

const START_MS = 120_000;

function makeStore(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, name);
  writeFileSync(file, '{\n  "version": 1,\n  "profiles": {}\n}\n', { mode: 0o600 });
  return file;
}

async function tryOwn(era: JsonEra, store: string, waitMs: number): Promise<Attempt> {
  const start = performance.now();
  try {
    const lock = await acquireStoreLock(store, { era, clock: systemClock, processes: systemProcesses, waitMs });
    await lock.release();
    return verdictOf(true, performance.now() - start);
  } catch {
    return verdictOf(false, 0);
  }
}

function readAnswers(stdout: string): ReadonlyMap<string, Attempt> {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const answers = lines.map((line) => JSON.parse(line) as { file: string; taken: boolean; ms: number });
  return new Map(answers.map(({ file, taken, ms }) => [file, verdictOf(taken, ms)]));
}

function verdictOf(taken: boolean, ms: number): Verdict {
  if (!taken) return 'blocked';
  return ms < AT_ONCE_MS ? 'taken' : 'waits';
}
