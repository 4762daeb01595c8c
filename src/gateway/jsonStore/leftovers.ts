import { randomBytes } from 'node:crypto';
import { lstat, readdir, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import { fileSystemNow } from './lockFile.ts';
import { systemProcesses, type ProcessTable } from './lockRules.ts';
import { resolveTarget } from './places.ts';
import { credentialsPathOf, statePathOf } from './storeFiles.ts';

const LEFTOVER = /\.openclaw-auth-(\d+)-[0-9a-f]{24}\.(?:tmp|stale)$/;
/** No write takes a thousandth of this: whoever has the number of its process now is another. */
const MAX_AGE_MS = 86_400_000;

/** Part of the name of a temporary file, by which a later process can tell whose it was. */
export function ownSuffix(): string {
  return `openclaw-auth-${String(process.pid)}-${randomBytes(12).toString('hex')}`;
}

/**
 * Removes what processes of ours left that died in the middle: temporary files, which hold secrets, and locks that were moved
 * aside. Also where the store's files are links. `now` in Unix ms. Never throws.
 */
export async function removeLeftovers(
  agentDir: string,
  now: number,
  processes: ProcessTable = systemProcesses,
): Promise<void> {
  for (const file of [credentialsPathOf(agentDir), statePathOf(agentDir)])
    await removeLeftoversBeside(file, now, processes);
}

/** The same for one file. Never throws. */
export async function removeLeftoversBeside(
  file: string,
  now: number,
  processes: ProcessTable = systemProcesses,
): Promise<void> {
  const target = await resolveTarget(file).catch(() => file);
  for (const directory of new Set([path.dirname(file), path.dirname(target)]))
    await cleanDirectory(directory, now, processes);
}

async function cleanDirectory(directory: string, now: number, processes: ProcessTable): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const pid = LEFTOVER.exec(name)?.[1];
    if (pid === undefined) continue;
    const file = path.join(directory, name);
    if (processes.isDead(Number(pid)) || (await isOld(file, now))) await unlink(file).catch(() => {});
  }
}

/** A clock that is ahead would make what a living process is about to use old: the clock that dates the files has to agree. */
async function isOld(file: string, now: number): Promise<boolean> {
  try {
    const { mtimeMs } = await lstat(file);
    if (now - mtimeMs <= MAX_AGE_MS) return false;
    const there = await fileSystemNow(`${file}.${ownSuffix()}.tmp`);
    return there !== null && there - mtimeMs > MAX_AGE_MS;
  } catch {
    return false;
  }
}
