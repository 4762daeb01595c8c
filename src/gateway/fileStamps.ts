import { stat } from 'node:fs/promises';

/**
 * Tells a change from a mere event: who opens a database as root sets the owner of its log again, so that every reading of
 * ours is an event, and would be the cause of the next.
 */
export class FileStamps {
  readonly #known = new Map<string, string>();
  readonly #doubted = new Set<string>();

  doubt(file: string): void {
    this.#doubted.add(file);
  }

  /** Looks at what was doubted. True when a file is not as it was, or was not known. */
  async check(): Promise<boolean> {
    const files = [...this.#doubted];
    this.#doubted.clear();
    const stamps = await Promise.all(files.map(stampOf));
    let isChanged = false;
    for (const [index, file] of files.entries()) {
      const stamp = stamps[index] ?? '';
      isChanged ||= this.#known.get(file) !== stamp;
      this.#known.set(file, stamp);
    }
    return isChanged;
  }
}

/** Changes when one of the files is written or replaced. */
export async function stampFiles(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(stampOf))).join('\n');
}

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${String(ino)} ${String(size)} ${String(mtimeNs)}`;
  } catch {
    return '-';
  }
}
