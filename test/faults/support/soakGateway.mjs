// @ts-check
/**
 * An installed release as the gateway of several agents, loaded once: what its own functions write about requests that went well or
 * badly, logins that it renews, and keys and orders that are set behind the editor's back. Each under its own lock.
 *
 *   node soakGateway.mjs PACKAGE_DIR STATE_DIR   stdin: lines {deed, agent, id, value}   stdout: "ready", then {done} for each
 */
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { openChunks } from '../../harness/oracle/chunks.mjs';

const [packageDir = '', stateDir = ''] = process.argv.slice(2);
const PROVIDER = 'anthropic';
// Before any module of the release: nothing of whoever runs the test.
for (const name of Object.keys(process.env)) {
  if (/^(OPENCLAW_|CLAWDBOT_|PI_|CODEX_HOME|CLAUDE_)|_API_KEYS?$|_TOKEN$/.test(name)) delete process.env[name];
}
process.env['HOME'] = path.dirname(stateDir);
process.env['OPENCLAW_STATE_DIR'] = stateDir;
// What the release logs must not stand between us and the reader of our answers.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = /** @type {typeof process.stdout.write} */ (process.stderr.write.bind(process.stderr));

const dist = path.join(packageDir, 'dist');
const chunks = openChunks(dist);
const { ensureAuthProfileStore, updateAuthProfileStoreWithLock } = await import(
  pathToFileURL(path.join(dist, 'plugin-sdk/provider-auth.js')).href
);
const markSuccess = await chunks.find(['markAuthProfileSuccess']);
const markFailure = await chunks.find(['markAuthProfileFailure']);
const setOrder = await chunks.find(['setAuthProfileOrder']);

/** @typedef {{deed: string, agent: string, id: string, value: string}} Line */
/** @type {Record<string, (agentDir: string, line: Line) => Promise<unknown>>} */
const DEEDS = {
  success: (agentDir, { id }) =>
    markSuccess({ store: ensureAuthProfileStore(agentDir), provider: PROVIDER, profileId: id, agentDir }),
  failure: (agentDir, { id }) =>
    markFailure({ store: ensureAuthProfileStore(agentDir), profileId: id, reason: 'rate_limit', agentDir }),
  order: (agentDir, { value }) => setOrder({ agentDir, provider: PROVIDER, order: value.split(' ') }),
  // The tag is what we do not know and must keep.
  put: (agentDir, { id, value }) =>
    update(agentDir, (profiles) => {
      const metadata = { tag: id };
      profiles[id] = { metadata, ...profiles[id], type: 'api_key', provider: PROVIDER, key: value };
    }),
  tag: (agentDir, { id }) =>
    update(agentDir, (profiles) => {
      if (profiles[id]?.type === 'api_key') profiles[id].metadata = { tag: id };
    }),
  remove: (agentDir, { id }) => update(agentDir, (profiles) => delete profiles[id]),
  refresh: (agentDir, { id, value }) =>
    update(agentDir, (profiles) => {
      const expires = Date.now() + 3_600_000;
      profiles[id] = { type: 'oauth', provider: PROVIDER, access: `${value}-access`, refresh: value, expires };
    }),
};

/** @param {string} agentDir @param {(profiles: Record<string, any>) => void} change */
function update(agentDir, change) {
  return updateAuthProfileStoreWithLock({
    agentDir,
    updater: (/** @type {any} */ store) => {
      change(store.profiles);
      return true;
    },
  });
}

print('ready\n');
for await (const text of createInterface({ input: process.stdin })) {
  /** @type {Line} */
  const line = JSON.parse(text);
  const agentDir = path.join(stateDir, 'agents', line.agent, 'agent');
  const done = await DEEDS[line.deed]?.(agentDir, line).then(
    (/** @type {unknown} */ result) => result !== null,
    (/** @type {Error} */ error) => String(process.stderr.write(`${error.stack}\n`)) === '',
  );
  print(`${JSON.stringify({ done: done === true })}\n`);
}
process.exit(0);
