import { MAX_HOLD_MS } from './jsonStore/storeLock.ts';

/** What a worker that ends itself for holding the lock too long exits with. */
const EXIT_HELD_TOO_LONG = 75;

/**
 * A file system that does not answer must not make this process a holder for ever: the lock of a dead one is taken over.
 * At the limit after which nothing is written any more. To be called when the lock is held; what it returns, when it is not.
 */
export function limitHold(maxMs = MAX_HOLD_MS): () => void {
  const timer = setTimeout(() => process.exit(EXIT_HELD_TOO_LONG), maxMs);
  return () => clearTimeout(timer);
}
