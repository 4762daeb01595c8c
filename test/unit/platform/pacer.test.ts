import { expect, it } from 'vitest';
import { Pacer, type Pace } from '../../../src/platform/pacer.ts';
import { ManualTimers, settle } from '../../fakes/manualTimers.ts';

const PACE: Pace = { settleMs: 20, burst: 2, refillMs: 300 };

it('runs once for the writes of one change, 20 ms after the first', async () => {
  const timers = new ManualTimers();
  const runs: number[] = [];
  const pacer = new Pacer(() => runs.push(timers.now()) > 0, PACE, timers);
  for (let write = 0; write < 10; write += 1) {
    pacer.request();
    await timers.advance(1);
  }
  await timers.advance(5000);
  expect(runs).toEqual([20]);
});

it('makes at most five runs in any second of a storm, and one after its end', async () => {
  const timers = new ManualTimers();
  const runs: number[] = [];
  let lastRequest = 0;
  const pacer = new Pacer(() => runs.push(timers.now()) > 0, PACE, timers);
  for (let write = 0; write < 10_000; write += 1) {
    lastRequest = timers.now();
    pacer.request();
    await timers.advance(1);
  }
  await timers.advance(5000);
  const busiest = Math.max(...runs.map((start) => runs.filter((at) => at >= start && at < start + 1000).length));
  expect(busiest).toBeLessThanOrEqual(5);
  expect(runs.length).toBeGreaterThan(30);
  expect(runs.at(-1)).toBeGreaterThanOrEqual(lastRequest);
});

it('never runs twice at a time, and meets a request during a run by another one', async () => {
  const timers = new ManualTimers();
  const log: string[] = [];
  let finish = (): void => {};
  const pacer = new Pacer(
    async () => {
      log.push('start');
      await new Promise<void>((resolve) => (finish = resolve));
      log.push('end');
      return true;
    },
    PACE,
    timers,
  );
  pacer.request();
  await timers.advance(100);
  pacer.request();
  await timers.advance(10_000);
  expect(log).toEqual(['start']);
  finish();
  await settle();
  await timers.advance(100);
  expect(log).toEqual(['start', 'end', 'start']);
  finish();
  await timers.advance(10_000);
  expect(log).toEqual(['start', 'end', 'start', 'end']);
});

it('goes on after a run that failed, and stops for ever once disposed', async () => {
  const timers = new ManualTimers();
  let runs = 0;
  const pacer = new Pacer(
    () => {
      runs += 1;
      throw new Error('failed');
    },
    PACE,
    timers,
  );
  pacer.request();
  await timers.advance(100);
  pacer.request();
  await timers.advance(100);
  expect(runs).toBe(2);
  pacer.request();
  pacer.dispose();
  pacer.request();
  await timers.advance(5000);
  expect(runs).toBe(2);
});

it('does not count a run that found nothing to do', async () => {
  const timers = new ManualTimers();
  const runs: number[] = [];
  const pacer = new Pacer(() => runs.push(timers.now()) > 10, PACE, timers);
  for (let request = 0; request < 10; request += 1) {
    pacer.request();
    await timers.advance(20);
  }
  expect(runs).toEqual(Array.from({ length: 10 }, (_, index) => 20 * (index + 1)));
});
