import type { Disposable } from './lifetime.ts';

/** Durations and delays, passed in so that tests decide them. Not a source of dates: see `Clock`. */
export interface Timers {
  /** Monotonic ms from an arbitrary start. */
  now(): number;
  /** Runs the task once, at least `delayMs` from now. Does not keep the process alive. */
  after(delayMs: number, task: () => void): Disposable;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return { dispose: () => clearTimeout(timer) };
  },
};
