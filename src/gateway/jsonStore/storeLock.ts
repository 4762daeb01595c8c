import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockHolder } from '../../domain/change.ts';
import { AppError } from '../../domain/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  createLockDirectory,
  createLockFile,
  errnoOf,
  fileSystemNow,
  isSameLock,
  readLock,
  removeLock,
  takeAway,
  type LockOnDisk,
} from './lockFile.ts';
import { formatLockBody, isStaleLock, type JsonEra, type ProcessTable } from './lockRules.ts';
import { ownSuffix } from './leftovers.ts';

export interface LockOptions {
  readonly era: JsonEra;
  /** The gateway host's clock, where the file system does not tell the time. */
  readonly clock: Clock;
  readonly processes: ProcessTable;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another holder. */
  readonly waitMs: number;
  /** Told whenever it turns out that somebody else holds the lock. */
  readonly onWaiting?: ((holder: LockHolder) => void) | undefined;
}

/** The gateway's own lock on a store, held by this process. */
export interface StoreLock {
  readonly path: string;
  /** False once another process has taken it over, or when it has been held so long that one may. */
  isHeld(): Promise<boolean>;
  /** Removes it if it is still ours. False when it is still there and could not be removed. */
  release(): Promise<boolean>;
}

/** The longest wait that was seen behind busy gateways was 31 s (2026.2.3 to 2026.6.1). */
export const LOCK_WAIT_MS = 60_000;
/** A third of the age at which releases take a lock away from a living process. */
export const MAX_HOLD_MS = 10_000;
const FIRST_PAUSE_MS = 20;
const LAST_PAUSE_MS = 500;
/** A lock that stays behind blocks the gateway for as long as this process lives, so releasing is tried hard. */
const RELEASE_TRIES = 5;
const RELEASE_PAUSE_MS = 50;

/**
 * Takes the lock in the release's own dialect, waiting behind other holders and taking over from dead ones.
 * Throws `storeBusy` {path, pid}, `cancelled`, `storeWriteFailed` {path, errno}.
 */
export async function acquireStoreLock(storePath: string, options: LockOptions): Promise<StoreLock> {
  try {
    return await waitForLock(await lockPathOf(storePath, options.era), options);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    if (options.signal?.aborted === true) throw new AppError('cancelled', {}, { cause: thrown });
    throw new AppError('storeWriteFailed', { path: storePath, errno: errnoOf(thrown) }, { cause: thrown });
  }
}

async function waitForLock(lockPath: string, options: LockOptions): Promise<StoreLock> {
  const deadline = performance.now() + options.waitMs;
  let told: LockHolder | null = null;
  let isPastEnd = false;
  for (let attempt = 0; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const lock = await tryAcquire(lockPath, options);
    if (lock !== null) return lock;
    const holder = holderOf(await readLock(lockPath));
    const left = deadline - performance.now();
    // A lock that has just gone, taken away from a dead holder perhaps, is worth one try past the end.
    if (left <= 0 && (holder !== null || isPastEnd))
      throw new AppError('storeBusy', { path: lockPath, pid: holder?.pid ?? null });
    isPastEnd = left <= 0;
    if (holder !== null && !isSameHolder(holder, told)) options.onWaiting?.((told = holder));
    const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random());
    await sleep(
      Math.min(pause, Math.max(left, 0)),
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    );
  }
}

function holderOf(lock: LockOnDisk | null): LockHolder | null {
  if (lock === null) return null;
  const since = Date.parse(lock.body?.createdAt ?? '');
  return { pid: lock.body?.pid ?? null, sinceMs: Number.isFinite(since) ? since : lock.mtimeMs };
}

function isSameHolder(a: LockHolder, b: LockHolder | null): boolean {
  return a.pid === b?.pid && a.sinceMs === b.sinceMs;
}

/**
 * Beside the store, or, where that is a link, beside the link; 2026.2.3 locks beside the target (proper-lockfile's default).
 * Parent directories are resolved, as the releases do, so that two ways to one store meet in one lock.
 */
async function lockPathOf(storePath: string, era: JsonEra): Promise<string> {
  const inRealDir = path.join(await realpath(path.dirname(storePath)), path.basename(storePath));
  if (era !== 'json-directory-lock') return `${inRealDir}.lock`;
  return `${await realpath(storePath).catch(() => inRealDir)}.lock`;
}

async function tryAcquire(lockPath: string, options: LockOptions): Promise<StoreLock | null> {
  const created =
    options.era === 'json-directory-lock' ? await makeDirectory(lockPath) : await makeFile(lockPath, options);
  if (created !== null) return heldLock(lockPath, created);
  const found = await readLock(lockPath);
  // A directory where the release expects a file, or the reverse, blocks the release too; it is not ours to remove.
  if (found === null || found.isDirectory !== (options.era === 'json-directory-lock')) return null;
  const now = (await fileSystemNow(`${lockPath}.${ownSuffix()}.tmp`)) ?? options.clock.now();
  if (isStaleLock(options.era, found, now, options.processes))
    await takeAway(lockPath, found, `${lockPath}.${ownSuffix()}.stale`);
  return null;
}

/** `null` when there is a lock already, or when somebody took ours away before we could look at it. */
async function makeDirectory(lockPath: string): Promise<LockOnDisk | null> {
  return (await createLockDirectory(lockPath)) ? await readLock(lockPath) : null;
}

async function makeFile(lockPath: string, { processes }: LockOptions): Promise<LockOnDisk | null> {
  const suffix = ownSuffix();
  const bodyAt = (now: number): string => formatLockBody(process.pid, now, processes.startTime(process.pid), suffix);
  const body = await createLockFile(lockPath, bodyAt, `${lockPath}.${suffix}.tmp`);
  if (body === null) return null;
  const onDisk = await readLock(lockPath);
  return onDisk?.text === body ? onDisk : null;
}

function heldLock(lockPath: string, own: LockOnDisk): StoreLock {
  const since = performance.now();
  const isOurs = async (): Promise<boolean> => isSameLock(await readLock(lockPath), own);
  return {
    path: lockPath,
    isHeld: async () => performance.now() - since < MAX_HOLD_MS && (await isOurs()),
    release: async () => {
      for (let attempt = 0; attempt < RELEASE_TRIES; attempt += 1) {
        try {
          if (await isOurs()) await removeLock(lockPath, own);
          return true;
        } catch {
          await sleep(RELEASE_PAUSE_MS);
        }
      }
      return false;
    },
  };
}
