// @ts-check
/**
 * The demonstration on releases that keep credentials in SQLite. Databases and schema come from that release's own CLI,
 * once, as a template below .cache; what a demonstration adds are the documents inside.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hash, installOnce } from '../installOnce.mjs';
import { ensureOpenclaw } from '../openclaw.mjs';
import { fakeSetupToken } from './fakes.mjs';
import { BROKEN_AGENT, DEFAULT_AGENT, OWN_STORE_AGENT } from './story.mjs';

const TEMPLATE_FORMAT = 2;
const CLI_TIME_LIMIT_MS = 180_000;
/** A file that is no database: SQLite reports SQLITE_NOTADB for it. */
const NOT_A_DATABASE = 'This is not a database.\n'.repeat(400);

/**
 * @param {string} stateDir
 * @param {import('./story.mjs').Story} story
 * @param {string} release
 */
export async function writeSqliteHome(stateDir, story, release) {
  cpSync(path.join(await ensureTemplate(story, release), 'state'), stateDir, { recursive: true });
  await editDatabase(sharedDatabase(stateDir), (database) => {
    const put = database.prepare(
      `INSERT INTO config_machine_state (state_key, value_json, updated_at_ms) VALUES (?, ?, ?)
       ON CONFLICT (state_key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
    );
    put.run('authProfiles.store', JSON.stringify(story.main.store), Date.now());
    put.run('authProfiles.state', JSON.stringify(story.main.state), Date.now());
  });
  await editDatabase(agentDatabase(stateDir, OWN_STORE_AGENT), (database) => {
    database
      .prepare('INSERT OR REPLACE INTO auth_profile_store (store_key, store_json, updated_at) VALUES (?, ?, ?)')
      .run('primary', JSON.stringify(story.research.store), Date.now());
    database
      .prepare('INSERT OR REPLACE INTO auth_profile_state (state_key, state_json, updated_at) VALUES (?, ?, ?)')
      .run('primary', JSON.stringify(story.research.state), Date.now());
  });
  const broken = agentDatabase(stateDir, BROKEN_AGENT);
  mkdirSync(path.dirname(broken), { recursive: true });
  writeFileSync(broken, NOT_A_DATABASE, { mode: 0o600 });
}

/**
 * @param {import('./story.mjs').Story} story
 * @param {string} release
 * @returns {Promise<string>} a folder with `state`, a state directory
 */
async function ensureTemplate(story, release) {
  const config = JSON.stringify(withAgents(story), null, 2);
  return installOnce({
    id: `demo/${release}`,
    title: `the demonstration's databases (OpenClaw ${release})`,
    inputs: [String(TEMPLATE_FORMAT), hash([config])],
    build: async (work) => {
      const cli = await ensureOpenclaw(release);
      const stateDir = path.join(work, 'state');
      const configFile = path.join(stateDir, 'openclaw.json');
      mkdirSync(stateDir, { mode: 0o700 });
      writeFileSync(configFile, `${config}\n`, { mode: 0o600 });
      for (const id of [DEFAULT_AGENT, OWN_STORE_AGENT]) await makeStore(cli, work, id);
      const written = JSON.parse(readFileSync(configFile, 'utf8'));
      written.auth = /** @type {{auth: object}} */ (story.config).auth;
      writeFileSync(configFile, `${JSON.stringify(written, null, 2)}\n`);
      for (const ending of ['bak', 'bak.1']) rmSync(`${configFile}.${ending}`, { force: true });
      // An index of plugins with absolute paths, which the CLI makes again when it is missing.
      await editDatabase(sharedDatabase(stateDir), (database) =>
        database.exec(`DELETE FROM config_machine_state WHERE state_key = 'plugins.installedIndex'`),
      );
      await editDatabase(agentDatabase(stateDir, OWN_STORE_AGENT), () => {});
    },
  });
}

/**
 * The roster as this release writes it: keyed entries, and one agent named as the owner of what belongs to none.
 * @param {import('./story.mjs').Story} story
 */
function withAgents(story) {
  const { agents } = /** @type {{agents: {defaults: object}}} */ (story.config);
  const owner = { agentId: DEFAULT_AGENT };
  return {
    ...story.config,
    agents: {
      ownership: 'explicit',
      defaults: { ...agents.defaults, systemAgent: owner, heartbeat: owner },
      entries: Object.fromEntries(story.agentIds.map((id) => [id, {}])),
    },
    talk: owner,
  };
}

/**
 * Lets the CLI store one credential, which makes the databases. The credential goes in on stdin.
 * @param {import('../openclaw.mjs').OpenClaw} cli
 * @param {string} home
 * @param {string} agentId
 */
function makeStore(cli, home, agentId) {
  const args = ['models', 'auth', '--agent', agentId, 'paste-token', '--provider', 'anthropic'];
  return new Promise((resolve, reject) => {
    const child = spawn(cli.node, [cli.entry, ...args, '--profile-id', 'anthropic:work'], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, OPENCLAW_STATE_DIR: path.join(home, 'state'), NO_COLOR: '1' },
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

/** @param {string} stateDir */
const sharedDatabase = (stateDir) => path.join(stateDir, 'state/openclaw.sqlite');
/** @param {string} stateDir @param {string} agentId */
const agentDatabase = (stateDir, agentId) => path.join(stateDir, 'agents', agentId, 'agent/openclaw-agent.sqlite');
