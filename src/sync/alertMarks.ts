import type { HostId, ProviderId } from '../domain/ids.ts';
import type { Clock } from '../platform/clock.ts';
import type { SharedMarks } from '../platform/sharedMarks.ts';

/** The same change again within this time is not told again. */
const AGAIN_MS = 3_600_000;
/** A write through the CLI takes no longer. */
const WRITING_MS = 180_000;
/** Until every window has read what was written. */
const SETTLING_MS = 20_000;

/** What all windows on this machine know about alerts: what was told lately, what is muted, and what is somebody's own doing. */
export class AlertMarks {
  readonly #marks: SharedMarks;
  readonly #clock: Clock;

  constructor(marks: SharedMarks, clock: Clock) {
    this.#marks = marks;
    this.#clock = clock;
  }

  /** True for one window, and for the same `pair` not again within an hour. */
  async claim(pair: string): Promise<boolean> {
    const [name, now] = [`winner ${pair}`, this.#clock.now()];
    if (await this.#marks.claim(name, String(now))) return true;
    const told = await this.#marks.read(name);
    if (told === null || now - Number(told) < AGAIN_MS) return false;
    const turn = `turn ${pair} ${told}`;
    if (!(await this.#marks.claim(turn))) return false;
    // Another window may have had its turn since this one looked.
    const isDue = (await this.#marks.read(name)) === told && (await this.#marks.put(name, String(now)));
    await this.#marks.take(turn);
    return isDue;
  }

  async mute(hostId: HostId, provider: ProviderId): Promise<void> {
    await this.#marks.claim(muteOf(hostId, provider));
  }

  async isMuted(hostId: HostId, provider: ProviderId): Promise<boolean> {
    return (await this.#marks.read(muteOf(hostId, provider))) !== null;
  }

  /** Whether what changed there was changed through the extension: then it is said with that. */
  async isOwn(hostId: HostId, provider: ProviderId): Promise<boolean> {
    const ends = await Promise.all(
      [ownOf(hostId, provider), ownOf(hostId, null)].map((name) => this.#marks.read(name)),
    );
    return ends.some((end) => end !== null && this.#clock.now() < Number(end));
  }

  /** Marks what `write` changes as somebody's own doing, in all windows. `null`: of every provider. */
  async whileWriting<T>(hostId: HostId, provider: ProviderId | null, write: () => Promise<T>): Promise<T> {
    const name = ownOf(hostId, provider);
    const until = (ms: number): Promise<boolean> => this.#marks.put(name, String(this.#clock.now() + ms));
    await until(WRITING_MS);
    try {
      return await write();
    } finally {
      await until(SETTLING_MS);
    }
  }
}

const muteOf = (hostId: HostId, provider: ProviderId): string => JSON.stringify(['mute winner', hostId, provider]);
const ownOf = (hostId: HostId, provider: ProviderId | null): string => JSON.stringify(['own', hostId, provider]);
