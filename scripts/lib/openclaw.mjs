// @ts-check
/**
 * Released OpenClaw CLIs, each in its own folder, to test against and to show in the demonstration. Every one of them
 * gets a `bin` folder that a test can put on PATH: `openclaw` there runs the release under a Node.js that it accepts.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installOnce } from './installOnce.mjs';
import { ensureNodePackage } from './nodes.mjs';
import { npm } from './npm.mjs';
import { run } from './run.mjs';

/** Releases that differ in where and how credentials are stored. */
export const OPENCLAW_RELEASES = ['2026.2.3', '2026.4.15', '2026.6.1', '2026.9.6'];
/** Releases that `npm run test:conformance` holds everything against. */
export const SUPPORTED_RELEASES = [
  '2026.2.3',
  '2026.3.13',
  '2026.4.15',
  '2026.5.7',
  '2026.6.1',
  '2026.6.11',
  '2026.7.1',
  '2026.8.2',
  '2026.9.6',
];
const LATEST_OPENCLAW = '2026.9.6';

/** Releases up to 2026.4 take libsignal (for WhatsApp) from a git repository; the registry has it under another name. */
const OVERRIDES = { libsignal: 'npm:libsignal-node@2.0.1' };

/**
 * @typedef {object} OpenClaw
 * @property {string} version
 * @property {string} dir the package
 * @property {string} entry its `openclaw.mjs`
 * @property {string} bin the folder to put on PATH, with `openclaw` and `node`
 * @property {string} node
 */

/**
 * @param {string} [version]
 * @returns {Promise<OpenClaw>}
 */
export async function ensureOpenclaw(version = LATEST_OPENCLAW) {
  // Always the same Node.js: another process may be running the wrapper that is written below.
  const { node } = await ensureNodePackage(24);
  const manifest = JSON.stringify({ private: true, dependencies: { openclaw: version }, overrides: OVERRIDES });
  const folder = await installOnce({
    id: `openclaw/${version}`,
    title: `OpenClaw ${version}`,
    inputs: [manifest],
    build: async (work) => {
      writeFileSync(path.join(work, 'package.json'), manifest);
      // Peer dependencies are left out: they are large (local language models) and no command used here loads them.
      await npm(['install', '--no-package-lock', '--legacy-peer-deps'], { cwd: work, what: 'npm install' });
    },
  });
  const dir = path.join(folder, 'node_modules/openclaw');
  const entry = path.join(dir, JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')).bin.openclaw);
  const bin = path.join(folder, 'bin');
  writeWrapper(bin, { node, entry, cache: path.join(folder, 'compile-cache') });
  return { version, dir, entry, bin, node };
}

/**
 * Only the files of a release, without what it depends on: for reading its code (`boundaries.faults.ts`).
 * @public
 * @param {string} version
 * @returns {Promise<string>} the package
 */
export async function ensureOpenclawFiles(version) {
  const folder = await installOnce({
    id: `openclaw-files/${version}`,
    title: `the files of OpenClaw ${version}`,
    inputs: [version],
    build: async (work) => {
      await npm(['pack', `openclaw@${version}`], { cwd: work, what: 'npm pack' });
      const archive = `openclaw-${version}.tgz`;
      await run('tar', ['-xzf', archive], { cwd: work });
      rmSync(path.join(work, archive));
    },
  });
  return path.join(folder, 'package');
}

/**
 * Written on every call (it names absolute paths, and the repository may have been moved), replaced in one step
 * (another process may be running it).
 * @param {string} bin
 * @param {{node: string, entry: string, cache: string}} paths
 */
function writeWrapper(bin, { node, entry, cache }) {
  mkdirSync(bin, { recursive: true });
  if (process.platform === 'win32') {
    const set = `@if not defined NODE_COMPILE_CACHE set "NODE_COMPILE_CACHE=${cache}"`;
    replace(path.join(bin, 'openclaw.cmd'), `${set}\r\n@"${node}" "${entry}" %*\r\n`);
    replace(path.join(bin, 'node.cmd'), `@"${node}" %*\r\n`);
    return;
  }
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const lines = [
    '#!/bin/sh',
    `[ -n "\${NODE_COMPILE_CACHE+set}" ] || NODE_COMPILE_CACHE=${quoted(cache)}`,
    'export NODE_COMPILE_CACHE',
    `exec ${quoted(node)} ${quoted(entry)} "$@"`,
  ];
  replace(path.join(bin, 'openclaw'), `${lines.join('\n')}\n`);
  const linked = path.join(bin, 'node');
  const temporary = `${linked}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(node, temporary);
  renameSync(temporary, linked);
}

/** @param {string} file @param {string} text */
function replace(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.${process.pid}`, text, { mode: 0o755 });
  renameSync(`${file}.${process.pid}`, file);
}
