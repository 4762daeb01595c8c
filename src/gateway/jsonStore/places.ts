import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { StoreExposure } from '../../domain/snapshot.ts';
import { errnoOf } from './lockFile.ts';

const GROUP_WRITE = 0o020;
const OTHER_WRITE = 0o002;
const STICKY = 0o1000;
const GROUP = { read: 0o040, pass: 0o010 };
const OTHER = { read: 0o004, pass: 0o001 };

/**
 * Where a file really lies: a link is followed, so that it stays and its target is replaced. Throws `storeUnreadable`
 * {path, problem: danglingLink} for a link that leads nowhere or in a circle: what would be made there is anybody's guess.
 */
export async function resolveTarget(file: string): Promise<string> {
  if (!(await isLink(file))) return file;
  try {
    return await realpath(file);
  } catch (thrown) {
    throw new AppError('storeUnreadable', { path: file, problem: 'danglingLink' }, { cause: thrown });
  }
}

async function isLink(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return false;
  }
}

/**
 * Throws `storeExposed` {path, mode} where another user may write the file, or a directory in which it, the link to it or its
 * lock stands: they could put another file in its place, or take it. And what {@link resolveTarget} throws.
 */
export async function checkPlace(file: string): Promise<void> {
  const exposure = await findWritable(file, await resolveTarget(file));
  if (exposure !== null) throw new AppError('storeExposed', { path: exposure.path, mode: octal(exposure.mode) });
}

/** What others may do with a store's file, worst first; `null`: nothing. Never throws. */
export async function findExposure(file: string): Promise<StoreExposure | null> {
  try {
    const target = await resolveTarget(file);
    const writable = await findWritable(file, target);
    if (writable !== null) return writable;
    const found = await statOrNull(target);
    if (found === null || !hasModes || !(await mayOthersRead(target, found))) return null;
    return { path: target, mode: found.mode & 0o7777, kind: 'readable' };
  } catch {
    return null;
  }
}

async function findWritable(file: string, target: string): Promise<StoreExposure | null> {
  if (!hasModes) return null;
  const found = await statOrNull(target);
  if (found !== null && (await mayOthersWrite(found))) return exposed(target, found.mode);
  for (const directory of new Set([path.dirname(target), path.dirname(file)])) {
    const [place, inside] = await nearest(directory);
    if (inside === null || !(await mayOthersWrite(inside))) continue;
    // In a sticky directory nobody takes away what is another's, but anybody may put something where nothing is.
    const isKept = (inside.mode & STICKY) !== 0 && found?.uid === process.geteuid?.() && place === directory;
    if (!isKept) return exposed(place, inside.mode);
  }
  return null;
}

/** Windows has access lists; what Node shows as a mode there says nothing about others. */
const hasModes = process.platform !== 'win32';

interface Access {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const exposed = (at: string, mode: number): StoreExposure => ({ path: at, mode: mode & 0o7777, kind: 'writable' });

/** The directory, or the first one above it that is there. */
async function nearest(directory: string): Promise<readonly [string, Access | null]> {
  const found = await statOrNull(directory);
  const above = path.dirname(directory);
  return found !== null || above === directory ? [directory, found] : nearest(above);
}

async function statOrNull(file: string): Promise<Access | null> {
  try {
    return await stat(file);
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(thrown))) return null;
    throw thrown;
  }
}

async function mayOthersWrite({ mode, uid, gid }: Access): Promise<boolean> {
  if ((mode & OTHER_WRITE) !== 0) return true;
  return (mode & GROUP_WRITE) !== 0 && !(await isPrivateGroup(gid, uid));
}

/** Reading needs a way through every directory above, so a file of mode 0644 in a home of mode 0700 is nobody else's. */
async function mayOthersRead(file: string, { mode, uid, gid }: Access): Promise<boolean> {
  const isPrivate = await isPrivateGroup(gid, uid);
  const classes = [OTHER, ...(isPrivate ? [] : [GROUP])].filter(({ read }) => (mode & read) !== 0);
  if (classes.length === 0) return false;
  const passes = classes.reduce((bits, { pass }) => bits | pass, OTHER.pass);
  for (let at = path.dirname(await realpath(file)); ; at = path.dirname(at)) {
    const above = await statOrNull(at);
    if (above === null || (above.mode & passes) === 0) return false;
    if (path.dirname(at) === at) return true;
  }
}

/**
 * Many distributions give each account a group of its own and let it write. Such a group has the number of the account, no
 * member but it, and is no other account's first group. What cannot be looked up is not private.
 */
async function isPrivateGroup(gid: number, uid: number): Promise<boolean> {
  if (gid !== uid) return false;
  try {
    const [accounts, groups] = await Promise.all([records('/etc/passwd'), records('/etc/group')]);
    const name = accounts.find((account) => account[2] === String(uid))?.[0];
    const group = groups.find((candidate) => candidate[2] === String(gid));
    const members = (group?.[3] ?? '').split(',').filter((member) => member !== '');
    const isShared = accounts.some((account) => account[3] === String(gid) && account[2] !== String(uid));
    return name !== undefined && group !== undefined && !isShared && members.every((member) => member === name);
  } catch {
    return false;
  }
}

async function records(file: string): Promise<readonly (readonly string[])[]> {
  return (await readFile(file, 'utf8')).split('\n').map((line) => line.split(':'));
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
