// @ts-check
/** `npm start`: builds the extension, packs it, and opens a real VS Code with it and a demonstration gateway. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CALM_SETTINGS } from './lib/calmSettings.mjs';
import { codeServerArgs, isFree, launchCodeServer } from './lib/codeServerProcess.mjs';
import { build, packageVsix } from './lib/packageVsix.mjs';
import { CACHE, ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { endChildrenOnSignals, run, which } from './lib/run.mjs';
import { demoEnv, ownEnv } from './lib/startEnv.mjs';
import { USAGE, parseStartOptions } from './lib/startOptions.mjs';
import { LATEST_CODE_SERVER, ensureCodeServer, ensureOpenclaw, ensureProjectDeps } from './lib/tools.mjs';

const BASE = path.join(CACHE, 'start');
const WORKSPACE = path.join(BASE, 'workspace');

try {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else {
    await onNode24(import.meta.url);
    await start(options);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {import('./lib/startOptions.mjs').StartOptions} options */
async function start(options) {
  endChildrenOnSignals();
  if (options.home !== undefined && !existsSync(options.home)) throw new Error(`There is no folder ${options.home}.`);
  if (options.port !== undefined && !(await isFree(options.port))) {
    throw new Error(`Port ${options.port} is in use. Choose another with --port, or leave it out.`);
  }
  // In a terminal of VS Code `code` talks to that window and its folders; only a VS Code of its own will do here.
  const isInsideVsCode = process.env.VSCODE_IPC_HOOK_CLI !== undefined;
  const desktop = options.browser || options.port !== undefined || isInsideVsCode ? undefined : which('code');
  const [server, openclaw] = await Promise.all([
    desktop === undefined ? ensureCodeServer(LATEST_CODE_SERVER) : undefined,
    options.home === undefined ? ensureOpenclaw() : undefined,
    ensureProjectDeps(),
  ]);
  console.log('Building the extension …');
  await build();
  const vsix = await packageVsix();
  mkdirSync(WORKSPACE, { recursive: true });
  const env = options.home === undefined ? demoEnv(await makeDemoHome(), openclaw?.bin ?? '') : ownEnv(options.home);
  if (desktop !== undefined) await openDesktop(desktop, vsix, env);
  else if (server !== undefined) await serveBrowser(server, vsix, env, options);
}

/**
 * Made afresh each time: the credentials in it are to expire some hours from now.
 * @returns {Promise<import('./lib/startEnv.mjs').DemoHome>}
 */
async function makeDemoHome() {
  const script = path.join(ROOT, 'scripts/demo-home.mjs');
  const { stdout } = await run(process.execPath, [script, path.join(BASE, 'demo-home')], {
    cwd: ROOT,
    what: 'Making the demonstration home',
  });
  return JSON.parse(stdout);
}

/** @param {string} name */
function folders(name) {
  const base = path.join(BASE, name);
  const settings = path.join(base, 'user-data/User/settings.json');
  mkdirSync(path.dirname(settings), { recursive: true });
  if (!existsSync(settings)) writeFileSync(settings, `${JSON.stringify(CALM_SETTINGS, null, 2)}\n`);
  return {
    data: path.join(base, 'user-data'),
    extensions: path.join(base, 'extensions'),
    logFile: path.join(base, 'server.log'),
  };
}

/** @param {string} code @param {string} vsix @param {NodeJS.ProcessEnv} env */
async function openDesktop(code, vsix, env) {
  const { data, extensions } = folders('desktop');
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const own = ['--user-data-dir', data, '--extensions-dir', extensions, ...sandbox];
  const call = (/** @type {string[]} */ args) =>
    process.platform === 'win32'
      ? run('cmd.exe', ['/d', '/c', code, ...own, ...args], { env })
      : run(code, [...own, ...args], { env });
  await call(['--install-extension', vsix, '--force']);
  await call(['--new-window', WORKSPACE]);
  console.log('VS Code is open. Its settings and extensions are apart from your own.');
}

/**
 * @param {import('./lib/codeServer.mjs').CodeServer} server
 * @param {string} vsix
 * @param {NodeJS.ProcessEnv} outer
 * @param {import('./lib/startOptions.mjs').StartOptions} options
 */
async function serveBrowser(server, vsix, outer, { home, port }) {
  const places = folders('browser');
  // The demonstration's terminals see its home alone; with --home they are the user's own.
  const env = home === undefined ? { ...outer, HOME: outer.OPENCLAW_HOME } : outer;
  await run(server.node, [...codeServerArgs(server, places), '--install-extension', vsix, '--force'], {
    env: { ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
    what: 'Installing the extension in VS Code',
  });
  const running = await launchCodeServer(server, places, { env, ...(port === undefined ? {} : { port }) });
  const folder = encodeURIComponent(WORKSPACE).replaceAll('%2F', '/');
  console.log(`Open ${running.url}/?folder=${folder} in your browser. Press Ctrl+C to stop.`);
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.removeAllListeners(signal).on(signal, () => resolve(signal));
  });
  const reason = await Promise.race([asked, running.ended]);
  if (typeof reason !== 'string') throw new Error(`VS Code ended by itself; its output is in ${places.logFile}.`);
  console.log('Stopping …');
  await running.stop(1_500);
}
