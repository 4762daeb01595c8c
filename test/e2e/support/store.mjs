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
  return cli.version === '2026.6.1' ? readJsonStore(stateDir) : readDatabases(stateDir);
}

/** @param {string} stateDir @returns {Store} */
function readJsonStore(stateDir) {
  const read = (/** @type {string} */ name) => {
    const file = path.join(stateDir, 'agents/main/agent', name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  };
  return { profiles: read('auth-profiles.json').profiles ?? {}, order: read('auth-state.json').order ?? {} };
}

/**
 * The shared documents, and over them the order that was set for this agent.
 * @param {string} stateDir
 * @returns {Store}
 */
function readDatabases(stateDir) {
  const shared = query(
    path.join(stateDir, 'state/openclaw.sqlite'),
    "SELECT value_json AS text FROM config_machine_state WHERE state_key LIKE 'authProfiles.%'",
  );
  const own = query(
    path.join(stateDir, 'agents/main/agent/openclaw-agent.sqlite'),
    'SELECT state_json AS text FROM auth_profile_state',
  );
  const orders = [...shared, ...own].map((document) => document.order ?? {});
  return {
    profiles: shared.find((document) => document.profiles !== undefined)?.profiles ?? {},
    order: Object.assign({}, ...orders),
  };
}

/** @param {string} file @param {string} sql @returns {Partial<Store>[]} */
function query(file, sql) {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => JSON.parse(String(row['text'])));
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
