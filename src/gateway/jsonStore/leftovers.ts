import { randomBytes } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import type { ProcessTable } from './lockRules.ts';

const LEFTOVER = /\.openclaw-auth-(\d+)-[0-9a-f]{24}\.(?:tmp|stale)$/;

/** Part of the name of a temporary file, by which a later process can tell whose it was. */
export function ownSuffix(): string {
  return `openclaw-auth-${String(process.pid)}-${randomBytes(12).toString('hex')}`;
}

/** Removes the temporary files of processes of ours that died in the middle: they hold secrets. To be called under the lock. */
export async function removeLeftovers(directory: string, processes: ProcessTable): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const pid = LEFTOVER.exec(name)?.[1];
    if (pid !== undefined && processes.isDead(Number(pid))) await unlink(path.join(directory, name)).catch(() => {});
  }
}
