import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { MAX_DOCUMENT_BYTES } from '../../domain/jsonTree.ts';
import { readTextFile, type FileContent } from '../readFile.ts';
import { ownSuffix } from './leftovers.ts';
import { errnoOf } from './lockFile.ts';
import { checkPlace, resolveTarget } from './places.ts';

export interface Replacement {
  /** May be a link: the link stays, its target is replaced. */
  readonly path: string;
  readonly text: string;
  /** The file as it was read; `null`: there was none. */
  readonly before: FileContent | null;
  /** Asked last, right before the file appears: may it still? Throws what stops it. */
  readonly checkStill: () => Promise<void>;
}

/**
 * Puts a complete file in the place of another, so that a reader sees the one or the other. Mode 0600 or tighter, the owner
 * kept, on disk before it appears, and with another mtime than before: 2026.5.28 and 2026.6.1 keep what they have cached while
 * the mtime is the same. True when others could read the file until now. Throws `storeWriteFailed` {path, errno} and what
 * `checkStill` and `checkPlace` throw when nothing has changed, and `writeNotConfirmed` {path, errno} when the new file appeared
 * and is not what stands there now, or may not survive a power cut.
 */
export async function replaceFile(replacement: Replacement): Promise<boolean> {
  // What we could not read again could not be read back, nor be mended later.
  if (Buffer.byteLength(replacement.text) > MAX_DOCUMENT_BYTES)
    throw new AppError('storeWriteFailed', { path: replacement.path, errno: 'EFBIG' });
  await checkPlace(replacement.path);
  const target = await resolveTarget(replacement.path);
  const temp = `${target}.${ownSuffix()}.tmp`;
  try {
    await writeTemp(temp, replacement);
    await checkUnchanged(target, replacement.before);
    await replacement.checkStill();
    await rename(temp, target);
  } catch (thrown) {
    await unlink(temp).catch(() => {});
    throw thrown instanceof AppError ? thrown : writeFailed(replacement.path, thrown);
  }
  await syncDirectory(path.dirname(target), replacement.path);
  const after = await readTextFile(target);
  if (after.kind !== 'ok' || after.text !== replacement.text)
    throw new AppError('writeNotConfirmed', { path: replacement.path });
  return process.platform !== 'win32' && replacement.before !== null && (replacement.before.mode & 0o077) !== 0;
}

async function writeTemp(temp: string, { path: shown, text, before }: Replacement): Promise<void> {
  const handle = await open(temp, 'wx', 0o600);
  try {
    await handle.writeFile(text, 'utf8');
    await keepOwner(handle, before);
    await handle.chmod(before === null ? 0o600 : before.mode & 0o600);
    await setOtherMtime(handle, before);
    await handle.sync();
    await checkLength(handle, text, shown);
  } finally {
    await handle.close();
  }
}

/** A file system may take fewer bytes than it says; what is cut off must not appear. */
async function checkLength(handle: FileHandle, text: string, shown: string): Promise<void> {
  const { size } = await handle.stat();
  if (size !== Buffer.byteLength(text)) throw new AppError('storeWriteFailed', { path: shown, errno: 'EIO' });
}

async function keepOwner(handle: FileHandle, before: FileContent | null): Promise<void> {
  if (before === null) return;
  const { uid, gid } = await handle.stat();
  if (uid !== before.uid || gid !== before.gid) await handle.chown(before.uid, before.gid);
}

/** Steps for file systems that keep times in nanoseconds, in milliseconds, and in whole or even seconds. */
const MTIME_STEPS_MS = [0, 1, 1_000, 2_000];

async function setOtherMtime(handle: FileHandle, before: FileContent | null): Promise<void> {
  if (before === null) return;
  for (const step of MTIME_STEPS_MS) {
    const { mtimeNs, mtimeMs } = await handle.stat({ bigint: true });
    // The releases compare milliseconds as a floating-point number.
    if (Number(mtimeNs) / 1e6 !== Number(before.mtimeNs) / 1e6) return;
    const seconds = (Number(mtimeMs) + step + 1) / 1_000;
    await handle.utimes(seconds, seconds);
  }
}

/** A user or a program without the lock may have written in between. Throws `changeConflict` {path, reason}. */
export async function checkUnchanged(target: string, before: FileContent | null): Promise<void> {
  const now = await readTextFile(target);
  const isSame = before === null ? now.kind === 'missing' : now.kind === 'ok' && now.sha256 === before.sha256;
  if (!isSame) throw new AppError('changeConflict', { path: target, reason: 'changed' });
}

/** What a system says that has no such thing for directories; it has renamed all the same. */
const NO_DIRECTORY_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EPERM', 'EACCES', 'EBADF']);

/** So that the new name survives a power cut. */
async function syncDirectory(directory: string, shown: string): Promise<void> {
  try {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (!NO_DIRECTORY_SYNC.has(errno))
      throw new AppError('writeNotConfirmed', { path: shown, errno }, { cause: thrown });
  }
}

function writeFailed(target: string, thrown: unknown): AppError {
  return new AppError('storeWriteFailed', { path: target, errno: errnoOf(thrown) }, { cause: thrown });
}
