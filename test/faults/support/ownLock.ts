// Our lock in a process of its own.
//   node ownLock.ts once ERA STORE WAIT_MS   prints {taken, ms}
//   node ownLock.ts jump ERA STORE WAIT_MS   as once, and its clock goes a day ahead while it waits
//   node ownLock.ts hold ERA STORE HOLD_MS                 prints "held", keeps it, prints "released" or "lost"
import { setTimeout as sleep } from 'node:timers/promises';
import { systemProcesses, type JsonEra } from '../../../src/gateway/jsonStore/lockRules.ts';
import { acquireStoreLock, type StoreLock } from '../../../src/gateway/jsonStore/storeLock.ts';

const [mode, era = '', store = '', ms = '0'] = process.argv.slice(2);
const begin = performance.now();
const DAY_MS = 86_400_000;
const jumpMs = (): number => (mode === 'jump' && performance.now() - begin > Number(ms) / 4 ? DAY_MS : 0);

const acquire = (waitMs: number): Promise<StoreLock> =>
  acquireStoreLock(store, {
    era: era as JsonEra,
    clock: { now: () => Date.now() + jumpMs() },
    processes: systemProcesses,
    waitMs,
  });

if (mode === 'once' || mode === 'jump') {
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
