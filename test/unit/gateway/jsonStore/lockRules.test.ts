import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  formatLockBody,
  isStaleLock,
  parseLockBody,
  systemProcesses,
  type FoundLock,
  type JsonEra,
  type ProcessTable,
} from '../../../../src/gateway/jsonStore/lockRules.ts';

const NOW = 1_795_378_722_242;
const ALIVE = 11;
const DEAD = 12;
const processes: ProcessTable = {
  isDead: (pid) => pid !== ALIVE,
  startTime: (pid) => (pid === ALIVE ? 777 : null),
};
const lock = (body: object | null, ageMs = 0): FoundLock => ({
  body: body === null ? null : parseLockBody(JSON.stringify(body)),
  mtimeMs: NOW - ageMs,
});
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const HOUR = 3_600_000;

describe('isStaleLock', () => {
  // Columns: 2026.2.3, 2026.3.13, 2026.6.1; what these releases did with planted locks.
  it.each<[string, FoundLock, boolean, boolean, boolean]>([
    ['of a dead process', lock({ pid: DEAD, createdAt: ago(0) }), false, true, true],
    ['of a live process, fresh', lock({ pid: ALIVE, createdAt: ago(0) }), false, false, false],
    [
      'of a live process, an hour old, no start time',
      lock({ pid: ALIVE, createdAt: ago(HOUR) }, HOUR),
      true,
      true,
      false,
    ],
    [
      'of a live process with another start time',
      lock({ pid: ALIVE, createdAt: ago(0), starttime: 5 }),
      false,
      false,
      true,
    ],
    [
      'of a live process with its start time, an hour old',
      lock({ pid: ALIVE, createdAt: ago(HOUR), starttime: 777 }, HOUR),
      true,
      true,
      false,
    ],
    ['empty, an hour old', lock(null, HOUR), true, true, false],
    ['empty, fresh', lock(null), false, false, false],
    ['without a pid, an hour old', lock({ createdAt: ago(HOUR) }), false, false, true],
    ['without a pid, dated in the future', lock({ createdAt: ago(-HOUR) }), false, false, false],
    ['without a pid, no date', lock({ createdAt: 'yesterday' }), false, false, true],
    [
      'of a live process that dates it a day back',
      lock({ pid: ALIVE, createdAt: ago(24 * HOUR) }),
      false,
      false,
      false,
    ],
    ['29 s old', lock({ pid: ALIVE, createdAt: ago(29_000) }, 29_000), false, false, false],
    ['31 s old', lock({ pid: ALIVE, createdAt: ago(31_000) }, 31_000), true, true, false],
    ['an array', lock([]), false, false, false],
  ])('%s', (_name, found, directoryLock, fileLock, ownedLock) => {
    const answer = (era: JsonEra): boolean => isStaleLock(era, found, NOW, processes);
    expect([answer('json-directory-lock'), answer('json-file-lock'), answer('json-owned-lock')]).toEqual([
      directoryLock,
      fileLock,
      ownedLock,
    ]);
  });

  it('does not call our own fresh lock stale in any dialect', () => {
    const body = parseLockBody(formatLockBody(ALIVE, NOW, 777, 'token'));
    for (const era of ['json-file-lock', 'json-owned-lock'] as const)
      expect(isStaleLock(era, { body, mtimeMs: NOW }, NOW + 10_000, processes)).toBe(false);
  });
});

describe('systemProcesses', () => {
  it('knows this process, and one that has ended', () => {
    const ended = spawnSync(process.execPath, ['--version']).pid;
    expect(systemProcesses.isDead(process.pid)).toBe(false);
    expect(systemProcesses.isDead(ended)).toBe(true);
    expect(systemProcesses.isDead(0)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('tells start times apart', () => {
    const own = systemProcesses.startTime(process.pid);
    const parent = systemProcesses.startTime(1);
    expect(own).toBeGreaterThan(parent ?? Infinity);
  });
});
