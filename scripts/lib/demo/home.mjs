// @ts-check
/** Makes the throw-away OpenClaw home that `npm start` and the tests in an editor work on. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeJsonHome } from './jsonHome.mjs';
import { writeSqliteHome } from './sqliteHome.mjs';
import { writeStandIn } from './standIn.mjs';
import { tellStory } from './story.mjs';

export const DEMO_RELEASES = /** @type {const} */ (['2026.9.6', '2026.6.1']);
/**
 * Models that the release's own catalogue has. On 2026.9.6 none of OpenAI: the CLI would fetch a plugin for it.
 * @type {Record<string, readonly string[]>}
 */
const MODELS = {
  '2026.9.6': ['anthropic/claude-opus-4-7', 'google/gemini-3.1-pro-preview'],
  '2026.6.1': ['anthropic/claude-opus-4-5', 'openai/gpt-5.2'],
};
const MARKER = '.openclaw-auth-demo';

/**
 * @typedef {object} DemoHome
 * @property {string} home to be used as HOME
 * @property {string} stateDir `<home>/.openclaw`
 * @property {string} binDir holds the stand-in `claude`; to be put on PATH
 * @property {string} release
 */

/**
 * Makes the home anew, with all dates counted from now. An earlier demonstration home in the folder is replaced; a
 * folder with anything else in it is refused.
 * @param {string} folder
 * @param {{release?: string}} [options]
 * @returns {Promise<DemoHome>}
 */
export async function makeDemoHome(folder, { release = DEMO_RELEASES[0] } = {}) {
  if (!DEMO_RELEASES.some((known) => known === release)) {
    throw new Error(`The demonstration knows the releases ${DEMO_RELEASES.join(' and ')}, not ${release}.`);
  }
  const home = path.resolve(folder);
  clear(home);
  const stateDir = path.join(home, '.openclaw');
  const binDir = path.join(home, 'bin');
  const story = tellStory(Date.now(), MODELS[release] ?? []);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  writeFileSync(
    path.join(home, MARKER),
    'A throw-away OpenClaw home with fake credentials. It is made anew at will.\n',
  );
  if (release === '2026.6.1') writeJsonHome(stateDir, story, release);
  else await writeSqliteHome(stateDir, story, release);
  writeFileSync(path.join(stateDir, '.env'), story.dotenv, { mode: 0o600 });
  writeStandIn(binDir);
  return { home, stateDir, binDir, release };
}

/** @param {string} home */
function clear(home) {
  if (!existsSync(home) || readdirSync(home).length === 0) return;
  if (!existsSync(path.join(home, MARKER))) {
    throw new Error(`${home} is not empty and holds no demonstration. Name another folder.`);
  }
  for (const name of ['.openclaw', 'bin']) rmSync(path.join(home, name), { recursive: true, force: true });
}
