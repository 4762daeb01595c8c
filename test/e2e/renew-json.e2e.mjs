// @ts-check
/** Renewing a token on OpenClaw 2026.6.1, whose store is a file: from the palette, with all that can go wrong in pasting. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import {
  answer,
  answerDialog,
  choose,
  pasteInto,
  promptInput,
  promptText,
  waitForNotification,
} from './support/prompts.mjs';
import { answerWhere, assertRenewed, chooseExpiry, readTokenInTerminal } from './support/renewal.mjs';
import { cliProfiles, readStore } from './support/store.mjs';
import { findRow, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const WORK = ['main', 'anthropic', 'anthropic:work'];
const BOX = /Renew with claude setup-token/;
const current = useWorld({ release: '2026.6.1' });

/** Pastes as a user does, and waits for what the box says to it. @param {string} text @param {RegExp} says */
async function pasteRefused(text, says) {
  const { page } = current();
  await pasteInto(page, BOX, text);
  await eventually(async () => assert.match(await promptText(page), says));
  await promptInput(page).press('Enter');
  assert.match(await promptText(page), says, 'the box stays');
}

/** @param {RegExp} box @param {string} text */
async function enter(box, text) {
  const { page } = current();
  await pasteInto(page, box, text);
  await promptInput(page).press('Enter');
}

test('asks which profile, and takes nothing but a whole setup-token', async () => {
  const world = current();
  const { page, marks } = world;
  const before = readStore(world);
  await openSidebar(page);
  await runCommand(page, 'OpenClaw Auth: Renew with claude setup-token');
  await choose(page, /Choose a profile/, /anthropic:work.*main/);
  const onScreen = await readTokenInTerminal(world);

  await pasteRefused(marks.apiKey(), /setup-token begins with sk-ant-oat01-/);
  await pasteRefused(marks.token('KEY').replace('oat01', 'api03'), /This is an API key, not a setup-token/);
  await pasteRefused(onScreen.slice(0, 70), /Only 70 of 108 characters/);
  await pasteRefused(onScreen + onScreen, /twice/);
  await pasteRefused(`export CLAUDE_CODE_OAUTH_TOKEN=${onScreen}`, /command line/);

  await enter(BOX, onScreen.slice(0, 80));
  const doubt = await answerDialog(page, 'Cancel');
  assert.match(doubt, /80 characters; setup-tokens have 108/);
  assert.deepEqual(readStore(world), before);

  await enter(BOX, onScreen);
  await chooseExpiry(world, 'In another number of days');
  await answer(page, /Number of days from now/, '90');
  await answerWhere(world, 'Store');
  await waitForNotification(page, /is stored and was read back/);
  assertRenewed(before, readStore(world), { token: world.standInToken, days: 90 });
});

test('shows it in the tree, and the gateway takes it for valid', async () => {
  const world = current();
  await eventually(async () => {
    const { description } = await findRow(world.page, WORK);
    assert.match(description, /in use/);
    assert.match(description, /\b(89|90) d/);
  });
  const work = (await cliProfiles(world, 'anthropic')).find(({ profileId }) => profileId === 'anthropic:work');
  assert.equal(work?.status, 'ok');
});

test('leaves the file as it was but for the renewed credential, readable by its owner only, and no lock behind', () => {
  const { stateDir, standInToken } = current();
  const file = path.join(stateDir, 'agents/main/agent/auth-profiles.json');
  assert.equal(existsSync(`${file}.lock`), false);
  const text = readFileSync(file, 'utf8');
  assert.equal(text.split(standInToken).length, 2);
  assert.match(text, /"xai:notes": "written by hand, not a profile"/);
});

test('stores nothing when the user changes their mind', async () => {
  const world = current();
  const { page, marks } = world;
  const before = readStore(world);
  await runCommand(page, 'OpenClaw Auth: Paste Token');
  await choose(page, /Choose an agent/, 'research');
  await choose(page, /Choose a provider/, 'anthropic');
  await answer(page, /Profile id/, 'anthropic:mind');
  await enter(/Token for anthropic:mind/, marks.token('MIND'));
  await chooseExpiry(world, 'Record no expiry');
  const where = await answerDialog(page, 'Cancel');
  assert.match(where, /Agent: research/);
  assert.match(where, /Expiry: not recorded/);
  assert.deepEqual(readStore(world), before);
  const research = readFileSync(path.join(world.stateDir, 'agents/research/agent/auth-profiles.json'), 'utf8');
  assert.doesNotMatch(research, /anthropic:mind/);
});

test('shows what another program writes into the file, without being asked', async () => {
  const { page, stateDir } = current();
  const file = path.join(stateDir, 'agents/main/agent/auth-profiles.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  document.profiles['anthropic:work'].expires = Date.now() + 3_600_000 * 5.5;
  document.profiles['anthropic:outside'] = { ...document.profiles['anthropic:work'] };
  writeFileSync(`${file}.other`, JSON.stringify(document), { mode: 0o600 });
  renameSync(`${file}.other`, file);
  await eventually(async () => {
    assert.match((await findRow(page, WORK)).description, /\b5 h/);
    await findRow(page, ['main', 'anthropic', 'anthropic:outside']);
  });
});

testThatNothingLeaked(current);
