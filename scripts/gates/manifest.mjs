// @ts-check
/** package.json, package.nls.json and src/contributions.ts say the same, and every icon exists. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import { ROOT } from '../lib/paths.mjs';
import { frameProblems, nameProblems, referenceProblems, settingProblems, textProblems } from './manifestRules.mjs';

const CODICONS = path.join(ROOT, 'node_modules/@vscode/codicons/dist/codicon.css');

/** @type {import('./gates.mjs').Gate} */
export const manifestGate = {
  name: 'manifest',
  async problems(root) {
    const read = (/** @type {string} */ name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
    const manifest = read('package.json');
    const nls = read('package.nls.json');
    /** @type {import('./manifestRules.mjs').Contributions} */
    const code = await load(path.join(root, 'src/contributions.ts'));
    return [
      ...nameProblems(manifest, code),
      ...settingProblems(manifest, code),
      ...referenceProblems(manifest, nls, code),
      ...textProblems(manifest, nls),
      ...frameProblems(manifest),
      ...iconProblems(root),
    ];
  },
};

/** Runs a TypeScript file that imports nothing. @param {string} file */
async function load(file) {
  const { code } = await transform(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm' });
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}

/** Icons by name: `$(name)`, `new ThemeIcon('name')` and `icon: 'name'`. @param {string} root @returns {string[]} */
function iconProblems(root) {
  const known = new Set([...readFileSync(CODICONS, 'utf8').matchAll(/\.codicon-([\w-]+):before/g)].map(([, id]) => id));
  const files = ['package.json', ...globSync('src/**/*.ts', { cwd: root })];
  return files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const used = text.matchAll(/\$\(([a-z][\w-]*)(?:~\w+)?\)|(?:ThemeIcon\(|\bicon: )'([a-z][\w-]*)(?:~\w+)?'/g);
    return [...used]
      .map(([, a, b]) => a ?? b)
      .flatMap((id) => (known.has(id) ? [] : [`${file} icon: no codicon “${id}”`]));
  });
}
