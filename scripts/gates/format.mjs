// @ts-check
/** Prettier over everything that it understands. */
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { runTool } from './tool.mjs';

/** @type {import('./gates.mjs').Gate} */
export const formatGate = {
  name: 'format',
  async problems(root) {
    const ignore = path.join(root, '.prettierignore');
    const config = path.join(ROOT, '.prettierrc.json');
    const args = ['--list-different', '--config', config, '--ignore-path', ignore, '.'];
    const output = await runTool('prettier/bin/prettier.cjs', args, { cwd: root });
    return output
      .split('\n')
      .filter(Boolean)
      .map((file) => `${file}: not formatted`);
  },
};
