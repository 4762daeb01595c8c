// @ts-check
/** Calls npm so that it only unpacks packages: no install script runs, nothing is audited, nothing is asked. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { run, which } from './run.mjs';

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/**
 * @param {string[]} args
 * @param {{cwd: string, env?: NodeJS.ProcessEnv, what: string}} options
 */
export async function npm(args, { cwd, env = process.env, what }) {
  const [command, ...first] = findNpm();
  await run(command, [...first, ...args, ...QUIET], { cwd, env: withoutOuterNpm(env), what });
}

/**
 * The folder of node-gyp inside npm itself, so that compiling needs no further download.
 * @returns {string}
 */
export function findNodeGyp() {
  const [, cli] = findNpm();
  if (cli === undefined) throw new Error('npm was not found as a JavaScript file; node-gyp cannot be located.');
  return path.resolve(path.dirname(cli), '../node_modules/node-gyp/bin/node-gyp.js');
}

/**
 * npm as [node, npm-cli.js] where its script can be found (always under `npm run`), else as the program on PATH.
 * @returns {[string, ...string[]]}
 */
function findNpm() {
  const outer = process.env.npm_execpath;
  if (outer !== undefined && path.basename(outer) === 'npm-cli.js') return [process.execPath, outer];
  const onPath = which('npm');
  if (onPath === undefined)
    throw new Error('npm was not found on PATH. Install Node.js 20 or newer together with npm.');
  const script = resolveScript(onPath);
  return script === undefined ? [onPath] : [process.execPath, script];
}

/** @param {string} onPath */
function resolveScript(onPath) {
  const candidates =
    process.platform === 'win32'
      ? [path.join(path.dirname(onPath), 'node_modules/npm/bin/npm-cli.js')]
      : [realpathSync(onPath)];
  return candidates.find((file) => file.endsWith('npm-cli.js') && existsSync(file));
}

/**
 * An npm that runs us describes its own project in the environment; an npm that we run must not inherit that.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutOuterNpm(env) {
  const own =
    /^(npm_(package|lifecycle)_|npm_config_(local_prefix|prefix|dir|nodedir|omit|include|workspace)|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}
