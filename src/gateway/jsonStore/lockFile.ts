import { link, lstat, mkdir, open, readFile, rename, rmdir, unlink } from 'node:fs/promises';
import { parseLockBody, type FoundLock } from './lockRules.ts';

/** Which file system object it is: a lock that was taken away and made again is another one. */
interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
  /** Bytes of a lock file; `null` for a directory. */
  readonly text: string | null;
}

export interface LockOnDisk extends FoundLock, Identity {
  readonly isDirectory: boolean;
}

/** What stands at the path now; `null` when nothing does. */
export async function readLock(path: string): Promise<LockOnDisk | null> {
  try {
    const stat = await lstat(path, { bigint: true });
    const text = stat.isFile() && stat.size < 65_536n ? await readFile(path, 'utf8') : null;
    const { dev, ino } = stat;
    return {
      dev,
      ino,
      text,
      body: text === null ? null : parseLockBody(text),
      mtimeMs: Number(stat.mtimeMs),
      isDirectory: stat.isDirectory(),
    };
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

export function isSameLock(a: Identity | null, b: Identity | null): boolean {
  return a !== null && b !== null && a.dev === b.dev && a.ino === b.ino && a.text === b.text;
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * Makes a lock file that is complete from its first moment: releases from 2026.5.12 on wait for ever for one whose maker died
 * before it wrote the body. Returns what stands in it; `null` when there is one already. `bodyAt` gets the file system's time.
 */
export async function createLockFile(
  path: string,
  bodyAt: (now: number) => string,
  tempPath: string,
): Promise<string | null> {
  try {
    const body = await writeTemp(tempPath, bodyAt);
    return (await publish(tempPath, path, body)) ? body : null;
  } finally {
    await unlink(tempPath).catch(() => {});
  }
}

async function publish(tempPath: string, path: string, body: string): Promise<boolean> {
  try {
    await link(tempPath, path);
    return true;
  } catch (thrown) {
    const errno = errnoOf(thrown);
    // A process that does not see ours, in another process number space, may have taken the temporary file for a leftover.
    if (errno === 'EEXIST' || errno === 'ENOENT') return false;
    if (!NO_LINKS.has(errno)) throw thrown;
    return await ifNotThere(writeWholeFile(path, body));
  }
}

/** Where a file cannot be written whole it must not stay: an empty lock is never taken over. */
async function writeWholeFile(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text, 'utf8');
  } catch (thrown) {
    await unlink(path).catch(() => {});
    throw thrown;
  } finally {
    await handle.close();
  }
}

async function writeTemp(tempPath: string, textAt: (now: number) => string): Promise<string> {
  const handle = await open(tempPath, 'wx', 0o600);
  try {
    const text = textAt((await handle.stat()).mtimeMs);
    await handle.writeFile(text, 'utf8');
    return text;
  } finally {
    await handle.close();
  }
}

/**
 * Unix ms by the clock that dates the files there: the age of a lock is the same for every process, whatever its own clock says.
 * `null` when no file can be made there.
 */
export async function fileSystemNow(tempPath: string): Promise<number | null> {
  let now: number | null = null;
  const note = (at: number): string => {
    now = at;
    return '';
  };
  await writeTemp(tempPath, note).catch(() => null);
  await unlink(tempPath).catch(() => {});
  return now;
}

/** The lock of 2026.2.3: a directory without anything in it. False when there is one already. */
export function createLockDirectory(path: string): Promise<boolean> {
  return ifNotThere(mkdir(path, { mode: 0o700 }));
}

async function ifNotThere(create: Promise<unknown>): Promise<boolean> {
  try {
    await create;
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

/**
 * Takes the lock away if it is still the one that was found. Between the look and the deed another process may take it over, so
 * it is moved aside first, looked at again, and put back if it turns out to be somebody else's.
 */
export async function takeAway(path: string, found: LockOnDisk, asidePath: string): Promise<void> {
  if (!isSameLock(await readLock(path), found)) return;
  // A directory cannot be put back without a moment in which nobody holds it; `rmdir` is what 2026.2.3 does.
  if (found.isDirectory) {
    await removeLock(path, found);
    return;
  }
  await ignoreMissing(rename(path, asidePath));
  const moved = await readLock(asidePath);
  if (moved !== null && !isSameLock(moved, found)) await link(asidePath, path).catch(() => {});
  await ignoreMissing(unlink(asidePath));
}

export async function removeLock(path: string, lock: LockOnDisk): Promise<void> {
  await ignoreMissing(lock.isDirectory ? rmdir(path) : unlink(path));
}

async function ignoreMissing(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') throw thrown;
  }
}

export function errnoOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
