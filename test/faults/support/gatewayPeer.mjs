// @ts-check
/**
 * An installed release as the next writer of many stores, loaded once: its own update function, under its own lock.
 *
 *   node gatewayPeer.mjs PACKAGE_DIR   stdin: lines {stateDir}   stdout: "ready", then a line {taken, ms} for each
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { openChunks } from '../../harness/oracle/chunks.mjs';

const home = mkdtempSync(path.join(tmpdir(), 'openclaw-peer-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
for (const name of Object.keys(process.env)) {
  if (/^(OPENCLAW_|CLAWDBOT_|PI_|CODEX_HOME|CLAUDE_)|_API_KEYS?$|_TOKEN$/.test(name)) delete process.env[name];
}
process.env['HOME'] = home;
process.env['OPENCLAW_STATE_DIR'] = home;
// What the release logs must not stand between us and the reader of our answers.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = /** @type {typeof process.stdout.write} */ (process.stderr.write.bind(process.stderr));

const update = await findUpdate(path.join(process.argv[2] ?? '', 'dist'));
print('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const { stateDir } = JSON.parse(line);
  process.env['OPENCLAW_STATE_DIR'] = stateDir;
  const start = performance.now();
  const updater = (/** @type {any} */ store) => {
    store.profiles['peer:next'] = { type: 'api_key', provider: 'peer', key: 'FAKE-peer' };
    return true;
  };
  const done = await update({ agentDir: path.join(stateDir, 'agents/main/agent'), updater });
  print(`${JSON.stringify({ taken: done !== null, ms: Math.round(performance.now() - start) })}\n`);
}
process.exit(0);

/**
 * The public entry point `openclaw/plugin-sdk/provider-auth` where it has the function (2026.6.1), else the chunk that has it.
 * @param {string} dist
 * @returns {Promise<(params: {agentDir: string, updater: (store: any) => boolean}) => Promise<object | null>>}
 */
async function findUpdate(dist) {
  const open = path.join(dist, 'plugin-sdk/provider-auth.js');
  const found = existsSync(open) ? (await import(pathToFileURL(open).href)).updateAuthProfileStoreWithLock : undefined;
  return found ?? (await openChunks(dist).find(['updateAuthProfileStoreWithLock']));
}
