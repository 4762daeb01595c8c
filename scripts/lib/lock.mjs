// @ts-check
/**
 * One process at a time for a named piece of work. A lock is a folder (making one is atomic everywhere) that names its
 * owner's process id; the lock of a process that is gone is taken over.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE } from './paths.mjs';

const POLL_MS = 200;
/** Between making the folder and writing the owner a lock names nobody; past this age its maker died there. */
const NAMELESS_MS = 5_000;

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const folder = path.join(CACHE, 'locks', name.replaceAll('/', '-'));
  mkdirSync(path.dirname(folder), { recursive: true });
  for (let waited = false; !take(folder); waited = true) {
    if (isAbandoned(folder)) {
      discard(folder);
      continue;
    }
    if (!waited) console.error(`Waiting for another process that installs ${name} …`);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Whether a process exists. One that belongs to another user (EPERM) does.
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {string} folder */
function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(path.join(folder, 'pid'), String(process.pid));
  return true;
}

/** @param {string} folder */
function isAbandoned(folder) {
  try {
    return !isAlive(Number(readFileSync(path.join(folder, 'pid'), 'utf8')));
  } catch {
    try {
      return Date.now() - statSync(folder).mtimeMs > NAMELESS_MS;
    } catch {
      return false; // Just released.
    }
  }
}

/**
 * Renaming has one winner, so two waiters cannot both take the same abandoned lock away.
 * @param {string} folder
 */
function discard(folder) {
  const trash = `${folder}.${process.pid}`;
  try {
    renameSync(folder, trash);
  } catch {
    return; // The other waiter won.
  }
  rmSync(trash, { recursive: true, force: true });
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;
