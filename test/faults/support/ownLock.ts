// Our lock in a process of its own.
//   node ownLock.ts once ERA STORE WAIT_MS CLOCK_OFFSET_MS   prints {taken, ms}
//   node ownLock.ts hold ERA STORE HOLD_MS                   prints "held", keeps it, prints "released" or "lost"
import { setTimeout as sleep } from 'node:timers/promises';
import { systemProcesses, type JsonEra } from '../../../src/gateway/jsonStore/lockRules.ts';
import { acquireStoreLock, type StoreLock } from '../../../src/gateway/jsonStore/storeLock.ts';

const [mode, era = '', store = '', ms = '0', clockOffsetMs = '0'] = process.argv.slice(2);

const acquire = (waitMs: number): Promise<StoreLock> =>
  acquireStoreLock(store, {
    era: era as JsonEra,
    clock: { now: () => Date.now() + Number(clockOffsetMs) },
    processes: systemProcesses,
    waitMs,
  });

if (mode === 'once') {
  const start = performance.now();
  const lock = await acquire(Number(ms)).catch(() => null);
  await lock?.release();
  console.log(JSON.stringify({ taken: lock !== null, ms: Math.round(performance.now() - start) }));
} else if (mode === 'hold') {
  const lock = await acquire(60_000);
  console.log('held');
  await sleep(Number(ms));
  console.log((await lock.isHeld()) ? 'released' : 'lost');
  await lock.release();
}
