// @ts-check
/**
 * Starts code-server on this machine only and stops it with everything it started. It runs in a process group of its
 * own: Ctrl+C in a terminal then reaches us alone, and the extension hosts that outlive the server can be ended too.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_LIMIT_MS = 60_000;
/** How long extension hosts may take to end by themselves, for example to write coverage. */
const GRACE_MS = 6_000;

/**
 * @typedef {object} Folders
 * @property {string} data the user data folder (settings in `User/settings.json`)
 * @property {string} extensions
 * @property {string} logFile
 *
 * @typedef {object} RunningServer
 * @property {string} url
 * @property {number} port
 * @property {string} logFile
 * @property {Promise<number | null>} ended the exit code, once it has ended
 * @property {(graceMs?: number) => Promise<void>} stop ends the server, and after the grace whatever it left behind
 */

/**
 * The arguments that run code-server with the given folders and nothing of the user's own.
 * @param {import('./codeServer.mjs').CodeServer} server
 * @param {Folders} folders
 */
export function codeServerArgs({ dir }, { data, extensions }) {
  mkdirSync(data, { recursive: true });
  const config = path.join(data, 'code-server.yaml');
  writeFileSync(config, ''); // Without a file of its own code-server writes one into the user's home.
  const entry = path.join(dir, 'out/node/entry.js');
  return [entry, '--config', config, '--user-data-dir', data, '--extensions-dir', extensions];
}

/**
 * @param {import('./codeServer.mjs').CodeServer} server
 * @param {Folders} folders
 * @param {{port?: number, env: NodeJS.ProcessEnv, args?: string[]}} options `env` is the whole environment
 * @returns {Promise<RunningServer>}
 */
export async function launchCodeServer(server, folders, { port, env, args = [] }) {
  const chosen = port ?? (await freePort());
  const log = createWriteStream(folders.logFile);
  const own = ['--auth', 'none', '--bind-addr', `127.0.0.1:${chosen}`, '--disable-telemetry', '--disable-update-check'];
  const calm = ['--disable-workspace-trust', '--disable-getting-started-override'];
  const child = spawn(server.node, [...codeServerArgs(server, folders), ...own, ...calm, ...args], {
    // No marketplace: nothing is looked up or fetched; `--install-extension file.vsix` works all the same.
    // And no login shell, whose profile would put a PATH of its own in the place of the given one.
    env: { ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', VSCODE_CLI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const reap = () => signalGroup(child, 'SIGTERM');
  process.once('exit', reap); // A script that throws must not leave a server behind.
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const url = `http://127.0.0.1:${chosen}`;
  const stop = async (graceMs = GRACE_MS) => {
    child.kill('SIGTERM');
    await untilGone(child, graceMs);
    signalGroup(child, 'SIGKILL');
    await ended;
    process.removeListener('exit', reap);
    log.end();
  };
  const isUp = await Promise.race([answers(`${url}/healthz`), ended.then(() => false)]);
  if (!isUp) {
    await stop();
    throw new Error(
      `code-server ${server.version} did not start on port ${chosen}; its output is in ${folders.logFile}.`,
    );
  }
  return { url, port: chosen, logFile: folders.logFile, ended, stop };
}

/** @param {string} url */
async function answers(url) {
  for (const end = Date.now() + START_LIMIT_MS; Date.now() < end; await sleep(100)) {
    try {
      if ((await fetch(url)).ok) return true;
    } catch {
      // Not listening yet.
    }
  }
  return false;
}

/** @param {import('node:child_process').ChildProcess} child @param {number} limitMs */
async function untilGone(child, limitMs) {
  const end = Date.now() + limitMs;
  while (Date.now() < end && signalGroup(child, 0)) await sleep(50);
}

/**
 * Signals the server and what it started. Tells whether anything of it was still there.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals | 0} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return false;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether nothing listens on a port of this machine.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
