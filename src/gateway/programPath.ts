import { access, constants, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { pathFolders, type NodeSearch } from './nodeProgram.ts';

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
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
