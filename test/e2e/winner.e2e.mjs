// @ts-check
/** The gateway goes over to a key that is billed per use, on OpenClaw 2026.6.1: the files change as the gateway changes them. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fakeValue } from '../../scripts/lib/demo/fakes.mjs';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { readPage } from './support/markdownPage.mjs';
import { takePicture, widenSidebar } from './support/pictures.mjs';
import { closeNotifications, waitForNotification } from './support/prompts.mjs';
import { readStore } from './support/store.mjs';
import { chooseInMenu, findRow, leaveWithMouse, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const KEY = ['main', 'anthropic', 'anthropic:key'];
const PERSONAL = ['main', 'anthropic', 'anthropic:personal'];
const WORK = ['main', 'anthropic', 'anthropic:work'];
const current = useWorld({
  release: '2026.6.1',
  settings: { 'openclawAuth.winnerAlerts': 'metered' },
  prepare: (stateDir) => {
    edit(stateDir, 'auth-profiles.json', (document) => {
      document.profiles['anthropic:key'] = {
        type: 'api_key',
        provider: 'anthropic',
        key: fakeValue('sk-ant-api03-', 'KEY'),
      };
    });
    edit(stateDir, 'auth-state.json', (document) => {
      document.order.anthropic = ['anthropic:work', 'anthropic:key', 'anthropic:personal'];
    });
  },
});

test('warns of the cooldown that makes requests cost, says why, and once only', async () => {
  const world = current();
  const { page } = world;
  await openSidebar(page);
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
  cool('anthropic:work', 30);
  const said = await waitForNotification(page, /anthropic:key is in use now instead of anthropic:work/);
  assert.match(said, /for agent main and 1 more/);
  assert.match(said, /anthropic:work is cooling down until .*, for (29|30) minutes \(rate_limit\)/);
  assert.match(said, /Requests are now billed per use/);
  await widenSidebar(page);
  await leaveWithMouse(page);
  await takePicture(world, 'winner-metered', { x: 0, y: 30, width: 1280, height: 840 });
  await waitForNotification(page, /billed per use/, 'Why?');
  await readPage(page, /Why anthropic/, /^anthropic:key is used next for anthropic/);

  await closeNotifications(page);
  cool('anthropic:work', 0);
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
  cool('anthropic:work', 20);
  await eventually(async () => assert.match((await findRow(page, KEY)).description, /in use/));
  await noneFollows();
});

test('leads back where only the order has changed', async () => {
  const { page } = current();
  cool('anthropic:work', 0);
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
  await startAnew();
  setOrder(['anthropic:key', 'anthropic:work', 'anthropic:personal']);
  const said = await waitForNotification(page, /anthropic:key is in use now instead of anthropic:work/, 'Make First');
  assert.match(said, /The order was changed\. Requests are now billed per use/);
  await eventually(() => assert.equal(readStore(current()).order.anthropic?.[0], 'anthropic:work'));
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
});

test('says nothing beside the outcome of a command, which says it too', async () => {
  const { page } = current();
  await startAnew();
  await chooseInMenu(page, KEY, 'Make First');
  await eventually(async () => assert.match((await findRow(page, KEY)).description, /in use/));
  await noneFollows();
});

test('is muted for the provider', async () => {
  const { page } = current();
  setOrder(['anthropic:work', 'anthropic:key', 'anthropic:personal']);
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
  await startAnew();
  cool('anthropic:work', 30);
  await waitForNotification(page, /billed per use/, 'Mute for anthropic');
  // Another pair, so that it is not silent because it was told lately.
  setOrder(['anthropic:personal', 'anthropic:key']);
  await eventually(async () => assert.match((await findRow(page, PERSONAL)).description, /in use/));
  setOrder(['anthropic:key', 'anthropic:personal']);
  await eventually(async () => assert.match((await findRow(page, KEY)).description, /in use/));
  await noneFollows();
});

testThatNothingLeaked(current);

/** Forgets what was told. What a command wrote counts as its doing for a while: that is over first. */
async function startAnew() {
  const { page } = current();
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Reset Reminders and Alerts');
}

async function noneFollows() {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Reload');
  await page.waitForTimeout(2_000);
  const toasts = page.locator('.notifications-toasts .notification-list-item', { hasText: /billed per use/ });
  assert.equal(await toasts.count(), 0, 'no warning');
}

/** As the gateway notes that a request was refused. @param {string} id @param {number} minutes */
function cool(id, minutes) {
  edit(current().stateDir, 'auth-state.json', (document) => {
    const cooldown = { cooldownUntil: Date.now() + minutes * 60_000, cooldownReason: 'rate_limit', errorCount: 1 };
    document.usageStats[id] = { lastUsed: Date.now(), ...(minutes === 0 ? { errorCount: 0 } : cooldown) };
  });
}

/** @param {string[]} ids */
function setOrder(ids) {
  edit(current().stateDir, 'auth-state.json', (document) => {
    document.order.anthropic = ids;
  });
}

/** @param {string} stateDir @param {string} name @param {(document: any) => void} change */
function edit(stateDir, name, change) {
  const file = path.join(stateDir, 'agents/main/agent', name);
  const document = JSON.parse(readFileSync(file, 'utf8'));
  change(document);
  writeFileSync(`${file}.other`, JSON.stringify(document), { mode: 0o600 });
  renameSync(`${file}.other`, file);
}
