// @ts-check
/** OpenClaw's own checks on request, the gateway that runs, and a key as a reference, on OpenClaw 2026.6.1. */
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { readPage } from './support/markdownPage.mjs';
import { takePicture } from './support/pictures.mjs';
import { answer, answerDialog, choose, closeNotifications, waitForNotification } from './support/prompts.mjs';
import { readStore } from './support/store.mjs';
import { chooseInMenu, findRow, leaveWithMouse, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const OPENROUTER = ['main', 'openrouter'];
const ID = 'openrouter:elsewhere';
const NAME = 'KEY_OF_ELSEWHERE';
const current = useWorld({ release: '2026.6.1', viewport: { width: 1320, height: 1200 } });

test('checks with doctor after a question, and shows on a page what it found', async () => {
  const world = current();
  const { page } = world;
  await openSidebar(page);
  await eventually(() => findRow(page, OPENROUTER));
  await runCommand(page, 'OpenClaw Auth: Check with doctor');
  assert.match(await answerDialog(page, 'Check'), /repairs nothing.*\n.*costs nothing/);
  await waitForNotification(page, /openclaw doctor has something to say/);
  await closeNotifications(page);
  const text = await readPage(page, /Doctor/, /^What openclaw doctor found/);
  assert.match(text, /About credentials and the gateway’s own access[^]*warning · core\/doctor\/gateway-auth/);
  assert.match(text, /It suggests: /);
  assert.doesNotMatch(text, /…/, 'nothing is cut');
  await leaveWithMouse(page);
  await takePicture(world, 'checks-doctor', { x: 0, y: 30, width: 1320, height: 800 });
});

test('asks the running gateway after a word only, and says that OpenClaw has no access to it', async () => {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Compare with Running Gateway');
  assert.match(await answerDialog(page, 'Ask Once'), /for reading only.*pairs itself as a device/);
  await waitForNotification(page, /OpenClaw has no token or password for its gateway, so it cannot ask/);
  await closeNotifications(page);
});

test('adds a key as a reference, refuses one that leads nowhere, and takes it away again', async () => {
  const world = current();
  const { page, stateDir, marks } = world;
  await add('KEY_OF_NOWHERE');
  await waitForNotification(page, /finds no key where the reference leads\. Nothing was changed/);
  await closeNotifications(page);
  assert.ok(!(ID in readStore(world).profiles), 'nothing was written');

  appendFileSync(path.join(stateDir, '.env'), `${NAME}=${marks.apiKey('ELSEWHERE')}\n`, { mode: 0o600 });
  await add(NAME);
  await waitForNotification(page, /openrouter:elsewhere of agent main is a reference now/, 'Undo');
  await waitForNotification(page, /openrouter:elsewhere was removed again/);
  assert.ok(!(ID in readStore(world).profiles), 'it is gone');

  /** @param {string} name */
  async function add(name) {
    await chooseInMenu(page, OPENROUTER, 'Add Key as Reference…');
    await answer(page, /Profile id, for agent main/, ID);
    await choose(page, /Where does the key stand/, 'A variable');
    await answer(page, /Name of the variable/, name);
    assert.match(await answerDialog(page, 'Add'), new RegExp(`Profile: ${ID} of agent main[^]*Reference: env ${name}`));
  }
});

testThatNothingLeaked(current);
