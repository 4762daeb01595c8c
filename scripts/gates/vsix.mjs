// @ts-check
/** The VSIX holds what runs and nothing else: what vsce would pack equals test/gates/vsixContents.json. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from '../lib/packageVsix.mjs';
import { ROOT } from '../lib/paths.mjs';
import { withStagedSources } from '../lib/stagedSources.mjs';
import { runTool } from './tool.mjs';

const REVIEWED = path.join(ROOT, 'test/gates/vsixContents.json');

/** @type {import('./gates.mjs').Gate} */
export const vsixGate = {
  name: 'vsix',
  async problems(root) {
    /** @type {string[]} */
    const reviewed = JSON.parse(readFileSync(REVIEWED, 'utf8'));
    const isBuilt = reviewed
      .filter((file) => file.startsWith('dist/'))
      .every((file) => existsSync(path.join(root, file)));
    if (root === ROOT && !isBuilt) await build();
    const output = await withStagedSources(root, (folder) =>
      runTool('@vscode/vsce/vsce', ['ls', '--no-dependencies'], { cwd: folder, found: [] }),
    );
    const packed = output.split('\n').filter(Boolean);
    return [
      ...packed.filter((file) => !reviewed.includes(file)).map((file) => `${file}: would be packed, is not reviewed`),
      ...reviewed.filter((file) => !packed.includes(file)).map((file) => `${file}: would not be packed`),
    ];
  },
};
