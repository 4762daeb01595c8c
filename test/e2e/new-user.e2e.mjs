// @ts-check
/**
 * Somebody who has never used the extension is told that a token ends, and renews it: every interaction is counted, and recorded
 * with a picture for docs/new-user.md. The sign-in of the real `claude setup-token` in the browser is not in it.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { takePicture } from './support/pictures.mjs';
import { pressPromptButton, waitForNotification, waitForPrompt } from './support/prompts.mjs';
import { assertRenewed, readTokenInTerminal } from './support/renewal.mjs';
import { readStore } from './support/store.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const MOST_INTERACTIONS = 6;
const VIEWPORT = { width: 1280, height: 800 };
const DAY_MS = 86_400_000;
const current = useWorld({
  release: '2026.6.1',
  viewport: VIEWPORT,
  settings: { 'openclawAuth.reminderDays': [30, 14, 7, 1], 'workbench.statusBar.visible': true },
  // One token ends, as it is with a gateway that has been set up once.
  prepare: (stateDir) => {
    edit(stateDir, 'main', (profiles) => delete profiles['anthropic:old-laptop']);
    edit(stateDir, 'research', (profiles) => (profiles['anthropic:night'].expires = Date.now() + 200 * DAY_MS));
  },
});

test('renews a token from the notification that it ends, with six interactions', async () => {
  const world = current();
  const { page } = world;
  const before = readStore(world);
  /** @type {string[]} */
  const done = [];
  /** One click, key or drag of the user; the picture shows what they see before it. @param {string} what @param {() => Promise<unknown>} act */
  const interact = async (what, act) => {
    done.push(what);
    await takePicture(world, `new-user-${String(done.length)}`, { x: 0, y: 30, width: 1280, height: 770 });
    await act();
  };

  await waitForNotification(page, /anthropic:work of agent main expires in 3 days/);
  const start = Date.now();
  await interact('press Renew in the notification', () => waitForNotification(page, /expires in 3 days/, 'Renew'));
  await readTokenInTerminal(world);
  await interact('select the token in the terminal', selectToken);
  await interact('copy it', copySelection);
  await interact('press the clipboard button', () => pressPromptButton(page, /Paste from clipboard/));
  await waitForPrompt(page, /When does the token expire/);
  await interact('take the 365 days with Enter', () => page.keyboard.press('Enter'));
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /Store the credential here\?[^]*Profile: anthropic:work/);
  await interact('confirm the place with Enter', () => page.keyboard.press('Enter'));
  await waitForNotification(page, /anthropic:work is stored and was read back/);
  const seconds = (Date.now() - start) / 1_000;
  await takePicture(world, 'new-user-7', { x: 0, y: 30, width: 1280, height: 770 });

  assertRenewed(before, readStore(world), { token: world.standInToken, days: 365 });
  assert.ok(done.length <= MOST_INTERACTIONS, done.join(', '));
  const steps = done.map((what, index) => `${String(index + 1)}. ${what}`).join('\n');
  console.error(`From the notification to the stored token: ${seconds.toFixed(1)} s\n${steps}`);
});

testThatNothingLeaked(current);

/** With the mouse, over both lines. */
async function selectToken() {
  const { page, standInToken } = current();
  const first = page.locator('.terminal-wrapper.active .xterm-rows > div', { hasText: standInToken.slice(0, 80) });
  const last = first.locator('xpath=following-sibling::div[1]/span[1]');
  const [from, to] = [await first.boundingBox(), await last.boundingBox()];
  assert.ok(from && to, 'both lines are on screen');
  await page.mouse.move(from.x + 1, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 1, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
}

/** With the keys that the terminal has for it. */
async function copySelection() {
  const { page, standInToken } = current();
  await page.keyboard.press('Control+Shift+C');
  await eventually(async () => {
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(copied.replaceAll(/\s/g, '') === standInToken, 'the whole token is in the clipboard');
  });
}

/** @param {string} stateDir @param {string} agent @param {(profiles: any) => void} change */
function edit(stateDir, agent, change) {
  const file = path.join(stateDir, 'agents', agent, 'agent/auth-profiles.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  change(document.profiles);
  writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
}
