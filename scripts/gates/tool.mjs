// @ts-check
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { runToEnd } from '../lib/run.mjs';

/**
 * Runs a tool of ours below a folder. Exit codes that mean "found something" are results; any other is an error.
 * @param {string} script inside node_modules
 * @param {string[]} args
 * @param {{cwd: string, found?: number[]}} options
 * @returns {Promise<string>} what it printed
 */
export async function runTool(script, args, { cwd, found = [1] }) {
  const file = path.join(ROOT, 'node_modules', script);
  const { code, stdout, stderr } = await runToEnd(process.execPath, [file, ...args], { cwd });
  if (code !== null && [0, ...found].includes(code)) return stdout;
  throw new Error(`${script} ended with ${String(code)}: ${(stderr + stdout).trim().slice(-2_000)}`);
}
