import * as path from 'node:path';
import { pathFolders, stampOf, type NodeSearch } from './nodeProgram.ts';

/**
 * Absolute path of a program that can be run: the user's choice, else the first one on PATH. Null when there is none. Relative
 * PATH entries are skipped: they would find a program in whatever folder is open.
 */
export async function findProgram(name: string, chosen: string | null, env: NodeSearch['env']): Promise<string | null> {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const candidates =
    chosen === null
      ? pathFolders(env).flatMap((folder) => suffixes.map((suffix) => path.join(folder, name + suffix)))
      : [chosen].filter((file) => path.isAbsolute(file));
  for (const candidate of candidates) if ((await stampOf(candidate)) !== null) return candidate;
  return null;
}
