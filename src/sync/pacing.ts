import type { AppError } from '../domain/errors.ts';
import type { Timers } from '../platform/timers.ts';
import type { ProfileSync } from './syncEngine.ts';

/**
 * A command keeps the credential in the vault first and writes the store then, which takes half a minute through some CLIs. So
 * what the vault alone knows is pushed only when it has stood like that for longer, by the windows that do not see the command.
 */
const GRACE_MS = 60_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** Moves of one profile's value in one direction or the other; more is somebody who writes against us. */
const MOVES = 5;
const MOVES_WINDOW_MS = 5 * 60_000;

interface Record {
  situation: string;
  /** Monotonic ms. */
  since: number;
  notBefore: number;
  failures: number;
  error: AppError | null;
  moves: number[];
  isPingPong: boolean;
}

/** When something may be done about a profile: not at once where a command may be at work, not again and again, and not for ever. */
export class Pacing {
  readonly #timers: Timers;
  readonly #records = new Map<string, Record>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** To be called with everything that there is to do. Another situation starts afresh, also one that was over meanwhile. */
  look(items: readonly ProfileSync[]): void {
    const keys = new Set(items.map((item) => keyOf(item)));
    for (const [key, record] of this.#records) if (!keys.has(key)) record.situation = '';
    for (const item of items) this.#lookAt(item);
  }

  #lookAt(item: ProfileSync): void {
    const situation = JSON.stringify([item.action, item.vaultPrint, item.storePrint, item.cell.base]);
    const record = this.#records.get(keyOf(item));
    if (record?.situation === situation) return;
    const { moves, isPingPong } = record ?? { moves: [], isPingPong: false };
    const since = this.#timers.now();
    this.#records.set(keyOf(item), { situation, since, notBefore: 0, failures: 0, error: null, moves, isPingPong });
  }

  isDue(item: ProfileSync): boolean {
    const record = this.#records.get(keyOf(item));
    if (record === undefined) return false;
    const grace = item.action === 'push' || item.action === 'remove' ? GRACE_MS : 0;
    return this.#timers.now() >= Math.max(record.notBefore, record.since + grace);
  }

  failureOf(item: ProfileSync): AppError | null {
    return this.#records.get(keyOf(item))?.error ?? null;
  }

  /** Somebody keeps writing against us: it stays so until the user decides. */
  isPingPong(item: ProfileSync): boolean {
    return this.#records.get(keyOf(item))?.isPingPong ?? false;
  }

  noteDone(item: ProfileSync): void {
    const record = this.#records.get(keyOf(item));
    if (record === undefined) return;
    record.error = null;
    // What shows as not done at the next look is not done again at once.
    record.notBefore = this.#timers.now() + FIRST_RETRY_MS;
    // A vault that lost its copy and is refilled moves nothing back and forth.
    if (item.action === 'recordBase' || item.cell.vault === 'absent') return;
    const now = this.#timers.now();
    record.moves = [...record.moves.filter((at) => now - at < MOVES_WINDOW_MS), now];
    record.isPingPong = record.moves.length >= MOVES;
  }

  noteFailed(item: ProfileSync, error: AppError): void {
    const record = this.#records.get(keyOf(item));
    if (record === undefined) return;
    record.error = error;
    record.notBefore = this.#timers.now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** record.failures);
    record.failures += 1;
  }

  /** After the user decided. */
  forget(item: ProfileSync): void {
    this.#records.delete(keyOf(item));
  }
}

function keyOf({ identity: { agentId, profileId } }: ProfileSync): string {
  return JSON.stringify([agentId, profileId]);
}
