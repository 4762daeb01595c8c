// @ts-check
/** l10n/bundle.l10n.json holds the texts of the code, no more and no fewer. `npm run l10n` writes it. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** @type {typeof import('@vscode/l10n-dev')} */
const { getL10nJson } = createRequire(import.meta.url)('@vscode/l10n-dev');

export const BUNDLE = 'l10n/bundle.l10n.json';

/** The texts that the code uses. @param {string} root @returns {Promise<import('@vscode/l10n-dev').l10nJsonFormat>} */
export function extractTexts(root) {
  const files = globSync('src/**/*.ts', { cwd: root });
  return getL10nJson(
    files.map((file) => ({ extension: '.ts', contents: readFileSync(path.join(root, file), 'utf8') })),
  );
}

/** @type {import('./gates.mjs').Gate} */
export const l10nGate = {
  name: 'l10n',
  async problems(root) {
    const bundle = path.join(root, BUNDLE);
    if (!existsSync(bundle)) return [`${BUNDLE}: is missing; run npm run l10n`];
    const stated = JSON.parse(readFileSync(bundle, 'utf8'));
    const used = await extractTexts(root);
    return [
      ...Object.keys(used)
        .filter((key) => !(key in stated))
        .map((key) => `${BUNDLE} missing: ${key}`),
      ...Object.keys(stated)
        .filter((key) => !(key in used))
        .map((key) => `${BUNDLE} unused: ${key}`),
      ...Object.keys(used)
        .filter((key) => key in stated && JSON.stringify(used[key]) !== JSON.stringify(stated[key]))
        .map((key) => `${BUNDLE} differs: ${key}`),
    ];
  },
};
