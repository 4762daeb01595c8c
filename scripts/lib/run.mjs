// @ts-check
/** Runs child processes and turns a failure into one readable error: the command, how it ended, and what it said. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment of the child (default: ours)
 * @property {boolean} [inherit] show the output as it comes instead of collecting it
 * @property {string} [what] how to name the command in an error
 */

/** A compiler says what is wrong first, an installer last. */
const SHOWN_LINES = 20;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Makes Ctrl+C (and a polite kill) end this process together with the children that `run` started. */
export function endChildrenOnSignals() {
  for (const [signal, number] of /** @type {const} */ ([
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ])) {
    process.on(signal, () => process.exit(128 + number));
  }
  process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));
}

/**
 * Runs a command without a shell and with no standard input, so that it can never wait for an answer.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{stdout: string, stderr: string}>}
 */
export async function run(command, args, options = {}) {
  const what = options.what ?? [path.basename(command), ...args].join(' ');
  const { code, signal, stdout, stderr } = await runToEnd(command, args, options);
  if (code === 0) return { stdout, stderr };
  const end = signal ? `was ended by ${signal}` : `failed with exit code ${String(code)}`;
  const lines = (stderr + stdout).trimEnd().split('\n');
  const gap = lines.length > 2 * SHOWN_LINES;
  const words = gap ? [...lines.slice(0, SHOWN_LINES), '…', ...lines.slice(-SHOWN_LINES)].join('\n') : lines.join('\n');
  throw new Error(`${what} ${end}${words ? `:\n${words}` : '.'}`);
}

/**
 * As `run`, but a non-zero exit is a result, not an error. Rejects only when the command cannot be started.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string}>}
 */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', (cause) => {
      running.delete(child);
      reject(new Error(`Could not start ${options.what ?? command}: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/**
 * The absolute path of a program on PATH, or undefined.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function which(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/**
 * The environment with some folders first in PATH.
 * @param {string[]} folders
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function withPath(folders, env = process.env) {
  return { ...env, PATH: [...folders, env.PATH ?? env.Path ?? ''].filter(Boolean).join(path.delimiter) };
}
