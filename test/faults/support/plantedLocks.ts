import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import type { JsonEra } from '../../../src/gateway/jsonStore/lockRules.ts';
import { systemProcesses } from '../../../src/gateway/jsonStore/lockRules.ts';

/** `taken`: at once. `waits`: when it is old enough, after half a minute. `blocked`: never within the wait of either side. */
export type Verdict = 'taken' | 'waits' | 'blocked';

/** A lock that somebody left or holds, and what each dialect makes of it (measured with 2026.2.3, 2026.3.13 and 2026.6.1). */
export interface PlantedLock {
  readonly name: string;
  readonly plant: (lock: string) => void;
  readonly verdicts: Readonly<Record<JsonEra, Verdict>>;
}

const HOUR_MS = 3_600_000;
/** Beyond the greatest process number of a 64-bit Linux. */
const DEAD_PID = 2 ** 22 + 1;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

export const PLANTED_LOCKS: readonly PlantedLock[] = [
  file('file of a dead process', () => ({ pid: DEAD_PID, createdAt: ago(0) }), 0, 'blocked', 'taken', 'taken'),
  file(
    'file of a live process, an hour old',
    () => ({ pid: process.ppid, createdAt: ago(HOUR_MS) }),
    HOUR_MS,
    'blocked',
    'taken',
    'blocked',
  ),
  file(
    'file of a live process with another start time',
    () => ({ pid: process.ppid, createdAt: ago(0), starttime: 1 }),
    0,
    'blocked',
    'waits',
    'taken',
  ),
  file(
    'file of a live process with its start time',
    () => ({ pid: process.ppid, createdAt: ago(0), starttime: systemProcesses.startTime(process.ppid) }),
    0,
    'blocked',
    'waits',
    'blocked',
  ),
  file('empty file, an hour old', () => null, HOUR_MS, 'blocked', 'taken', 'blocked'),
  file('file without a pid, an hour old', () => ({ createdAt: ago(HOUR_MS) }), HOUR_MS, 'blocked', 'taken', 'taken'),
  file(
    'file without a pid, dated in the future',
    () => ({ createdAt: ago(-HOUR_MS) }),
    0,
    'blocked',
    'waits',
    'blocked',
  ),
  directory('directory, an hour old', HOUR_MS, 'taken', 'blocked', 'blocked'),
  directory('directory, fresh', 0, 'waits', 'blocked', 'blocked'),
];

function file(name: string, body: () => object | null, ageMs: number, ...verdicts: readonly Verdict[]): PlantedLock {
  const plant = (lock: string): void => {
    const content = body();
    writeFileSync(lock, content === null ? '' : JSON.stringify(content, null, 2));
    age(lock, ageMs);
  };
  return { name, plant, verdicts: byEra(verdicts) };
}

function directory(name: string, ageMs: number, ...verdicts: readonly Verdict[]): PlantedLock {
  const plant = (lock: string): void => {
    mkdirSync(lock);
    age(lock, ageMs);
  };
  return { name, plant, verdicts: byEra(verdicts) };
}

function age(lock: string, ms: number): void {
  const at = new Date(Date.now() - ms);
  if (ms > 0) utimesSync(lock, at, at);
}

function byEra([
  directoryLock = 'blocked',
  fileLock = 'blocked',
  ownedLock = 'blocked',
]: readonly Verdict[]): PlantedLock['verdicts'] {
  return { 'json-directory-lock': directoryLock, 'json-file-lock': fileLock, 'json-owned-lock': ownedLock };
}
