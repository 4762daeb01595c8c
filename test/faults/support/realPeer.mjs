// @ts-check
/**
 * An installed release as another writer of a store: its own update function, under its own lock.
 *
 *   node realPeer.mjs PACKAGE_DIR write STATE_DIR OWNER WRITES PROFILES PAUSE_MS ACK_LOG
 *   node realPeer.mjs PACKAGE_DIR once STATE_DIR       one update; prints {taken, ms}
 *   node realPeer.mjs PACKAGE_DIR locks GO FILE...     prints "ready", waits for the file GO, tries the lock of each FILE with
 *                                                      the options of the store's, prints a line {file, taken, ms} for each
 *   node realPeer.mjs PACKAGE_DIR hold FILE MS         prints "held", keeps the lock for a while, prints "released"
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openChunks } from '../../harness/oracle/chunks.mjs';

/** What every release with files gives its lock (2026.2.3 to 2026.6.1). */
const LOCK_OPTIONS = {
  retries: { retries: 10, factor: 2, minTimeout: 100, maxTimeout: 10_000, randomize: true },
  stale: 30_000,
};

/** @typedef {(params: {agentDir: string, updater: (store: any) => boolean}) => Promise<object | null>} UpdateStore */

let start = performance.now();
const [packageDir = '', mode = '', ...args] = process.argv.slice(2);
const home = isolate();
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
// What the release logs must not stand between us and the reader of our answer.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = /** @type {typeof process.stdout.write} */ (process.stderr.write.bind(process.stderr));

if (mode === 'write') await write();
else if (mode === 'once') await once();
else if (mode === 'locks') await tryLocks(args[0] ?? '', args.slice(1));
else if (mode === 'hold') await hold(args[0] ?? '', Number(args[1]));
else throw new Error(`Unknown mode ${mode}.`);
process.exit(0);

async function write() {
  const [stateDir = '', owner = '', writes = '0', profiles = '1', pauseMs = '0', log = ''] = args;
  const update = await loadUpdate(stateDir);
  /** @type {Map<string, string>} */
  const last = new Map();
  for (let count = 1; count <= Number(writes); count += 1) {
    const id = `${owner}:${count % Number(profiles)}`;
    const key = `FAKE-${owner}-${count}`;
    const before = last.get(id);
    let isMissed = false;
    const done = await update({
      agentDir: agentDirOf(stateDir),
      updater: (store) => {
        isMissed = before !== undefined && store.profiles[id]?.key !== before;
        store.profiles[id] = { type: 'api_key', provider: owner, key };
        return true;
      },
    });
    if (isMissed) appendFileSync(log, `${JSON.stringify({ missed: id, value: before })}\n`);
    if (done !== null) last.set(id, key);
    const line = done === null ? { refused: id } : { profile: id, value: key };
    appendFileSync(log, `${JSON.stringify(line)}\n`);
    if (Number(pauseMs) > 0) await sleep(Math.random() * Number(pauseMs));
  }
}

/** @param {string} stateDir */
async function updateOnce(stateDir) {
  const update = await loadUpdate(stateDir);
  start = performance.now();
  return await update({
    agentDir: agentDirOf(stateDir),
    updater: (store) => {
      store.profiles['peer:once'] = { type: 'api_key', provider: 'peer', key: 'FAKE-once' };
      return true;
    },
  });
}

/** @param {string} file @param {number} ms */
async function hold(file, ms) {
  const withFileLock = await loadLock();
  await withFileLock(file, async () => {
    print('held\n');
    await sleep(ms);
  });
  print('released\n');
}

/** @param {string} go @param {readonly string[]} files */
async function tryLocks(go, files) {
  const withFileLock = await loadLock();
  print('ready\n');
  while (!existsSync(go)) await sleep(20);
  const attempt = async (/** @type {string} */ file) => {
    const start = performance.now();
    const taken = await withFileLock(file, async () => {}).then(
      () => true,
      () => false,
    );
    print(`${JSON.stringify({ file, taken, ms: Math.round(performance.now() - start) })}\n`);
  };
  await Promise.all(files.map(attempt));
}

async function once() {
  const taken = (await updateOnce(args[0] ?? '')) !== null;
  print(`${JSON.stringify({ taken, ms: Math.round(performance.now() - start) })}\n`);
}

/** @param {string} stateDir @returns {Promise<UpdateStore>} */
async function loadUpdate(stateDir) {
  process.env['OPENCLAW_STATE_DIR'] = stateDir;
  const open = path.join(packageDir, 'dist/plugin-sdk/provider-auth.js');
  if (existsSync(open)) {
    // The public entry point `openclaw/plugin-sdk/provider-auth`, where it has the function (2026.6.1).
    const { updateAuthProfileStoreWithLock } = await import(pathToFileURL(open).href);
    if (updateAuthProfileStoreWithLock !== undefined) return updateAuthProfileStoreWithLock;
  }
  return await openChunks(path.join(packageDir, 'dist')).find(['updateAuthProfileStoreWithLock']);
}

/**
 * The release's lock with the store's options. Rejects when it gives up.
 * @returns {Promise<(file: string, work: () => Promise<void>) => Promise<void>>}
 */
async function loadLock() {
  const version = JSON.parse(readFileSync(path.join(packageDir, 'package.json'), 'utf8')).version;
  if (/^2026\.2\.(?:\d|1[0-2])(?:-|$)/.test(version)) {
    // The release's own copy. Later releases may carry it for other uses.
    const lockfile = createRequire(path.join(packageDir, 'package.json'))('proper-lockfile');
    return async (file, work) => {
      const release = await lockfile.lock(file, LOCK_OPTIONS);
      await work();
      await release();
    };
  }
  const withFileLock = await findLock();
  return (file, work) => withFileLock(file, LOCK_OPTIONS, work);
}

/** A chunk of its own where the release has one, else the public `openclaw/plugin-sdk`. */
async function findLock() {
  const dist = path.join(packageDir, 'dist');
  try {
    return await openChunks(dist).find(['withFileLock']);
  } catch {
    return (await import(pathToFileURL(path.join(dist, 'plugin-sdk/index.js')).href)).withFileLock;
  }
}

/** @param {string} stateDir */
function agentDirOf(stateDir) {
  return path.join(stateDir, 'agents/main/agent');
}

/** An empty home, and no setting or key of whoever runs the test. Must come before any module of the release. */
function isolate() {
  const folder = mkdtempSync(path.join(tmpdir(), 'openclaw-peer-'));
  for (const name of Object.keys(process.env)) {
    if (/^(OPENCLAW_|CLAWDBOT_|PI_|CODEX_HOME|CLAUDE_)|_API_KEYS?$|_TOKEN$/.test(name)) delete process.env[name];
  }
  process.env['HOME'] = folder;
  return folder;
}
