import { chmod, constants, copyFile, lstat, mkdir, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { AgentPlace } from './agentDirs.ts';
import type { GatewayPaths } from './paths.ts';

/** Beside the stores, so that no other disk and no shared directory ever holds a copy. */
const BACKUP_FOLDER = 'openclaw-auth-backups';
const STATE_FILES = ['openclaw.json', '.env', 'state/openclaw.sqlite'];
const AGENT_FILES = ['auth-profiles.json', 'auth-state.json', 'auth.json', 'openclaw-agent.sqlite'];
/** Holds what has not reached the database itself yet; its index is made anew from it. */
const LOG_SUFFIX = '-wal';
const TRIES = 3;

/**
 * Copies everything that credentials are kept in to a new directory of mode 0700 in the state directory, and answers with its
 * path. Throws `storeBusy` when the files change during every try, `storeWriteFailed` {errno} when one cannot be copied.
 */
export async function backUpAuthFiles(
  paths: GatewayPaths,
  places: readonly AgentPlace[],
  now: number,
): Promise<string> {
  const root = path.join(paths.stateDir, BACKUP_FOLDER);
  const name = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  try {
    await makePrivate(root);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const folder = path.join(root, attempt === 1 ? name : `${name}-${String(attempt)}`);
      if (await copyAll(folder, paths, places)) return folder;
    }
  } catch (error) {
    throw AppError.from(error, 'storeWriteFailed');
  }
  throw new AppError('storeBusy', { path: paths.stateDir });
}

/** False where a file changed meanwhile. Nobody is told of a copy that is not whole, so it does not stay: it holds secrets. */
async function copyAll(folder: string, paths: GatewayPaths, places: readonly AgentPlace[]): Promise<boolean> {
  await mkdir(folder, { mode: 0o700 });
  let isWhole = false;
  try {
    const files = await listFiles(paths, places);
    const before = await stampOf(files);
    for (const file of files) if (!(await copyInto(folder, paths.stateDir, file))) return false;
    // A database and its log copied at different moments would not belong together.
    isWhole = (await stampOf(files)) === before;
    return isWhole;
  } finally {
    if (!isWhole) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function listFiles(paths: GatewayPaths, places: readonly AgentPlace[]): Promise<readonly string[]> {
  const agentDirs = new Set([
    paths.sharedAgentDir,
    ...places.filter((place) => !place.isOutside).map((place) => place.agentDir),
  ]);
  const wanted = new Set([
    paths.configPath,
    ...STATE_FILES.map((name) => path.join(paths.stateDir, name)),
    ...[...agentDirs].flatMap((folder) => AGENT_FILES.map((name) => path.join(folder, name))),
  ]);
  const withLogs = [...wanted].flatMap((file) => (file.endsWith('.sqlite') ? [file, file + LOG_SUFFIX] : [file]));
  const found = await Promise.all(withLogs.map(async (file) => ((await isFile(file)) ? [file] : [])));
  return found.flat();
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = files.map(async (file) => {
    const found = await stat(file, { bigint: true }).catch(() => null);
    return found === null ? '-' : [found.ino, found.size, found.mtimeNs].join(' ');
  });
  return (await Promise.all(stamps)).join('\n');
}

/** 0700 whatever the umask; one that was there and is somebody else's link is refused. */
async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  if (!(await lstat(folder)).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
  await chmod(folder, 0o700);
}

/**
 * Under the place that the file has in the state directory; files from elsewhere under `elsewhere` and their whole path. False
 * where the file is gone, as the log of a database is once everybody has closed it.
 */
async function copyInto(folder: string, stateDir: string, file: string): Promise<boolean> {
  const relative = path.relative(stateDir, file);
  const isInside = !relative.startsWith('..') && !path.isAbsolute(relative);
  const target = path.join(folder, isInside ? relative : path.join('elsewhere', file.replaceAll(/[:\\/]+/g, '_')));
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  try {
    await copyFile(file, target, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await chmod(target, 0o600);
  return true;
}
