// @ts-check
/** dependency-cruiser: the layers, no cycles, nothing that stands alone. */
import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { runTool } from './tool.mjs';

const CONFIG = path.join(ROOT, '.dependency-cruiser.cjs');

/** @type {import('./gates.mjs').Gate} */
export const layersGate = {
  name: 'layers',
  rules: () =>
    createRequire(import.meta.url)(CONFIG).forbidden.map((/** @type {{name: string}} */ { name }) => ` ${name}: `),
  async problems(root) {
    const args = ['src', '--config', CONFIG, '--output-type', 'json'];
    /** @type {import('dependency-cruiser').ICruiseResult} */
    const { modules, summary } = JSON.parse(
      await runTool('dependency-cruiser/bin/dependency-cruiser.mjs', args, { cwd: root, found: [] }),
    );
    // With a compiler that it does not know it reads nothing and says that all is well.
    const seen = new Set(modules.map((module) => path.normalize(module.source)));
    const missed = globSync('src/**/*.ts', { cwd: root }).filter((file) => !seen.has(file));
    return [
      ...missed.map((file) => `${file} unread: dependency-cruiser did not read it`),
      ...summary.violations.map(({ rule, from, to }) => `${from} ${rule.name}: ${to}`),
    ];
  },
};
