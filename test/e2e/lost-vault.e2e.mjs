// @ts-check
/** SecretStorage that is lost: VS Code in the browser loses half of the key to it, on OpenClaw 2026.6.1. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { choose, closeNotifications, waitForNotification } from './support/prompts.mjs';
import { findRow, openSidebar, readRows, readTooltip } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const WORK = ['main', 'anthropic', 'anthropic:work'];
/** Once a loss might be a storage that keeps nothing; more than one message would be a storm. */
const MOST_TOASTS = 1;
const current = useWorld({ release: '2026.6.1' });

/** @param {RegExp} says */
const copyOfWork = (says) =>
  eventually(async () => assert.match(await readTooltip(current().page, WORK), says), 60_000);

const storeBytes = () =>
  readdirSync(path.join(current().stateDir, 'agents'))
    .map((agent) => path.join(current().stateDir, 'agents', agent, 'agent/auth-profiles.json'))
    .map((file) => readFileSync(file, 'utf8'));

/** The profiles of which the engine has put a copy into SecretStorage, once for each time. */
function copiesMade() {
  const folder = path.join(current().profile.data, 'User/globalStorage/openclaw-auth.openclaw-auth/history');
  return readdirSync(folder)
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ action, by, outcome }) => action === 'keepCopy' && by === 'sync' && outcome === 'done')
    .map(({ agentId, profileId }) => `${agentId} ${profileId}`)
    .toSorted();
}

/** What asks for attention now: notifications, seen or not, input boxes, and dialogs. */
async function interruptions() {
  const { page } = current();
  const toasts = await page.locator('.notifications-toasts .notification-list-item').allInnerTexts();
  const others = page.locator('.quick-input-widget:visible, .monaco-dialog-box');
  return { toasts, others: await others.count() };
}

test('the vault is filled from the store', async () => {
  const { page } = current();
  await openSidebar(page);
  await eventually(() => findRow(page, WORK));
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Choose What VS Code Keeps…');
  await choose(page, /What VS Code Keeps of/, 'Keep in Sync');
  await waitForNotification(page, /kept in sync for this host/);
  await copyOfWork(/Copy in VS Code: same as in the store/);
  await closeNotifications(page);
});

test('and when all of it is lost, it is filled again without a question, and the store stays as it is', async () => {
  const world = current();
  const { page, profile } = world;
  const before = { bytes: storeBytes(), copies: copiesMade() };
  assert.ok(before.copies.length >= 10, 'there is something to lose');
  assert.equal(new Set(before.copies).size, before.copies.length, 'each was copied once');

  await world.restart(() => rmSync(path.join(profile.data, 'serve-web-key-half')));
  await openSidebar(page);
  await eventually(() => findRow(page, WORK));
  await copyOfWork(/Copy in VS Code: same as in the store/);

  // Made once more, each of them: they had been lost.
  const again = [...before.copies, ...before.copies].toSorted();
  await eventually(() => assert.deepEqual(copiesMade(), again), 60_000);
  const { toasts, others } = await interruptions();
  const ours = toasts.filter((text) => /OpenClaw/.test(text));
  assert.ok(ours.length <= MOST_TOASTS, `${ours.length} notifications: ${ours.join(' | ')}`);
  assert.equal(others, 0);
  assert.deepEqual(storeBytes(), before.bytes);
  const rows = await readRows(page);
  assert.ok(!rows.some(({ label }) => /are gone/.test(label)), 'no loss of the store is told');
  assert.ok(!rows.some(({ description }) => /conflict|only in VS Code/.test(description)), 'no conflict');
});

test('and it stays when VS Code is started again', async () => {
  const world = current();
  const copies = copiesMade();
  await world.restart(() => undefined);
  await openSidebar(world.page);
  await eventually(() => findRow(world.page, WORK));
  await copyOfWork(/Copy in VS Code: same as in the store/);
  assert.deepEqual(copiesMade(), copies);
});

testThatNothingLeaked(current);
