// @ts-check
/**
 * A real VS Code to test in: code-server from npm, with the Node.js it was built for. Its own install script cannot be
 * used (it wants root flags that npm no longer has, and downloads from elsewhere), so its steps are done here by name.
 */
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installOnce } from './installOnce.mjs';
import { ensureNodePackage } from './nodes.mjs';
import { findNodeGyp, npm } from './npm.mjs';
import { TOOLS } from './paths.mjs';
import { run, which, withPath } from './run.mjs';

/** VS Code 1.105.1: the release that `engines.vscode` names as the oldest. */
export const OLDEST_CODE_SERVER = '4.105.1';
/** VS Code 1.139.1. */
export const LATEST_CODE_SERVER = '4.139.1';

/** @type {Record<string, 22 | 24 | undefined>} */
const NODE_LINES = { [OLDEST_CODE_SERVER]: 22, [LATEST_CODE_SERVER]: 24 };

/** Changes when the steps below do, so that an install by earlier steps is not taken for a good one. */
const RECIPE = '1';

/** node-pty opens terminals, spdlog writes log files, the watchdog ends the extension host when the server dies. */
const NATIVE = ['node-pty', '@vscode/spdlog', '@vscode/native-watchdog', 'native-watchdog'];

/**
 * @typedef {object} CodeServer
 * @property {string} version
 * @property {string} dir the package: `out/node/entry.js`, `lib/vscode`
 * @property {string} node the Node.js to run it with
 */

/**
 * @param {string} version OLDEST_CODE_SERVER or LATEST_CODE_SERVER
 * @returns {Promise<CodeServer>}
 */
export async function ensureCodeServer(version) {
  const line = NODE_LINES[version];
  if (line === undefined) {
    throw new Error(`code-server ${version} is not set up here; there are ${Object.keys(NODE_LINES).join(' and ')}.`);
  }
  const { node, home } = await ensureNodePackage(line);
  const source = path.join(TOOLS, 'code-server', version);
  const files = ['package.json', 'package-lock.json'];
  const canCompile = ['g++', 'make', 'python3'].every((name) => which(name) !== undefined);
  const folder = await installOnce({
    id: `code-server/${version}`,
    title: `code-server ${version}`,
    inputs: [RECIPE, String(canCompile), ...files.map((file) => readFileSync(path.join(source, file), 'utf8'))],
    build: async (work) => {
      for (const file of files) copyFileSync(path.join(source, file), path.join(work, file));
      await npm(['ci', '--legacy-peer-deps'], { cwd: work, what: 'npm ci' });
      await finish(packageIn(work), home, canCompile);
      await run(node, [path.join(packageIn(work), 'out/node/entry.js'), '--version'], {
        env: { ...process.env, HOME: work, XDG_CONFIG_HOME: work },
      });
    },
  });
  return { version, dir: packageIn(folder), node };
}

/** @param {string} folder */
const packageIn = (folder) => path.join(folder, 'node_modules/code-server');

/**
 * What code-server's own install script would do: the dependencies of its VS Code, the native modules, a few links.
 * @param {string} dir
 * @param {string} nodeHome
 * @param {boolean} canCompile
 */
async function finish(dir, nodeHome, canCompile) {
  const vscode = path.join(dir, 'lib/vscode');
  for (const folder of [vscode, path.join(vscode, 'extensions')]) {
    useWatcherFromRegistry(folder);
    // `npm ci` would refuse: the shrinkwrap there lags behind its package.json. `npm install` follows it all the same.
    await npm(['install', '--omit=dev', '--legacy-peer-deps'], {
      cwd: folder,
      what: `npm install in ${path.basename(folder)}`,
    });
  }
  for (const name of NATIVE) await compile(path.join(vscode, 'node_modules', name), nodeHome, canCompile);
  const platform = `${process.platform}-${process.arch}`;
  for (const file of [`@vscode/ripgrep-universal/bin/${platform}/rg`, `node-pty/prebuilds/${platform}/spawn-helper`]) {
    const program = path.join(vscode, 'node_modules', file);
    if (existsSync(program)) chmodSync(program, 0o755);
  }
  const flavour = process.platform === 'darwin' ? 'darwin' : 'linux';
  link(path.join(vscode, 'bin/remote-cli/code-server'), `code-${flavour}.sh`);
  link(path.join(vscode, 'bin/helpers/browser.sh'), `browser-${flavour}.sh`);
}

/**
 * Older releases take @parcel/watcher from a git repository; the registry has the same version, ready compiled.
 * @param {string} folder
 */
function useWatcherFromRegistry(folder) {
  const name = '@parcel/watcher';
  const shrinkwrapFile = path.join(folder, 'npm-shrinkwrap.json');
  const manifestFile = path.join(folder, 'package.json');
  const shrinkwrap = JSON.parse(readFileSync(shrinkwrapFile, 'utf8'));
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const locked = shrinkwrap.packages[`node_modules/${name}`];
  if (!/^git/.test(locked?.resolved ?? '')) return;
  delete shrinkwrap.packages[`node_modules/${name}`];
  for (const owner of [manifest, shrinkwrap.packages['']]) {
    for (const list of [owner.dependencies, owner.devDependencies]) {
      if (list?.[name] !== undefined) list[name] = locked.version;
    }
  }
  writeFileSync(shrinkwrapFile, JSON.stringify(shrinkwrap, null, 2));
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
}

/**
 * Builds one native module against the headers of the Node.js it will run in, unless its package brings it ready made.
 * @param {string} folder
 * @param {string} nodeHome
 * @param {boolean} canCompile
 */
async function compile(folder, nodeHome, canCompile) {
  const isReady = existsSync(path.join(folder, 'prebuilds', `${process.platform}-${process.arch}`));
  if (isReady || !existsSync(path.join(folder, 'binding.gyp'))) return;
  const name = path.basename(folder);
  if (!canCompile) {
    console.error(`  ${name} is left out: compiling it needs g++, make and python3 (VS Code then has no log files).`);
    return;
  }
  await run(path.join(nodeHome, 'bin/node'), [findNodeGyp(), 'rebuild', `--nodedir=${nodeHome}`, '--loglevel=error'], {
    cwd: folder,
    env: { ...withPath([path.join(nodeHome, 'bin')]), JOBS: 'max' },
    what: `compiling ${name}`,
  });
}

/** @param {string} file @param {string} target */
function link(file, target) {
  if (process.platform === 'win32') return;
  rmSync(file, { force: true });
  symlinkSync(target, file);
}
