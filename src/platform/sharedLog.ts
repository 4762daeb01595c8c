import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import type { Clock } from './clock.ts';

/** Lines that all windows on this machine write and read. */
export interface SharedLog {
  /** False where the line could not be kept. */
  append(line: string): Promise<boolean>;
  /** The lines, in no order between windows; none where nothing can be read. */
  read(): Promise<readonly string[]>;
  /** Removes all lines. False where some are left. */
  clear(): Promise<boolean>;
}

export interface SharedLogLimits {
  /** At least so many of the newest lines are kept, and at most twice as many. */
  readonly lines: number;
  /** A line goes at the latest when it is half as old again. */
  readonly keptMs: number;
}

const EXTENSION = '.jsonl';
/** Digits of the time in a file's name, Unix ms. */
const TIME_LENGTH = 16;

/**
 * A log in `folder` as a row of files, of which only the last is written. A full file is followed by the next, and old ones are
 * removed whole: nothing is ever written anew, so no window loses a line of another's. Each line is one write between two line
 * breaks, so that one that was cut off by a crash costs only itself. Nothing throws.
 */
export function createSharedLog(folder: string, clock: Clock, limits: SharedLogLimits): SharedLog {
  return new SegmentedLog(folder, clock, limits);
}

class SegmentedLog implements SharedLog {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #limits: SharedLogLimits;

  constructor(folder: string, clock: Clock, limits: SharedLogLimits) {
    this.#folder = folder;
    this.#clock = clock;
    this.#limits = limits;
  }

  async append(line: string): Promise<boolean> {
    try {
      await mkdir(this.#folder, { recursive: true });
      const files = await this.#list();
      const last = files.at(-1);
      const isOpen = last !== undefined && !(await this.#isFull(last));
      await appendFile(isOpen ? last : this.#newFile(last), `\n${line}\n`, { mode: 0o600 });
      if (!isOpen) await this.#removeOld(files);
      return true;
    } catch {
      return false;
    }
  }

  async read(): Promise<readonly string[]> {
    const texts = await Promise.all((await this.#list()).map(readLines));
    return texts.flat();
  }

  async clear(): Promise<boolean> {
    await Promise.all((await this.#list()).map((file) => unlink(file).catch(() => {})));
    return (await this.#list()).length === 0;
  }

  /** From the oldest to the newest: the names begin with the time at which they were begun. */
  async #list(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const ours = names.filter((name) => /^\d{16}-/.test(name) && name.endsWith(EXTENSION)).toSorted();
    return ours.map((name) => path.join(this.#folder, name));
  }

  /** After the last one, also where the clock was set back. */
  #newFile(last: string | undefined): string {
    const begun = Math.max(this.#clock.now(), last === undefined ? 0 : begunOf(last) + 1);
    const name = `${String(begun).padStart(TIME_LENGTH, '0')}-${randomUUID()}${EXTENSION}`;
    return path.join(this.#folder, name);
  }

  /** A file ends after half the lines, or a third of the time, so that what is removed whole is not much. */
  async #isFull(file: string): Promise<boolean> {
    if (this.#ageOf(file) > this.#limits.keptMs / 3) return true;
    return (await readLines(file)).length >= this.#limits.lines / 2;
  }

  #ageOf(file: string): number {
    return this.#clock.now() - begunOf(file);
  }

  /** `files`: those before the one that was just begun. */
  async #removeOld(files: readonly string[]): Promise<void> {
    let kept = 0;
    for (const file of files.toReversed()) {
      // The file was written for a third of the time.
      const isOld = this.#ageOf(file) > (this.#limits.keptMs * 4) / 3;
      if (isOld || kept >= this.#limits.lines) await unlink(file).catch(() => {});
      else kept += (await readLines(file)).length;
    }
  }
}

function begunOf(file: string): number {
  return Number(path.basename(file).slice(0, TIME_LENGTH));
}

async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
