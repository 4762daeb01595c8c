// One of several processes that want the same lock. Run with: era, store, number of rounds, log file.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as tick } from 'node:timers/promises';
import { systemProcesses, type JsonEra } from '../../../../src/gateway/jsonStore/lockRules.ts';
import { acquireStoreLock } from '../../../../src/gateway/jsonStore/storeLock.ts';

const [era = '', store = '', rounds = '0', log = ''] = process.argv.slice(2);
for (let round = 0; round < Number(rounds); round += 1) {
  const lock = await acquireStoreLock(store, {
    era: era as JsonEra,
    clock: { now: () => Date.now() },
    processes: systemProcesses,
    waitMs: 60_000,
  });
  appendFileSync(log, `+${String(process.pid)}\n`);
  const count = Number(readFileSync(store, 'utf8'));
  await tick();
  writeFileSync(store, String(count + 1));
  appendFileSync(log, `-${String(process.pid)}\n`);
  if (!(await lock.isHeld())) appendFileSync(log, `lost\n`);
  if (!(await lock.release())) appendFileSync(log, `left\n`);
}
