import type { Disposable } from './lifetime.ts';
import type { Timers } from './timers.ts';

export interface Pace {
  /** From a first request to its run, ms: one change is often several writes. */
  readonly settleMs: number;
  /** Runs that may follow one another at once. */
  readonly burst: number;
  /** After that, one run in this time, ms. Any second sees at most `burst + 1000 / refillMs` runs. */
  readonly refillMs: number;
}

/**
 * Turns any number of requests into few runs. After the last request there is always one more run that began later than
 * it, and never two at a time: a request during a run is met by the next one. A task that answers false has found nothing to
 * do, and does not count.
 */
export class Pacer implements Disposable {
  readonly #task: () => Promise<boolean> | boolean;
  readonly #pace: Pace;
  readonly #timers: Timers;
  #tokens: number;
  #countedAt: number;
  #waiting: Disposable | null = null;
  #isRunning = false;
  #isWanted = false;
  #isOver = false;

  constructor(task: () => Promise<boolean> | boolean, pace: Pace, timers: Timers) {
    this.#task = task;
    this.#pace = pace;
    this.#timers = timers;
    this.#tokens = pace.burst;
    this.#countedAt = timers.now();
  }

  request(): void {
    if (this.#isOver || this.#isWanted) return;
    this.#isWanted = true;
    if (!this.#isRunning) this.#schedule();
  }

  dispose(): void {
    this.#isOver = true;
    this.#waiting?.dispose();
  }

  #schedule(): void {
    const { settleMs, refillMs } = this.#pace;
    const shortage = Math.max(0, 1 - this.#count()) * refillMs;
    this.#waiting = this.#timers.after(Math.max(settleMs, shortage), () => void this.#start());
  }

  async #start(): Promise<void> {
    // A timer may come a fraction early.
    this.#tokens = Math.max(0, this.#count() - 1);
    this.#isWanted = false;
    this.#isRunning = true;
    try {
      if (!(await this.#task())) this.#tokens += 1;
    } catch {
      // The task reports its own failures; the next request runs it again.
    }
    this.#end();
  }

  #end(): void {
    this.#isRunning = false;
    if (this.#isWanted && !this.#isOver) this.#schedule();
  }

  /** Runs that are free right now, with fractions. */
  #count(): number {
    const now = this.#timers.now();
    this.#tokens = Math.min(this.#pace.burst, this.#tokens + (now - this.#countedAt) / this.#pace.refillMs);
    this.#countedAt = now;
    return this.#tokens;
  }
}
