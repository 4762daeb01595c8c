// @ts-check
/** The compiler, over the product with its tests and over the scripts. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './tool.mjs';

const PROJECTS = ['tsconfig.json', 'scripts/tsconfig.json'];

/** @type {import('./gates.mjs').Gate} */
export const typesGate = {
  name: 'types',
  async problems(root) {
    const outputs = PROJECTS.filter((project) => existsSync(path.join(root, project))).map((project) =>
      runTool('typescript/bin/tsc', ['--project', project, '--pretty', 'false'], { cwd: root, found: [1, 2] }),
    );
    return (await Promise.all(outputs)).flatMap((output) => output.split('\n').filter((line) => /error TS/.test(line)));
  },
};
