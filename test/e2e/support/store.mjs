// @ts-check
/** Looks at the gateway's store without our own code: the files themselves, and the gateway's own CLI. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runToEnd } from '../../../scripts/lib/run.mjs';

/** @typedef {import('./world.mjs').World} World */
/** @typedef {{profiles: Record<string, any>, order: Record<string, string[]>}} Store */

/**
 * The default agent's credentials and order, as they stand in the store.
 * @param {World} world
 * @returns {Store}
 */
export function readStore({ stateDir, cli }) {
  return cli.version === '2026.6.1' ? readJsonStore(stateDir) : readSharedDatabase(stateDir);
}

/** @param {string} stateDir @returns {Store} */
function readJsonStore(stateDir) {
  const read = (/** @type {string} */ name) => {
    const file = path.join(stateDir, 'agents/main/agent', name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  };
  return { profiles: read('auth-profiles.json').profiles ?? {}, order: read('auth-state.json').order ?? {} };
}

/** @param {string} stateDir @returns {Store} */
function readSharedDatabase(stateDir) {
  const database = new DatabaseSync(path.join(stateDir, 'state/openclaw.sqlite'), { readOnly: true });
  try {
    const find = database.prepare('SELECT value_json FROM config_machine_state WHERE state_key = ?');
    const read = (/** @type {string} */ key) => JSON.parse(String(find.get(key)?.['value_json'] ?? '{}'));
    return { profiles: read('authProfiles.store').profiles ?? {}, order: read('authProfiles.state').order ?? {} };
  } finally {
    database.close();
  }
}

/**
 * Runs the gateway's own CLI on the home.
 * @param {World} world
 * @param {string[]} args
 */
export function runCli({ cli, gatewayEnv }, args) {
  return runToEnd(path.join(cli.bin, 'openclaw'), args, { env: gatewayEnv });
}

/**
 * What the gateway's own CLI says about the profiles of a provider.
 * @param {World} world
 * @param {string} provider
 * @returns {Promise<{profileId: string, status: string, expiresAt?: number}[]>}
 */
export async function cliProfiles(world, provider) {
  const { stdout, stderr } = await runCli(world, ['models', 'status', '--json']);
  const start = stdout.indexOf('{');
  if (start < 0) throw new Error(`models status printed no JSON:\n${stdout}\n${stderr}`);
  const { auth } = JSON.parse(stdout.slice(start));
  return auth.oauth.profiles.filter((/** @type {any} */ profile) => profile.provider === provider);
}
