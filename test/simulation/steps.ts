import type { Disposable } from '../../src/platform/lifetime.ts';
import type { Timers } from '../../src/platform/timers.ts';

/** A number in [0, below), the same for the same seed. */
export type Chance = (below: number) => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const everythingElse = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Decides which of the calls that are on their way goes on next. Those of a window that crashed never do. */
export class Steps {
  #waiting: { readonly owner: object; readonly go: () => void }[] = [];
  readonly #gone = new WeakSet();

  turn(owner: object): Promise<void> {
    return new Promise((go) => {
      if (!this.#gone.has(owner)) this.#waiting.push({ owner, go });
    });
  }

  crash(owner: object): void {
    this.#gone.add(owner);
    this.#waiting = this.#waiting.filter((call) => call.owner !== owner);
  }

  /** Lets up to `most` calls go on, in the order of chance. */
  async go(chance: Chance, most = 5_000): Promise<void> {
    await everythingElse();
    for (let done = 0; done < most && this.#waiting.length > 0; done += 1) {
      const [call] = this.#waiting.splice(chance(this.#waiting.length), 1);
      call?.go();
      await everythingElse();
    }
    if (most >= 5_000 && this.#waiting.length > 0) throw new Error('it never comes to rest');
  }
}

/** Time that passes only when the simulation says so. */
export class SimulatedTimers implements Timers {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; readonly task: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): Disposable {
    const timer = { at: this.#now + delayMs, task };
    this.#waiting.add(timer);
    return { dispose: () => this.#waiting.delete(timer) };
  }

  /** `between`: what happens at each moment at which something was due. */
  async advance(ms: number, between: () => Promise<void>): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      let due: { readonly at: number; readonly task: () => void } | null = null;
      for (const timer of this.#waiting) if (timer.at <= end && (due === null || timer.at < due.at)) due = timer;
      if (due === null) break;
      this.#now = Math.max(this.#now, due.at);
      this.#waiting.delete(due);
      due.task();
      await between();
    }
    this.#now = end;
  }
}
