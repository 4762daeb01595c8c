import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Clock } from './clock.ts';
import { parseJson } from './json.ts';

/** The right of one process to do something, among those that share a folder. Not a lock: who holds it may lose it at any time. */
export interface Lease {
  /** True while this process has it: takes it where nobody has it, and renews it where it is ours. Never throws. */
  hold(): Promise<boolean>;
  /** Gives it up, so that another can have it at once. Never throws. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly folder: string;
  /** What it is for; only a hash of it stands in the folder. */
  readonly name: string;
  /** Random, of this holder alone. */
  readonly token: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly isAlive: (pid: number) => boolean;
}

interface Holder {
  readonly pid: number;
  readonly token: string;
  /** Unix ms of the last `hold`. */
  readonly at: number;
}

/** So long after the last `hold` it is anybody's. Holders renew it at least every third of this. */
export const LEASE_MS = 15_000;

/** A lease that stands in a file. A holder that is dead, or has not renewed it for {@link LEASE_MS}, has it no more. */
export function createLease({ folder, name, token, pid, clock, isAlive }: LeaseOptions): Lease {
  const file = path.join(folder, createHash('sha256').update(name).digest('hex'));
  const temporary = `${file}.${token}`;
  const isStale = (holder: Holder | null): boolean =>
    // A date in the future is a clock that was put back.
    holder === null || Math.abs(clock.now() - holder.at) > LEASE_MS || !isAlive(holder.pid);

  /** Puts the lease there whole: over ours, or where there is none. */
  const write = async (put: (from: string, to: string) => Promise<void>): Promise<void> => {
    await writeFile(temporary, JSON.stringify({ pid, token, at: clock.now() } satisfies Holder), { mode: 0o600 });
    try {
      await put(temporary, file);
    } finally {
      await unlink(temporary).catch(() => {});
    }
  };

  const take = async (stale: string | null): Promise<void> => {
    if (stale !== null) await moveAside(file, `${temporary}.stale`, stale);
    await write(link);
  };

  return {
    hold: async () => {
      try {
        await mkdir(folder, { recursive: true });
        const text = await readText(file);
        const holder = parseHolder(text);
        if (holder?.token === token) await write(rename);
        else if (text === null || isStale(holder)) await take(text);
        return parseHolder(await readText(file))?.token === token;
      } catch {
        return false;
      }
    },
    release: async () => {
      const text = await readText(file);
      if (parseHolder(text)?.token === token) await unlink(file).catch(() => {});
    },
  };
}

/** Of two that find the same stale lease one moves it; what somebody put there since goes back. */
async function moveAside(file: string, aside: string, stale: string): Promise<void> {
  await rename(file, aside);
  try {
    if ((await readText(aside)) !== stale) await link(aside, file);
  } finally {
    await unlink(aside).catch(() => {});
  }
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

function parseHolder(text: string | null): Holder | null {
  const value = text === null ? null : (parseJson(text) as Partial<Holder> | null | undefined);
  const { pid, token, at } = value ?? {};
  return typeof pid === 'number' && typeof token === 'string' && typeof at === 'number' ? { pid, token, at } : null;
}

/** Whether a process of this machine lives, whoever's it is. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
