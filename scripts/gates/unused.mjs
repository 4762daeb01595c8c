// @ts-check
/** knip: files, exports and dependencies that nothing uses, and those that are used and not declared. */
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { runTool } from './tool.mjs';

/** @type {import('./gates.mjs').Gate} */
export const unusedGate = {
  name: 'unused',
  async problems(root) {
    const args = ['--config', path.join(ROOT, 'knip.json'), '--reporter', 'json', '--no-progress'];
    const { issues } = JSON.parse(await runTool('knip/bin/knip.js', args, { cwd: root }));
    return issues.flatMap((/** @type {Record<string, unknown>} */ { file, ...kinds }) =>
      Object.entries(kinds).flatMap(([kind, found]) => list(found).map((name) => `${file} ${kind}: ${name}`)),
    );
  },
};

/** @param {unknown} found @returns {string[]} */
function list(found) {
  if (!Array.isArray(found)) return [];
  return found.map((entry) => (Array.isArray(entry) ? entry.map(({ name }) => name).join(' = ') : entry.name));
}
