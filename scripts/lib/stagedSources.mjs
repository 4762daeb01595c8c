// @ts-check
/** vsce walks every folder but node_modules before it applies .vscodeignore, so it works on a copy without our caches. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from './paths.mjs';

const LEFT_OUT = new Set(['node_modules', '.git', '.cache']);

/**
 * Calls back with a copy of a source folder, which is gone afterwards.
 * @template T
 * @param {string} root
 * @param {(folder: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withStagedSources(root, use) {
  const parent = path.join(CACHE, 'vsix');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'stage-'));
  try {
    for (const name of readdirSync(root).filter((entry) => !LEFT_OUT.has(entry)))
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
