// @ts-check
/** The steps of a renewal that are the same wherever it began and on every release. */
import assert from 'node:assert/strict';
import { terminalText } from '../../harness/vscode.mjs';
import { eventually } from './eventually.mjs';
import { answerDialog, choose, promptInput, waitForPrompt } from './prompts.mjs';

const DAY_MS = 86_400_000;
/** `365 d left` just after it was stored, `364 d` from the next moment on. */
export const A_YEAR = /36[45] d left/;

/**
 * Waits for the terminal and the box beside it.
 * @param {import('./world.mjs').World} world
 * @returns {Promise<string>} the token as it stands on the screen, with its line break
 */
export async function readTokenInTerminal({ page, standInToken }) {
  await eventually(async () => {
    const text = await terminalText(page);
    assert.ok(text.replaceAll(/\s/g, '').includes(standInToken), `the terminal shows the whole token:\n${text}`);
    assert.match(text, /exit code 0/);
  });
  await waitForPrompt(page, /Token for anthropic:work/);
  assert.equal(await promptInput(page).getAttribute('type'), 'password');
  return `${standInToken.slice(0, 80)}\n${standInToken.slice(80)}\n`;
}

/**
 * The question where the credential goes; it names what a mistake would be about.
 * @param {import('./world.mjs').World} world
 * @param {string} button
 */
export async function answerWhere({ page, stateDir }, button) {
  const text = await answerDialog(page, button);
  assert.match(text, /Store the credential here\?/);
  assert.ok(text.includes(stateDir), text);
  assert.match(text, /Agent: main/);
  assert.match(text, /Profile: anthropic:work/);
}

/** @param {import('./world.mjs').World} world @param {string} choice */
export const chooseExpiry = ({ page }, choice) => choose(page, /When does the token expire/, choice);

/**
 * Asserts what a renewal may and may not change in the store.
 * @param {import('./store.mjs').Store} before
 * @param {import('./store.mjs').Store} after
 * @param {{token: string, days: number, tidied?: string[]}} options `tidied`: what the gateway's own CLI sets right or
 *   drops whenever it writes, for it is no valid profile
 */
export function assertRenewed(before, after, { token, days, tidied = [] }) {
  const { token: stored, expires, ...rest } = after.profiles['anthropic:work'];
  assert.equal(stored.length, 108);
  assert.ok(stored === token, 'the store holds the token that was printed');
  assert.ok(Math.abs(expires - Date.now() - days * DAY_MS) < 600_000, `expires in ${days} days`);
  assert.equal(rest.type, 'token');
  assert.equal(rest.provider, 'anthropic');
  const ids = Object.keys({ ...before.profiles, ...after.profiles }).filter(
    (id) => !['anthropic:work', ...tidied].includes(id),
  );
  const changed = ids.filter((id) => !isSame(before.profiles[id], after.profiles[id]));
  assert.deepEqual(changed, [], 'all other profiles are as they were');
  assert.deepEqual(after.order, before.order);
}

/** Without a difference in the message: it would hold secrets. @param {unknown} a @param {unknown} b */
const isSame = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** @param {unknown} value @returns {unknown} */
function sorted(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
