import type { AgentId, ProfileId } from '../domain/ids.ts';

interface Place {
  readonly agentId: AgentId;
  readonly profileId: ProfileId;
}

/** Profiles that a command is writing, and by how many. */
export class BusyProfiles {
  readonly #counts = new Map<string, number>();

  has(place: Place): boolean {
    return this.#counts.has(keyOf(place));
  }

  /** Busy until `afterwards`, which nobody waits for, is settled too. */
  async during<T>(place: Place, work: () => Promise<T>, afterwards: () => Promise<unknown>): Promise<T> {
    const key = keyOf(place);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const release = (): void => {
      const left = (this.#counts.get(key) ?? 1) - 1;
      if (left === 0) this.#counts.delete(key);
      else this.#counts.set(key, left);
    };
    try {
      return await work();
    } finally {
      void afterwards().then(release, release);
    }
  }
}

function keyOf({ agentId, profileId }: Place): string {
  return JSON.stringify([agentId, profileId]);
}
