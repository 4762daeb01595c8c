// @ts-check
/** The operator's desk, on OpenClaw 2026.6.1: why a credential is in use, order by dragging, agents side by side, the environment. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { readPage } from './support/markdownPage.mjs';
import { takePicture, widenSidebar } from './support/pictures.mjs';
import {
  answer,
  answerDialog,
  choose,
  closeNotifications,
  promptInput,
  waitForNotification,
  waitForPrompt,
} from './support/prompts.mjs';
import { readStore } from './support/store.mjs';
import { chooseInMenu, expandAll, findRow, leaveWithMouse, locate, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const ANTHROPIC = ['main', 'anthropic'];
const WORK = [...ANTHROPIC, 'anthropic:work'];
const current = useWorld({ release: '2026.6.1', viewport: { width: 1320, height: 1200 } });

test('says why a credential is in use, in the tree and on a page', async () => {
  const world = current();
  const { page } = world;
  await openSidebar(page);
  await eventually(() => findRow(page, WORK));
  await expandAll(page);
  const why = [...ANTHROPIC, 'Why this credential?'];
  assert.equal((await findRow(page, why)).description, 'Order set for this agent');
  assert.match((await findRow(page, [...why, 'Order set for this agent'])).spoken, /decides · 3 profiles/);
  assert.match((await findRow(page, [...why, 'Profiles in the store'])).spoken, /there, not asked/);
  await widenSidebar(page);
  await chooseInMenu(page, WORK, 'Why This Credential?');
  const text = await readPage(page, /Why anthropic/, /is used next for anthropic/);
  assert.match(text, /^anthropic:work is used next for anthropic/);
  assert.match(text, /Order set for this agent: decides/);
  assert.match(text, /1\s+anthropic:work\s+Order set for this agent\s+in use: tried first/);
  assert.match(text, /anthropic:old-laptop\s+Order set for this agent\s+not tried: expired/);
  assert.match(text, /anthropic:work expires\. Then: anthropic:personal/);
  assert.match(text, /If the provider refuses anthropic:work, anthropic:personal is tried next/);
  await leaveWithMouse(page);
  await takePicture(world, 'desk-why', { x: 0, y: 30, width: 1320, height: 800 });
});

test('a profile that is dragged takes the place of another', async () => {
  const world = current();
  const { page } = world;
  /** As a hand does it: a row reacts to what passes over it. @param {string[]} from @param {string[]} onto */
  const drag = async (from, onto) => {
    await leaveWithMouse(page);
    const [start, end] = await Promise.all(
      [from, onto].map(async (row) => centre(locate(page, await findRow(page, row)))),
    );
    assert.ok(start && end);
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(start.x + 8, start.y + 4, { steps: 4 });
    await page.mouse.move(end.x, end.y, { steps: 8 });
    await page.mouse.up();
  };
  const before = readStore(world).order.anthropic ?? [];
  await drag([...ANTHROPIC, 'anthropic:personal'], WORK);
  await waitForNotification(page, /anthropic:personal is now number 1 for agent main/);
  assert.deepEqual(readStore(world).order.anthropic, [
    'anthropic:personal',
    ...before.filter((/** @type {string} */ id) => id !== 'anthropic:personal'),
  ]);
  await closeNotifications(page);
  await drag(WORK, ['main', 'google', 'google:studio']);
  await waitForNotification(page, /can be moved among the profiles of anthropic of its agent only/);
  await closeNotifications(page);
  await drag([...ANTHROPIC, 'anthropic:personal'], WORK);
  await waitForNotification(page, /anthropic:personal is now number 2/);
  assert.deepEqual(readStore(world).order.anthropic, before);
  await closeNotifications(page);
});

test('shows the agents side by side', async () => {
  const world = current();
  const { page } = world;
  await runCommand(page, 'OpenClaw Auth: Compare Agents');
  const text = await readPage(page, /Agents side by side/, /^Agents side by side/);
  assert.match(text, /Profile\s+main\s+/);
  assert.match(text, /anthropic:work\s+●/);
  assert.match(text, /profiles differ between agents/);
  await leaveWithMouse(page);
  await waitForNotification(page, /differ between agents/);
  await closeNotifications(page);
  await takePicture(world, 'desk-agents', { x: 0, y: 30, width: 1320, height: 800 });

  await runCommand(page, 'OpenClaw Auth: Compare Agents');
  await waitForNotification(page, /differ between agents/, 'Copy a Profile to Other Agents');
  await choose(page, /Choose the profile that these agents get/, 'anthropic:night');
  await waitForPrompt(page, /Choose the agents that get anthropic:night/);
  await promptInput(page).press('Enter');
  assert.match(await answerDialog(page, 'Cancel'), /main: adds the profile, also for .*\s+ops: adds the profile$/m);
});

test('puts an API key into .env, and shows where it stands', async () => {
  const world = current();
  const { page } = world;
  const key = world.marks.apiKey('DOTENV');
  const file = path.join(world.stateDir, '.env');
  await chooseInMenu(page, ['main', 'together'], 'Add API Key to .env…');
  await answer(page, /API key for TOGETHER_API_KEY/, key);
  // The next dialog stands in the place of this one at once.
  const doubt = page.locator('.monaco-dialog-box', { hasText: 'another provider than together' });
  await doubt.locator('.monaco-button', { hasText: 'Use It Anyway' }).click();
  await page.locator('.monaco-dialog-box', { hasText: 'Store the key in .env?' }).waitFor();
  assert.match(await answerDialog(page, 'Store'), /Variable: TOGETHER_API_KEY/);
  await waitForNotification(page, /TOGETHER_API_KEY is in \.env and was read back/);
  assert.ok(readFileSync(file, 'utf8').endsWith(`TOGETHER_API_KEY=${key}\n`), 'the entry stands at the end');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Show Environment');
  const text = await readPage(page, /API keys in the environment/, /^API keys in the environment/);
  assert.match(text, /TOGETHER_API_KEY\s+together/);
  assert.ok(!text.includes(key), 'names only');
  await leaveWithMouse(page);
  await takePicture(world, 'desk-environment', { x: 0, y: 30, width: 1320, height: 800 });
  await runCommand(page, 'OpenClaw Auth: Undo Last Change');
  await waitForNotification(page, /TOGETHER_API_KEY is gone from \.env again/);
  assert.ok(!readFileSync(file, 'utf8').includes('TOGETHER_API_KEY'));
});

/** @param {import('playwright-core').Locator} locator */
async function centre(locator) {
  const box = await locator.locator('.label-name').boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

testThatNothingLeaked(current);
