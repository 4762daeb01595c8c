// @ts-check
/**
 * Asks an installed OpenClaw release what it makes of many state directories, in one process: its own loader reads each
 * store, its own resolver orders the profiles, its own health summary judges them.
 *
 *   node oracle.mjs PACKAGE_DIR   stdin: {questions: Question[]}   stdout: {answers: Answer[]}
 */
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openChunks } from './chunks.mjs';

/**
 * @typedef {object} Question
 * @property {string} stateDir
 * @property {string} agentDir
 * @property {number} now Unix ms, what the release takes for the present
 * @property {object} config what stands in `openclaw.json`
 * @property {readonly string[]} providers whose order is asked
 *
 * @typedef {object} ProfileHealth
 * @property {string} profileId
 * @property {string} provider
 * @property {string} type
 * @property {string} status `ok`, `expiring`, `expired`, `missing` or `static`
 * @property {unknown} [expiresAt]
 *
 * @typedef {{orders: (readonly [string, readonly string[]])[], profiles: readonly ProfileHealth[]} | {error: string}} Answer
 *
 * @typedef {object} Release
 * @property {(agentDir: string, options?: object) => any} load
 * @property {(params: object) => string[]} order
 * @property {(params: object) => {profiles: ProfileHealth[]}} summarise
 */

const WARN_MS = 86_400_000;

const home = isolate();
const release = await findRelease(process.argv[2] ?? '');
const { questions } = JSON.parse(await readInput());
// What the release logs must not stand between us and the reader of our answer.
process.stdout.write = /** @type {typeof process.stdout.write} */ (process.stderr.write.bind(process.stderr));
const answers = questions.map(answer);
rmSync(home, { recursive: true, force: true });
print(JSON.stringify({ answers }));
process.exit(0);

/**
 * @param {Question} question
 * @returns {Answer}
 */
function answer({ stateDir, agentDir, now, config, providers }) {
  process.env['OPENCLAW_STATE_DIR'] = stateDir;
  process.env['OPENCLAW_CONFIG_PATH'] = path.join(stateDir, 'openclaw.json');
  const realNow = Date.now;
  Date.now = () => now;
  try {
    const store = release.load(agentDir, { allowKeychainPrompt: false });
    const pristine = structuredClone(store); // Ordering clears cooldowns that are over.
    /** @type {[string, string[]][]} */
    const orders = providers.map((provider) => [provider, release.order({ cfg: config, store, provider })]);
    const health = release.summarise({
      store: pristine,
      cfg: config,
      warnAfterMs: WARN_MS,
      allowKeychainPrompt: false,
    });
    const profiles = health.profiles.map(({ profileId, provider, type, status, expiresAt }) => ({
      profileId,
      provider,
      type,
      status,
      expiresAt,
    }));
    return { orders, profiles };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    Date.now = realNow;
  }
}

/** An empty home, and no setting or key of whoever runs the test. Must come before any module of the release. */
function isolate() {
  const folder = mkdtempSync(path.join(tmpdir(), 'openclaw-oracle-'));
  for (const name of Object.keys(process.env)) {
    if (/^(OPENCLAW_|CLAWDBOT_|PI_|CODEX_HOME|CLAUDE_)|_API_KEYS?$|_TOKEN$/.test(name)) delete process.env[name];
  }
  process.env['HOME'] = folder;
  process.env['OPENCLAW_STATE_DIR'] = path.join(folder, 'state');
  return folder;
}

/**
 * @param {string} packageDir
 * @returns {Promise<Release>}
 */
async function findRelease(packageDir) {
  const chunks = openChunks(path.join(packageDir, 'dist'));
  return {
    // What `models status` loads with, where the release has it: without the logins of other programs.
    load: await chunks.find(['ensureAuthProfileStoreWithoutExternalProfiles', 'ensureAuthProfileStore']),
    order: await chunks.find(['resolveAuthProfileOrder']),
    summarise: await chunks.find(['buildAuthHealthSummary']),
  };
}

async function readInput() {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  return text;
}

/** @param {string} text */
function print(text) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}
