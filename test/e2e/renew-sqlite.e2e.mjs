// @ts-check
/** Renewing a token on OpenClaw 2026.9.6, whose store only its own CLI writes: from the row's menu, by the clipboard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { pressPromptButton, statusItem, waitForNotification } from './support/prompts.mjs';
import { A_YEAR, answerWhere, assertRenewed, chooseExpiry, readTokenInTerminal } from './support/renewal.mjs';
import { cliProfiles, readStore, runCli } from './support/store.mjs';
import { chooseInMenu, expandAll, findRow, openSidebar, readRows } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const WORK = ['main', 'anthropic', 'anthropic:work'];
const current = useWorld({ release: '2026.9.6' });

test('shows the token that is in use, and that it ends in three days', async () => {
  const { page } = current();
  await openSidebar(page);
  await eventually(async () => {
    const row = await findRow(page, WORK);
    assert.match(row.description, /in use/);
    assert.match(row.description, /3 d/);
    assert.match(row.spoken, /anthropic:work, token, subscription, in use, expires in 3 days/);
  });
  await eventually(async () => assert.match(await statusItem(page).innerText(), /3d/));
  assert.match((await statusItem(page).getAttribute('class')) ?? '', /warning-kind/);
});

test('renews it with claude setup-token, stores all of the token, and clears clipboard and terminal', async () => {
  const world = current();
  const { page } = world;
  const before = readStore(world);
  await chooseInMenu(page, WORK, 'Renew with claude setup-token');
  const onScreen = await readTokenInTerminal(world);
  await page.evaluate((text) => navigator.clipboard.writeText(text), onScreen);
  await pressPromptButton(page, /Paste from clipboard/);
  // A whole setup-token needs no Enter.
  await chooseExpiry(world, 'In 365 days');
  await answerWhere(world, 'Store');
  await world.look();
  const said = await waitForNotification(page, /is stored and was read back/);
  assert.match(said, /anthropic:work/);
  const tidied = ['openrouter:import', 'together:ci', 'xai:notes'];
  assertRenewed(before, readStore(world), { token: world.standInToken, days: 365, tidied });
  await waitForNotification(page, /still in the clipboard/, 'Clear Clipboard');
  await eventually(async () => assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ''));
  await eventually(async () => assert.equal(await page.locator('.terminal-wrapper').count(), 0));
});

test('paints tree and status bar anew by itself', async () => {
  const { page } = current();
  await eventually(async () => assert.match((await findRow(page, WORK)).description, A_YEAR));
  await eventually(async () => assert.doesNotMatch(await statusItem(page).innerText(), /\b3d/));
  assert.doesNotMatch((await statusItem(page).getAttribute('class')) ?? '', /warning-kind/);
});

test("the gateway's own CLI takes the token for valid, under the same profile id", async () => {
  const world = current();
  const profiles = await cliProfiles(world, 'anthropic');
  const work = profiles.find(({ profileId }) => profileId === 'anthropic:work');
  assert.equal(work?.status, 'ok');
  assert.equal(work?.expiresAt, readStore(world).profiles['anthropic:work'].expires);
  const known = Object.keys(readStore(world).profiles).filter((id) => id.startsWith('anthropic:'));
  assert.deepEqual(profiles.map(({ profileId }) => profileId).sort(), known.sort());
});

test('shows what the CLI changes, without being asked', async () => {
  const world = current();
  const set = ['models', 'auth', 'order', 'set', '--agent', 'main', '--provider', 'anthropic'];
  const { code, stderr } = await runCli(world, [...set, 'anthropic:personal', 'anthropic:work']);
  assert.equal(code, 0, stderr);
  await eventually(async () => {
    await expandAll(world.page);
    const labels = (await readRows(world.page)).map(({ label }) => label);
    const first = labels.indexOf('anthropic') + 1;
    assert.deepEqual(labels.slice(first, first + 2), ['anthropic:personal', 'anthropic:work']);
    assert.match((await findRow(world.page, ['main', 'anthropic', 'anthropic:personal'])).description, /in use/);
  });
});

testThatNothingLeaked(current);
