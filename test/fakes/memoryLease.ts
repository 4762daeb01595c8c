import { LEASE_MS, type Lease } from '../../src/platform/lease.ts';
import type { Timers } from '../../src/platform/timers.ts';

/** One lease in memory for any number of fake windows, on the time of the test. */
export class MemoryLease {
  holder: string | null = null;
  #heldAt = 0;
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  window(name: string): Lease {
    return {
      hold: async () => {
        await Promise.resolve();
        const isFree = this.holder === null || this.#timers.now() - this.#heldAt > LEASE_MS;
        if (this.holder !== name && !isFree) return false;
        this.holder = name;
        this.#heldAt = this.#timers.now();
        return true;
      },
      release: async () => {
        await Promise.resolve();
        if (this.holder === name) this.holder = null;
      },
    };
  }
}
