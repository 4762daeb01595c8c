import { readFileSync } from 'node:fs';
import type { Era } from '../../domain/release.ts';
import { parseJson } from '../../platform/json.ts';

/** The eras whose store is a file. */
export type JsonEra = Extract<Era, `json-${string}`>;

/** From this age on a lock counts as forgotten, where the release goes by age (`stale: 3e4`, 2026.2.3 to 2026.6.1). */
const STALE_MS = 30_000;

/** What is known about the processes of this host. */
export interface ProcessTable {
  /** No such process, or one that only waits to be reaped. */
  isDead(pid: number): boolean;
  /** Field 22 of `/proc/<pid>/stat`, clock ticks since boot; tells a process from a later one with its pid. `null`: unknown. */
  startTime(pid: number): number | null;
}

/** The body of a lock file, whoever wrote it. */
export interface LockBody {
  readonly pid: number | null;
  readonly createdAt: string | null;
  readonly startTime: number | null;
}

/** A lock file as found. */
export interface FoundLock {
  readonly body: LockBody | null;
  /** Unix ms. */
  readonly mtimeMs: number;
}

export function parseLockBody(text: string): LockBody | null {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { pid, createdAt, starttime } = body as Record<string, unknown>;
  return {
    pid: typeof pid === 'number' && pid !== 0 ? pid : null,
    createdAt: typeof createdAt === 'string' && createdAt !== '' ? createdAt : null,
    startTime: typeof starttime === 'number' ? starttime : null,
  };
}

/** Our body: the fields of every dialect, and a token by which we know our own lock. The gateway ignores what it does not know. */
export function formatLockBody(pid: number, now: number, startTime: number | null, token: string): string {
  const start = startTime === null ? {} : { starttime: startTime };
  return `${JSON.stringify({ pid, createdAt: new Date(now).toISOString(), ...start, token }, null, 2)}\n`;
}

/**
 * Whether the release itself would take the lock away, so that neither waits for the other for ever. One rule is left out:
 * 2026.2.17 to 2026.5.7 also call a lock stale that vanishes under their eyes, and so delete the next holder's.
 */
export function isStaleLock(era: JsonEra, lock: FoundLock, now: number, processes: ProcessTable): boolean {
  if (era === 'json-owned-lock') return isOwnerGone(lock.body, now, processes);
  const isOld = now - lock.mtimeMs > STALE_MS;
  if (era === 'json-directory-lock') return isOld;
  // 2026.2.17 to 2026.5.7 read a body only when both fields are there.
  const body = lock.body?.pid != null && lock.body.createdAt !== null ? lock.body : null;
  // They go by `createdAt` as well, which a holder with another clock wrote; the time of the file is everybody's.
  return isOld || (body?.pid != null && processes.isDead(body.pid));
}

/**
 * 2026.5.12 to 2026.6.1: a pid decides alone, age only without one, and a lock without a body stays. Releases before 2026.5.26
 * do not look at the start time; it proves the death of an owner there all the same.
 */
function isOwnerGone(body: LockBody | null, now: number, processes: ProcessTable): boolean {
  if (body?.pid == null) return isTooOld(body?.createdAt ?? null, now);
  const current = body.startTime === null ? null : processes.startTime(body.pid);
  return (current !== null && current !== body.startTime) || processes.isDead(body.pid);
}

function isTooOld(createdAt: string | null, now: number): boolean {
  if (createdAt === null) return false;
  const at = Date.parse(createdAt);
  return !Number.isFinite(at) || now - at > STALE_MS;
}

export const systemProcesses: ProcessTable = { isDead, startTime };

function isDead(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it lives, and is somebody else's.
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return statFields(pid)?.[0] === 'Z';
}

function startTime(pid: number): number | null {
  const ticks = Number(statFields(pid)?.[19]);
  return Number.isInteger(ticks) ? ticks : null;
}

/** Fields of `/proc/<pid>/stat` from the third on; the second is a name in parentheses, which may hold anything. */
function statFields(pid: number): string[] | null {
  if (process.platform !== 'linux' || !Number.isInteger(pid) || pid <= 0) return null;
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
