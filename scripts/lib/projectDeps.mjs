// @ts-check
/** Brings node_modules in step with package-lock.json, and leaves it alone when it already is. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { npm } from './npm.mjs';
import { ROOT } from './paths.mjs';

/** Runs `npm ci` when something that package-lock.json asks for is missing or of another version. */
export async function ensureProjectDeps() {
  if (areCurrent()) return;
  await withLock('project-dependencies', async () => {
    if (areCurrent()) return;
    const start = Date.now();
    console.error('Installing the dependencies of this project …');
    await npm(['ci'], { cwd: ROOT, what: 'npm ci' });
    console.error(`Installed the dependencies of this project (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  });
}

/**
 * npm notes what it installed in node_modules/.package-lock.json, so no stamp of ours is needed and an install that a
 * developer did by hand counts too. Optional packages may be missing: they are for other platforms.
 */
function areCurrent() {
  const note = path.join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const wanted = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(note, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === '' || (present[name] ? present[name].version === entry.version : entry.optional === true),
  );
}
