// @ts-check
/** Type-checked lint, and the doors: which file may do what. */
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { DOORS } from './doors.mjs';
import { runTool } from './tool.mjs';

/** @type {import('./gates.mjs').Gate} */
export const eslintGate = {
  name: 'eslint',
  rules: () => DOORS.map((door) => `[${door.name}]`),
  async problems(root) {
    const args = ['--config', path.join(ROOT, 'eslint.config.mjs'), '--format', 'json', '--no-warn-ignored', '.'];
    /** @type {import('eslint').ESLint.LintResult[]} */
    const results = JSON.parse(await runTool('eslint/bin/eslint.js', args, { cwd: root }));
    return results.flatMap(({ filePath, messages }) =>
      messages.map(
        ({ line, ruleId, message }) => `${path.relative(root, filePath)}:${line} ${ruleId ?? 'error'}: ${message}`,
      ),
    );
  },
};
