import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { MAX_DOCUMENT_BYTES } from '../domain/jsonTree.ts';
import type { StoreProblem } from '../domain/snapshot.ts';

export interface FileContent {
  readonly text: string;
  /** Hex SHA-256 of the bytes. */
  readonly sha256: string;
  readonly mtimeNs: bigint;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export type ReadFile =
  | ({ readonly kind: 'ok' } & FileContent)
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unreadable';
      readonly problem: StoreProblem;
      /** What comes before the first wrong byte of `notUtf8`. */ readonly validText?: string;
    };

/**
 * Reads a UTF-8 file of at most `maxBytes` (4 MiB) that anybody may have put there. Never throws, and never waits: a pipe, a device or a
 * directory is `notARegularFile`, and a file that grows while it is read is `tooLarge`.
 */
export async function readTextFile(path: string, maxBytes = MAX_DOCUMENT_BYTES): Promise<ReadFile> {
  let handle: FileHandle | null = null;
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to does not return.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readHandle(handle, maxBytes);
  } catch (thrown) {
    return failureOf(thrown);
  } finally {
    await handle?.close().catch(() => {});
  }
}

async function readHandle(handle: FileHandle, maxBytes: number): Promise<ReadFile> {
  const stat = await handle.stat({ bigint: true });
  if (!stat.isFile()) return { kind: 'unreadable', problem: 'notARegularFile' };
  if (stat.size > maxBytes) return { kind: 'unreadable', problem: 'tooLarge' };
  // One byte more than allowed, so that a file without a size (in /proc) is measured too.
  const buffer = Buffer.allocUnsafe(stat.size === 0n ? maxBytes + 1 : Number(stat.size) + 1);
  const bytes = buffer.subarray(0, await fill(handle, buffer));
  if (bytes.length > maxBytes) return { kind: 'unreadable', problem: 'tooLarge' };
  const text = decode(bytes);
  if (text === null) return { kind: 'unreadable', problem: 'notUtf8', validText: decodeValid(bytes) };
  return {
    kind: 'ok',
    text,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mtimeNs: stat.mtimeNs,
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
  };
}

async function fill(handle: FileHandle, buffer: Buffer): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** The text up to the first byte that is not UTF-8, found by halving: a decoder says only that there is one. */
function decodeValid(bytes: Buffer): string {
  let [valid, end] = [0, bytes.length];
  while (valid < end) {
    const middle = Math.ceil((valid + end) / 2);
    if (decodeStart(bytes, middle) === null) end = middle - 1;
    else valid = middle;
  }
  return decodeStart(bytes, valid) ?? '';
}

/** A character that the end cuts off is left out; `null` where something before it is wrong. */
function decodeStart(bytes: Buffer, length: number): string | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes.subarray(0, length), { stream: true });
  } catch {
    return null;
  }
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const MISSING = new Set(['ENOENT', 'ENOTDIR']);
const PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  EACCES: 'permission',
  EPERM: 'permission',
  EISDIR: 'notARegularFile',
  ENXIO: 'notARegularFile',
  ELOOP: 'notARegularFile',
};

function failureOf(thrown: unknown): ReadFile {
  const errno = (thrown as { code?: unknown } | null)?.code;
  if (typeof errno !== 'string') return { kind: 'unreadable', problem: 'ioError' };
  if (MISSING.has(errno)) return { kind: 'missing' };
  return { kind: 'unreadable', problem: PROBLEMS[errno] ?? 'ioError' };
}
