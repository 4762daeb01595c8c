// @ts-check
/**
 * State directories of releases that keep credentials in SQLite. Databases and schema come from that release's own CLI,
 * once, as a template below .cache without any credential; a copy of it gets its documents here.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installOnce } from '../installOnce.mjs';
import { ensureOpenclaw } from '../openclaw.mjs';
import { fakeSetupToken } from './fakes.mjs';

const TEMPLATE_FORMAT = 1;
const CLI_TIME_LIMIT_MS = 180_000;
const OWNER = { agentId: 'main' };
const TEMPLATE_AGENT = 'template';
const KEPT_FILES = ['state/openclaw.sqlite', 'config-journal-fingerprint.key'];

/**
 * From 2026.8 on the credentials that agents share are in the state database, and the roster has keyed entries; before, the
 * credentials are in the database of the agent `main`, and the roster is a list.
 * @param {string} release
 */
const isStateOwned = (release) => release >= '2026.8';

/**
 * The roster as the release writes it, with `main` as the default agent and as the owner of what belongs to none.
 * @param {string} release
 * @param {readonly string[]} agentIds
 * @param {object} [defaults] other `agents.defaults`
 */
export const rosterConfig = (release, agentIds, defaults = {}) =>
  isStateOwned(release)
    ? {
        agents: {
          ownership: 'explicit',
          defaults: { ...defaults, systemAgent: OWNER, heartbeat: OWNER },
          entries: Object.fromEntries(agentIds.map((id) => [id, {}])),
        },
        talk: OWNER,
      }
    : { agents: { defaults, list: agentIds.map((id) => (id === OWNER.agentId ? { id, default: true } : { id })) } };

/**
 * Makes an empty state directory as the release's CLI would, with a configuration that has what the CLI adds to it.
 * @param {string} stateDir
 * @param {string} release
 * @param {object} config
 */
export async function createSqliteState(stateDir, release, config) {
  const template = await ensureTemplate(release);
  for (const file of KEPT_FILES.filter((name) => existsSync(path.join(template, 'state', name)))) {
    mkdirSync(path.dirname(path.join(stateDir, file)), { recursive: true, mode: 0o700 });
    cpSync(path.join(template, 'state', file), path.join(stateDir, file));
  }
  const { meta } = JSON.parse(readFileSync(path.join(template, 'state/openclaw.json'), 'utf8'));
  const text = JSON.stringify({ ...config, meta }, null, 2);
  writeFileSync(path.join(stateDir, 'openclaw.json'), `${text}\n`, { mode: 0o600 });
}

/**
 * Puts the credentials that all agents share into a state directory. `null` leaves a document out.
 * @param {string} stateDir
 * @param {string} release
 * @param {{store: string | null, state: string | null}} documents JSON text
 */
export async function putSharedDocuments(stateDir, release, { store, state }) {
  if (!isStateOwned(release)) return putAgentDocuments(stateDir, release, OWNER.agentId, { store, state });
  await editDatabase(sharedDatabase(stateDir), (database) => {
    const put = database.prepare(
      `INSERT INTO config_machine_state (state_key, value_json, updated_at_ms) VALUES (?, ?, ?)
       ON CONFLICT (state_key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
    );
    if (store !== null) put.run('authProfiles.store', store, Date.now());
    if (state !== null) put.run('authProfiles.state', state, Date.now());
  });
}

/**
 * Gives an agent a database of its own. `null` leaves a document out.
 * @param {string} stateDir
 * @param {string} release
 * @param {string} agentId
 * @param {{store: string | null, state: string | null}} documents JSON text
 */
export async function putAgentDocuments(stateDir, release, agentId, { store, state }) {
  const file = agentDatabase(stateDir, agentId);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  copyFileSync(agentDatabase(path.join(await ensureTemplate(release), 'state'), TEMPLATE_AGENT), file);
  await editDatabase(file, (database) => {
    database.prepare('UPDATE schema_meta SET agent_id = ?').run(agentId);
    for (const [kind, text] of /** @type {const} */ ([
      ['store', store],
      ['state', state],
    ])) {
      if (text === null) continue;
      database
        .prepare(`INSERT OR REPLACE INTO auth_profile_${kind} (${kind}_key, ${kind}_json, updated_at) VALUES (?, ?, ?)`)
        .run('primary', text, Date.now());
    }
  });
}

/** @param {string} stateDir @param {string} agentId */
export const agentDatabase = (stateDir, agentId) =>
  path.join(stateDir, 'agents', agentId, 'agent/openclaw-agent.sqlite');

/** @param {string} stateDir */
const sharedDatabase = (stateDir) => path.join(stateDir, 'state/openclaw.sqlite');

/**
 * @param {string} release
 * @returns {Promise<string>} a folder with `state`, a state directory
 */
function ensureTemplate(release) {
  return installOnce({
    id: `sqlite-state/${release}`,
    title: `empty databases of OpenClaw ${release}`,
    inputs: [String(TEMPLATE_FORMAT)],
    build: async (work) => {
      const cli = await ensureOpenclaw(release);
      const stateDir = path.join(work, 'state');
      mkdirSync(stateDir, { mode: 0o700 });
      const config = JSON.stringify(rosterConfig(release, ['main', TEMPLATE_AGENT]), null, 2);
      writeFileSync(path.join(stateDir, 'openclaw.json'), `${config}\n`, { mode: 0o600 });
      for (const id of ['main', TEMPLATE_AGENT]) await storeCredential(cli, work, id);
      // Besides the credential, an index of plugins with absolute paths: the CLI makes it again when it is missing.
      const machineState = isStateOwned(release)
        ? `DELETE FROM config_machine_state WHERE state_key LIKE 'authProfiles.%' OR state_key = 'plugins.installedIndex';`
        : '';
      await editDatabase(sharedDatabase(stateDir), (database) =>
        database.exec(`${machineState} DELETE FROM agent_databases; VACUUM`),
      );
      await editDatabase(agentDatabase(stateDir, TEMPLATE_AGENT), (database) =>
        database.exec('DELETE FROM auth_profile_store; DELETE FROM auth_profile_state; VACUUM'),
      );
    },
  });
}

/**
 * Lets the CLI store one credential, which makes the databases. The credential goes in on stdin.
 * @param {import('../openclaw.mjs').OpenClaw} cli
 * @param {string} home
 * @param {string} agentId
 */
function storeCredential(cli, home, agentId) {
  const args = ['models', 'auth', '--agent', agentId, 'paste-token', '--provider', 'anthropic'];
  return new Promise((resolve, reject) => {
    const child = spawn(cli.node, [cli.entry, ...args, '--profile-id', 'anthropic:template'], {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, OPENCLAW_STATE_DIR: path.join(home, 'state'), NO_COLOR: '1' },
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: CLI_TIME_LIMIT_MS,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`openclaw ${args.join(' ')} failed with exit code ${String(code)}:\n${stderr}`));
    });
    child.stdin.end(`${fakeSetupToken('TEMPLATE')}\n`);
  });
}

/**
 * Leaves no write-ahead log behind, so that the file alone is the database.
 * @param {string} file
 * @param {(database: import('node:sqlite').DatabaseSync) => void} edit
 */
async function editDatabase(file, edit) {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  try {
    edit(database);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}
