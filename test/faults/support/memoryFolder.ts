import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import * as path from 'node:path';

const MEMORY = '/dev/shm';

/** A folder in memory where there is one: who excludes whom does not depend on the disk, and waiting for it takes most of the time. */
export async function inMemory<T>(tempDir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(existsSync(MEMORY) ? MEMORY : tempDir, 'faults-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
