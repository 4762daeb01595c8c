// @ts-check
/** Builds the bundles and packs them as the VSIX that users install. The same sources give the same bytes. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { withStagedSources } from './stagedSources.mjs';

/** The date of every file inside the VSIX: without it the bytes would differ from one packing to the next. */
const SOURCE_DATE_EPOCH = '1767225600';

/** Writes dist/extension.js and dist/worker.mjs. */
export async function build() {
  await run(process.execPath, ['esbuild.config.mjs'], { cwd: ROOT, what: 'Building the extension' });
}

/** Where the VSIX is put. */
export const VSIX_FILE = path.join(CACHE, 'vsix/openclaw-auth.vsix');

/** Names the VSIX that is made already; what runs beside others must not build, for they read what it writes. */
export const VSIX_VARIABLE = 'OPENCLAW_AUTH_VSIX';

/** The VSIX that is made already, or one that is made now. */
export async function ensureVsix() {
  const made = process.env[VSIX_VARIABLE];
  if (made !== undefined && existsSync(made)) return made;
  await build();
  return packageVsix();
}

/**
 * Packs what `build` wrote.
 * @returns {Promise<string>} the absolute path of the VSIX
 */
export async function packageVsix() {
  mkdirSync(path.dirname(VSIX_FILE), { recursive: true });
  const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
  // The README's links stay relative: there is no published repository that they could be made to point at.
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '-o', VSIX_FILE];
  await withStagedSources(ROOT, (folder) =>
    run(process.execPath, [vsce, 'package', ...options], {
      cwd: folder,
      env: { ...process.env, SOURCE_DATE_EPOCH },
      what: 'Packaging the extension',
    }),
  );
  return VSIX_FILE;
}
