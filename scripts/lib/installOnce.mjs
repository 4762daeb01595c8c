// @ts-check
/**
 * Installs something into .cache once. What makes it safe to call from several processes at a time: the work is done
 * in a temporary folder and renamed into place, so a half-made tool is never seen; a lock only saves doing it twice.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock, isAlive } from './lock.mjs';
import { CACHE } from './paths.mjs';

const STAMP = '.installed';

/** @type {Map<string, Promise<string>>} */
const underWay = new Map();

/**
 * @param {object} job
 * @param {string} job.id folder below .cache, for example `node/24.21.0`
 * @param {string} job.title what the progress line says
 * @param {string[]} job.inputs everything the result depends on; a change installs again
 * @param {(folder: string) => Promise<void>} job.build fills an empty folder; must not depend on the folder's own path
 * @returns {Promise<string>} the folder, complete
 */
export function installOnce(job) {
  const running = underWay.get(job.id) ?? install(job).finally(() => underWay.delete(job.id));
  underWay.set(job.id, running);
  return running;
}

/** @param {Parameters<typeof installOnce>[0]} job */
async function install({ id, title, inputs, build }) {
  const target = path.join(CACHE, ...id.split('/'));
  const key = hash([process.platform, process.arch, ...inputs]);
  if (isInstalled(target, key)) return target;
  return withLock(id, async () => {
    if (isInstalled(target, key)) return target;
    const slug = id.replaceAll('/', '-');
    removeLeftOvers(slug);
    const work = path.join(CACHE, 'tmp', `${slug}@${process.pid}@${randomUUID().slice(0, 8)}`);
    mkdirSync(work, { recursive: true });
    const start = Date.now();
    console.error(`Installing ${title} …`);
    try {
      await build(work);
      writeFileSync(path.join(work, STAMP), key);
      putInPlace(work, target, key);
    } catch (cause) {
      throw new Error(`Could not install ${title}. ${messageOf(cause)}`, { cause });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    console.error(`Installed ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    return target;
  });
}

/** @param {string} folder @param {string} key */
function isInstalled(folder, key) {
  const stamp = path.join(folder, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === key;
}

/** @param {string} work @param {string} target @param {string} key */
function putInPlace(work, target, key) {
  mkdirSync(path.dirname(target), { recursive: true });
  const trash = `${work}.replaced`;
  if (existsSync(target)) renameSync(target, trash);
  try {
    renameSync(work, target);
  } catch (error) {
    if (!isInstalled(target, key)) throw error; // Otherwise another process was faster with the same content.
  }
  rmSync(trash, { recursive: true, force: true });
}

/**
 * A process that was killed while installing leaves its temporary folder behind.
 * @param {string} slug
 */
function removeLeftOvers(slug) {
  const folder = path.join(CACHE, 'tmp');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [owner, pid] = name.split('@');
    if (owner === slug && !isAlive(Number(pid))) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/** @param {string[]} parts */
const hash = (parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
