import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

/** What is remembered over all windows on this machine. Each mark is a file of its own, so that no window overwrites another's. */
export interface SharedMarks {
  /** Sets a mark. True for one caller only, in whichever window; false where it is there already, or cannot be kept. */
  claim(name: string, text?: string): Promise<boolean>;
  /** Which marks there are at this moment, in one look however many are asked for. */
  look(): Promise<(name: string) => boolean>;
  /** Sets a mark, also over one that is there; whoever reads it sees one text or the other. False where it cannot be kept. */
  put(name: string, text: string): Promise<boolean>;
  /** The mark's text; null where there is none. */
  read(name: string): Promise<string | null>;
  /** Removes a mark. True for one caller only. */
  take(name: string): Promise<boolean>;
  count(): Promise<number>;
  /** Removes all of them, or those last written before `before` (Unix ms, this machine's clock). */
  clear(before?: number): Promise<void>;
}

/** Marks in `folder`, under hashed names. Nothing throws: what cannot be kept is as if it were not there. */
export function createSharedMarks(folder: string): SharedMarks {
  const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex');
  const fileOf = (name: string): string => path.join(folder, hashOf(name));
  const isDone = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  return {
    claim: async (name, text = '') => {
      await isDone(mkdir(folder, { recursive: true }));
      return isDone(writeFile(fileOf(name), text, { flag: 'wx', mode: 0o600 }));
    },
    look: async () => {
      const found = new Set(await readdir(folder).catch(() => []));
      return (name) => found.has(hashOf(name));
    },
    put: async (name, text) => {
      await isDone(mkdir(folder, { recursive: true }));
      const temporary = `${fileOf(name)}.${randomUUID()}`;
      const isPut = await isDone(
        writeFile(temporary, text, { flag: 'wx', mode: 0o600 }).then(() => rename(temporary, fileOf(name))),
      );
      if (!isPut) await isDone(unlink(temporary));
      return isPut;
    },
    read: (name) => readFile(fileOf(name), 'utf8').catch(() => null),
    take: (name) => isDone(unlink(fileOf(name))),
    count: async () => (await readdir(folder).catch(() => [])).length,
    clear: async (before = Number.POSITIVE_INFINITY) => {
      const files = (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name));
      await Promise.all(
        files.map(async (file) => {
          const found = await stat(file).catch(() => null);
          if (found !== null && found.mtimeMs < before) await isDone(unlink(file));
        }),
      );
    },
  };
}
