// @ts-check
/** What keeps VS Code and the store in agreement: consent, conflict, a wiped store and its restoring, on OpenClaw 2026.6.1. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { findAccessibilityFaults } from './support/accessibility.mjs';
import { eventually } from './support/eventually.mjs';
import { takePicture, widenSidebar } from './support/pictures.mjs';
import {
  answer,
  answerDialog,
  choose,
  closeNotifications,
  pasteInto,
  promptText,
  settle,
  waitForNotification,
  waitForPrompt,
} from './support/prompts.mjs';
import { cliProfiles, readStore } from './support/store.mjs';
import { chooseInMenu, findRow, leaveWithMouse, locate, openSidebar, readRows, readTooltip } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const PERSONAL = ['main', 'anthropic', 'anthropic:personal'];
const CONSENT = ['Choose what VS Code keeps'];
const WINDOW = { x: 0, y: 30, width: 1280, height: 870 };
const current = useWorld({ release: '2026.6.1' });

const storeFile = () => path.join(current().stateDir, 'agents/main/agent/auth-profiles.json');
/** @param {(profiles: Record<string, any>) => void} edit as by hand */
function editStore(edit) {
  const document = JSON.parse(readFileSync(storeFile(), 'utf8'));
  edit(document.profiles);
  writeFileSync(storeFile(), JSON.stringify(document, null, 2), { mode: 0o600 });
}
/** Without a difference in the message: it would hold secrets. @param {boolean} isSo @param {string} what */
const check = (isSo, what) => assert.ok(isSo, what);
/** @param {RegExp} says */
const copyOfPersonal = (says) =>
  eventually(async () => assert.match(await readTooltip(current().page, PERSONAL), says), 30_000);

test('asks in the tree what VS Code may keep, by click and by command', async () => {
  const world = current();
  const { page } = world;
  await openSidebar(page);
  await widenSidebar(page);
  await eventually(() => findRow(page, PERSONAL));
  await copyOfPersonal(/Copy in VS Code: none; only the store has it/);
  await closeNotifications(page);
  await locate(page, await findRow(page, CONSENT)).click();
  await waitForPrompt(page, /What VS Code Keeps of/);
  assert.match(await promptText(page), /Keep in Sync[\s\S]*Keep Copies of What I Enter Here[\s\S]*Keep Nothing/);
  await leaveWithMouse(page);
  await takePicture(world, 'sync-consent', WINDOW);
  assert.deepEqual(await findAccessibilityFaults(page, '.quick-input-widget'), []);
  await choose(page, /What VS Code Keeps of/, 'Keep in Sync');
  await waitForNotification(page, /kept in sync for this host/);
  await eventually(async () =>
    assert.ok(!(await readRows(page)).some(({ label }) => label === CONSENT[0]), 'the row is gone'),
  );
});

test('fills from the store, and follows what is changed there by hand', async () => {
  const { marks } = current();
  await copyOfPersonal(/Copy in VS Code: same as in the store/);
  const byHand = marks.token('BYHAND');
  editStore((profiles) => (profiles['anthropic:personal'].token = byHand));
  await copyOfPersonal(/Copy in VS Code: same as in the store/);
});

test('takes a store that goes back to the value before for a conflict, and keeps what the user says', async () => {
  const world = current();
  const { page, marks } = world;
  const before = readStore(world).profiles['anthropic:personal'].token;
  const entered = marks.token('ENTERED');
  await chooseInMenu(page, PERSONAL, 'Replace Credential');
  await pasteInto(page, /Token for anthropic:personal/, entered);
  await page.keyboard.press('Enter');
  await choose(page, /When does the token expire/, /365/);
  await answerDialog(page, 'Store');
  await waitForNotification(page, /anthropic:personal is stored and was read back/);
  await copyOfPersonal(/Copy in VS Code: same as in the store/);
  await closeNotifications(page);
  // As a gateway of 2026.3.x does that writes what it remembers.
  editStore((profiles) => (profiles['anthropic:personal'].token = before));
  await waitForNotification(page, /anthropic:personal of agent main: The store went back/, 'Resolve…');
  await waitForPrompt(page, /Conflict: anthropic:personal of agent main/);
  const shown = await promptText(page);
  assert.match(shown, /Keep VS Code’s\s*fingerprint [\w-]{8}\s+token · 108 characters · since/);
  assert.match(shown, /Keep the Store’s\s*fingerprint [\w-]{8}\s+token · 108 characters · seen/);
  check(!shown.includes(before.slice(-4)) && !shown.includes(entered.slice(-4)), 'no end of a credential unasked');
  await leaveWithMouse(page);
  await takePicture(world, 'sync-conflict', WINDOW);
  assert.deepEqual(await findAccessibilityFaults(page, '.quick-input-widget'), []);
  await choose(page, /Conflict: anthropic:personal/, 'Show Last Four Characters');
  await eventually(async () => {
    const text = await promptText(page);
    check(text.includes(`ends in ${entered.slice(-4)}`) && text.includes(`ends in ${before.slice(-4)}`), 'both ends');
  });
  await choose(page, /Conflict: anthropic:personal/, 'Decide Later');
  await eventually(async () => assert.match((await findRow(page, PERSONAL)).description, /conflict/));
  check(readStore(world).profiles['anthropic:personal'].token === before, 'nothing was written');

  await chooseInMenu(page, PERSONAL, 'Resolve Conflict…');
  await choose(page, /Conflict: anthropic:personal/, 'Keep Both…');
  await answer(page, /Profile id for VS Code’s credential/, 'anthropic:kept');
  await waitForNotification(page, /anthropic:personal has the store’s credential, anthropic:kept the one of VS Code/);
  const { profiles } = readStore(world);
  check(profiles['anthropic:kept'].token === entered, 'VS Code’s went to another id');
  check(profiles['anthropic:personal'].token === before, 'the store’s stayed');
  await eventually(async () => assert.doesNotMatch((await findRow(page, PERSONAL)).description, /conflict/));
  await copyOfPersonal(/Copy in VS Code: same as in the store/);
});

test('notices a wiped store, loses nothing, and restores all by one click', async () => {
  const world = current();
  const { page } = world;
  await closeNotifications(page);
  const before = readStore(world).profiles;
  // What 2026.3.13 leaves when it read the file while another process wrote it in place: its one profile, and no other.
  const profiles = { 'anthropic:old-laptop': before['anthropic:old-laptop'] };
  writeFileSync(storeFile(), `${JSON.stringify({ version: 1, profiles }, null, 2)}\n`, { mode: 0o600 });
  await eventually(async () => {
    const row = (await readRows(page)).find(({ label }) => /\d+ profiles are gone/.test(label));
    assert.match(row?.description ?? '', /restore \d+…/);
  }, 30_000);
  await leaveWithMouse(page);
  await takePicture(world, 'sync-incident', WINDOW);
  assert.deepEqual(await findAccessibilityFaults(page, '.part.sidebar'), []);
  const lost = (await readRows(page)).find(({ label }) => /\d+ profiles are gone/.test(label));
  await locate(page, lost ?? assert.fail('the loss has a row')).click();
  await waitForPrompt(page, /Choose what to put back/);
  await leaveWithMouse(page);
  await takePicture(world, 'sync-restore', WINDOW);
  await page.keyboard.press('Escape');
  await waitForNotification(
    page,
    /profiles are gone from the store of agent main.*VS Code has copies of/,
    'Restore All',
  );
  await waitForNotification(
    page,
    /10 of 14 profiles of agent main are back\..*no copy of.*google:me@example\.com/s,
    undefined,
  );
  await settle(page);
  const after = readStore(world).profiles;
  for (const [id, { type, token, key }] of Object.entries(before)) {
    const isCopied = (type === 'token' || type === 'api_key') && (token ?? key ?? '') !== '';
    if (!isCopied) continue;
    check(after[id]?.token === token && after[id]?.key === key, `${id} has its credential again`);
  }
  const listed = (await cliProfiles(world, 'anthropic')).map(({ profileId }) => profileId);
  for (const id of ['anthropic:work', 'anthropic:personal', 'anthropic:spare', 'anthropic:kept'])
    assert.ok(listed.includes(id), `the real CLI lists ${id}`);
});

test('knows when a token ends of which the store does not say so', async () => {
  const world = current();
  const { page } = world;
  const spare = ['main', 'anthropic', 'anthropic:spare'];
  await closeNotifications(page);
  await chooseInMenu(page, spare, 'Record Expiry…');
  await choose(page, /When does the token expire/, 'In another number of days');
  await answer(page, /Number of days/, '5');
  await waitForNotification(page, /VS Code knows now that anthropic:spare expires/);
  await eventually(async () => assert.match((await findRow(page, spare)).description, /^[45] d left/));
  assert.match(await readTooltip(page, spare), /known to VS Code, not to the store/);
  check(readStore(world).profiles['anthropic:spare'].expires === undefined, 'the store was not written');
});

test('notes in the history what it did by itself and what was decided', async () => {
  const world = current();
  const { page } = world;
  await runCommand(page, 'OpenClaw Auth: Show Change History');
  await waitForPrompt(page, /Newest first/);
  await eventually(async () =>
    assert.match(await promptText(page), /anthropic:\w+: credential stored[\s\S]*Restore All Profiles/),
  );
  await leaveWithMouse(page);
  await takePicture(world, 'sync-history', WINDOW);
  await page.keyboard.type('Kept in sync');
  await eventually(async () => assert.match(await promptText(page), /copy kept in VS Code[\s\S]*Kept in sync/));
  await settle(page);
});

test('keeps nothing where the user wants no copies', async () => {
  const world = current();
  const { page, marks } = world;
  await runCommand(page, 'OpenClaw Auth: Choose What VS Code Keeps…');
  await choose(page, /What VS Code Keeps of/, 'Keep Nothing');
  await waitForNotification(page, /VS Code keeps nothing that you enter from now on/);
  await closeNotifications(page);
  await chooseInMenu(page, PERSONAL, 'Replace Credential');
  await pasteInto(page, /Token for anthropic:personal/, marks.token('UNKEPT'));
  await page.keyboard.press('Enter');
  await choose(page, /When does the token expire/, /365/);
  await waitForNotification(page, /anthropic:personal is stored and was read back/);
  await copyOfPersonal(/Copy in VS Code: differs from the store/);
});

testThatNothingLeaked(current);
