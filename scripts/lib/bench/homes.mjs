// @ts-check
/** The homes that the benchmark works on; every credential in them is fake. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { makeDemoHome } from '../demo/home.mjs';
import { fakeSetupToken } from '../demo/fakes.mjs';
import { CACHE } from '../paths.mjs';
import { ensureOpenclaw } from '../tools.mjs';

const PROVIDERS = ['anthropic', 'google', 'openai', 'openrouter'];

/**
 * @typedef {object} BenchHome
 * @property {string} home
 * @property {string} stateDir
 * @property {import('../openclaw.mjs').OpenClaw} cli
 * @property {NodeJS.ProcessEnv} env what the release's CLI and our worker run with
 */

/**
 * The demonstration: three agents with credentials in every state.
 * @param {string} release
 * @returns {Promise<BenchHome>}
 */
export async function demoHome(release) {
  const { home, stateDir } = await makeDemoHome(path.join(CACHE, `bench/demo-${release}`), { release });
  return describe(home, stateDir, release);
}

/**
 * @param {string} release
 * @param {number} agents
 * @param {number} profiles of each agent
 * @returns {Promise<BenchHome>}
 */
export async function largeHome(release, agents, profiles) {
  const home = path.join(CACHE, `bench/large-${release}`);
  rmSync(home, { recursive: true, force: true });
  const { writeHome } = await import('../../../test/harness/openclawHome.ts');
  const ids = ['main', ...Array.from({ length: agents - 1 }, (_, index) => `agent${index + 1}`)];
  const documents = ids.map((id) => /** @type {const} */ ([id, { store: storeOf(id, profiles), state: null }]));
  const { stateDir } = await writeHome(home, release, { config: {}, agents: Object.fromEntries(documents) });
  return describe(home, stateDir, release);
}

/** @param {string} agent @param {number} count */
function storeOf(agent, count) {
  const profiles = Array.from({ length: count }, (_, index) => {
    const provider = PROVIDERS[index % PROVIDERS.length] ?? '';
    const expires = Date.now() + (30 + index) * 86_400_000;
    return [
      `${provider}:${agent}-${index}`,
      { type: 'token', provider, token: fakeSetupToken(`${agent}${index}`), expires },
    ];
  });
  return { version: 1, profiles: Object.fromEntries(profiles) };
}

/** @param {string} home @param {string} stateDir @param {string} release */
async function describe(home, stateDir, release) {
  const installed = await ensureOpenclaw(release);
  const cli = { ...installed, bin: linkAsInstalled(installed) };
  const env = {
    PATH: [cli.bin, '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
    HOME: home,
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_HIDE_BANNER: '1',
    NO_COLOR: '1',
  };
  return { home, stateDir, cli, env };
}

/**
 * What `npm install -g` makes: links to the program and to Node. The wrapper that the tests use would have to be asked for
 * its release, which costs us a start of the CLI.
 * @param {import('../openclaw.mjs').OpenClaw} cli
 */
function linkAsInstalled({ version, entry, node }) {
  const bin = path.join(CACHE, `bench/bin-${version}`);
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  symlinkSync(entry, path.join(bin, 'openclaw'));
  symlinkSync(node, path.join(bin, 'node'));
  return bin;
}
