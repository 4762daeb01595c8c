// @ts-check
/** Everything but renewing, on OpenClaw 2026.6.1: add, replace, remove and undo, order, copies, findings, and keys only. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import {
  answer,
  answerDialog,
  choose,
  closeNotifications,
  pressPromptButton,
  promptChoices,
  promptInput,
  promptText,
  statusItem,
  waitForNotification,
  waitForPrompt,
} from './support/prompts.mjs';
import { readStore } from './support/store.mjs';
import { chooseInMenu, findRow, openSidebar, readMenu, readRows, readTooltip, selectRow } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const ANTHROPIC = ['main', 'anthropic'];
const WORK = [...ANTHROPIC, 'anthropic:work'];
const KEPT = ['main', 'openai:added'];
const PERSONAL = [...ANTHROPIC, 'anthropic:personal'];
const current = useWorld({ release: '2026.6.1' });

/** @param {string} kind */
const order = (kind) => readStore(current()).order[kind];
const clipboard = () => current().page.evaluate(() => navigator.clipboard.readText());

test('adds an API key, which then stands in store and tree', async () => {
  const world = current();
  const { page } = world;
  const key = world.marks.apiKey('ADDED');
  await openSidebar(page);
  await chooseInMenu(page, ['main', 'openai'], 'Add API Key');
  await answer(page, /Profile id/, 'openai:added');
  await waitForPrompt(page, /API key for openai:added of agent main/);
  assert.equal(await promptInput(page).getAttribute('type'), 'password');
  // A doubt: Enter takes back, and does not store.
  await answer(page, /API key for openai:added/, 'FAKE-of-no-provider');
  await page.locator('.monaco-dialog-box', { hasText: 'It does not begin as keys of openai do' }).waitFor();
  await page.keyboard.press('Enter');
  await waitForPrompt(page, /API key for openai:added/);
  assert.ok(!('openai:added' in readStore(world).profiles), 'nothing was stored');
  await answer(page, /API key for openai:added/, `  ${key}\n`);
  assert.match(await answerDialog(page, 'Store'), /Profile: openai:added/);
  await waitForNotification(page, /openai:added is stored and was read back/);
  const { key: stored, ...rest } = readStore(world).profiles['openai:added'];
  assert.ok(stored === key, 'the store holds the key that was typed');
  assert.deepEqual(rest, { type: 'api_key', provider: 'openai' });
  await eventually(() => findRow(page, ['main', 'openai', 'openai:added']));
  const tooltip = await readTooltip(page, ['main', 'openai', 'openai:added']);
  assert.match(tooltip, /Copy in VS Code: same as in the store/);
  assert.match(tooltip, /Cost: billed per use/);
});

test('replaces it, and offers a profile of the same name no second time', async () => {
  const world = current();
  const { page } = world;
  const key = world.marks.apiKey('REPLACED');
  await chooseInMenu(page, ['main', 'openai'], 'Add API Key');
  await waitForPrompt(page, /Profile id/);
  await promptInput(page).fill('openai:added');
  await eventually(async () => assert.match(await promptText(page), /There is a profile of this name/));
  await page.keyboard.press('Escape');
  await chooseInMenu(page, ['main', 'openai', 'openai:added'], 'Replace Credential');
  await answer(page, /API key for openai:added/, key);
  await waitForNotification(page, /openai:added is stored and was read back/);
  assert.ok(readStore(world).profiles['openai:added'].key === key, 'the store holds the other key');
});

test('shows a copy that the store has lost, and puts it back', async () => {
  const world = current();
  const { page } = world;
  const file = path.join(world.stateDir, 'agents/main/agent/auth-profiles.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const { 'openai:added': lost, ...rest } = document.profiles;
  writeFileSync(file, JSON.stringify({ ...document, profiles: rest }));
  await eventually(async () => assert.equal((await findRow(page, KEPT)).description, 'only in VS Code'));
  await chooseInMenu(page, KEPT, 'Push Copy from VS Code to Store');
  assert.match(await answerDialog(page, 'Write'), /The store has no such profile/);
  await eventually(() => assert.ok(readStore(world).profiles['openai:added']?.key === lost.key, 'the same key'));
  await eventually(() => findRow(page, ['main', 'openai', 'openai:added']));
});

test('removes a profile after saying what uses it, and brings it back', async () => {
  const world = current();
  const { page } = world;
  const before = readStore(world);
  await chooseInMenu(page, WORK, 'Remove Profile');
  const cancelled = await answerDialog(page, 'Cancel');
  assert.match(cancelled, /Remove anthropic:work from agent main\?/);
  assert.match(cancelled, /in use for: main/);
  assert.match(cancelled, /order of: main/);
  assert.ok(isSame(readStore(world), before), 'nothing happened yet');

  await chooseInMenu(page, WORK, 'Remove Profile');
  await answerDialog(page, 'Remove');
  await eventually(() => assert.equal(readStore(world).profiles['anthropic:work'], undefined));
  await eventually(async () => {
    const labels = (await readRows(page)).map(({ label }) => label);
    assert.equal(labels[labels.indexOf('anthropic') + 1], 'anthropic:personal');
  });
  await waitForNotification(page, /anthropic:work was removed/, 'Undo');
  await waitForNotification(page, /anthropic:work is back/);
  const after = readStore(world);
  assert.ok(after.profiles['anthropic:work'].token === before.profiles['anthropic:work'].token, 'the same token');
  assert.equal(after.profiles['anthropic:work'].expires, before.profiles['anthropic:work'].expires);
  assert.deepEqual(after.order, before.order);
});

test('changes the order by menu and by keys, and clears it', async () => {
  const { page } = current();
  await chooseInMenu(page, PERSONAL, 'Make First');
  await eventually(() => assert.equal(order('anthropic')?.[0], 'anthropic:personal'));
  await eventually(async () => assert.match((await findRow(page, PERSONAL)).description, /in use/));

  await selectRow(page, PERSONAL);
  await page.keyboard.press('Alt+ArrowDown');
  await eventually(() => assert.equal(order('anthropic')?.[0], 'anthropic:work'));
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
  await chooseInMenu(page, PERSONAL, 'Move Up in Order');
  await eventually(() => assert.equal(order('anthropic')?.[0], 'anthropic:personal'));
  await eventually(async () => assert.match((await findRow(page, PERSONAL)).description, /in use/));

  await closeNotifications(page);
  await chooseInMenu(page, ANTHROPIC, 'Clear Order');
  await eventually(() => assert.equal(order('anthropic'), undefined));
  await waitForNotification(page, /order of anthropic is cleared/, 'Undo');
  await waitForNotification(page, /order of anthropic is as before/);
  assert.equal(order('anthropic')?.[0], 'anthropic:personal');
  await eventually(async () => assert.match((await findRow(page, PERSONAL)).description, /in use/));
});

test('offers in the menu what can be done with a row', async () => {
  const { page } = current();
  assert.deepEqual(await readMenu(page, ['main', 'google', 'google:me@example.com']), [
    'Why This Credential?',
    'Move Down in Order',
    'Move to Another Place…',
    'Copy to Other Agents…',
    'Sessions That Pin a Profile…',
    'Pin a Session to This Profile…',
    'Copy Profile Id',
    'Copy /model Pin',
    'Remove Profile',
  ]);
});

test('copies the id of a profile and the pin for a chat', async () => {
  const { page } = current();
  await chooseInMenu(page, PERSONAL, 'Copy Profile Id');
  await eventually(async () => assert.equal(await clipboard(), 'anthropic:personal'));
  await chooseInMenu(page, PERSONAL, 'Copy /model Pin');
  await eventually(async () => assert.match(await clipboard(), /^\/model .*@anthropic:personal$/));
});

test('lists what needs doing behind the status bar item', async () => {
  const { page } = current();
  await statusItem(page).click();
  await waitForPrompt(page, /Choose what to do/);
  await eventually(async () => {
    const text = await promptText(page);
    assert.match(text, /The store of lab is malformed/);
    assert.match(text, /Renew with claude setup-token/);
  });
});

test('explains an error, and offers what mends it', async () => {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Explain Error…');
  await answer(page, /Paste an error/, 'nothing that is known');
  await waitForNotification(page, /not one of credentials that is known here/);
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Explain Error…');
  const error =
    'This credential is only authorized for use with Claude Code and cannot be used for other API requests.';
  await answer(page, /Paste an error/, `HTTP 400: {"message":"${error}"}`);
  const said = await answerDialog(page, 'Add API Key');
  assert.match(said, /Anthropic takes this subscription token from Claude Code only/);
  assert.match(said, /To renew or paste it again changes nothing/);
  assert.match(said, /It is still so for agent main and \d more/);
  await choose(page, /Choose an agent/, 'main');
  await waitForPrompt(page, /Profile id/);
  await page.keyboard.press('Escape');
});

test('explains what is selected in an editor, and what is copied in a terminal', async () => {
  const { page, profile } = current();
  writeFileSync(path.join(profile.workspace, 'gateway.txt'), 'gateway call failed: missing scope: operator.read\n');
  await page.keyboard.press('Control+P');
  await eventually(async () => assert.equal(await promptInput(page).inputValue(), ''));
  await promptInput(page).fill('gateway.txt');
  await choose(page, /Search files by name/, 'gateway.txt');
  const lines = page.locator('.editor-instance .view-lines').first();
  await eventually(async () => assert.match(await lines.innerText(), /operator\.read/));
  await lines.click();
  await page.keyboard.press('Control+A');
  await runCommand(page, 'OpenClaw Auth: Explain Error…');
  const said = await answerDialog(page, 'Cancel');
  assert.match(said, /may not do that on the gateway/);
  assert.match(said, /nothing to do with the credentials of a provider/);
  assert.match(said, /Read: what is selected in the editor/);
  assert.doesNotMatch(said, /still so/);

  await runCommand(page, 'OpenClaw Auth: Explain Error of Terminal…');
  await waitForPrompt(page, /lets no extension read a terminal/);
  const copied = 'No API key found for provider "mistral".\nAuth store: auth-profiles.json';
  await page.evaluate((text) => navigator.clipboard.writeText(text), copied);
  await pressPromptButton(page, /Paste from clipboard/);
  await eventually(async () => assert.match(await promptInput(page).inputValue(), /mistral/));
  await promptInput(page).press('Enter');
  const told = await answerDialog(page, 'Cancel');
  assert.match(told, /no credential that it could use there/);
  assert.match(told, /It is still so for agent main/);
  assert.match(told, /Provider: mistral/);
  await runCommand(page, 'View: Close All Editors');
});

test("runs the gateway's own commands in a terminal that stays", async () => {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Run models status in Terminal');
  const terminal = page.locator('.terminal-wrapper.active');
  await eventually(async () => assert.match((await terminal.innerText()).replaceAll('\u00a0', ' '), /exit code 0/));
});

test('renews with keys alone', async () => {
  const world = current();
  const { page, marks } = world;
  const token = marks.token('KEYS');
  await page.keyboard.press('Control+Shift+P');
  await eventually(async () => assert.equal(await promptInput(page).inputValue(), '>'));
  await type('OpenClaw Auth: Replace Credential', '>');
  await eventually(async () => assert.match((await promptChoices(page))[0] ?? '', /Replace Credential/));
  await page.keyboard.press('Enter');
  await waitForPrompt(page, /Choose a profile/);
  await type('anthropic:personal');
  await eventually(async () => assert.match((await promptChoices(page))[0] ?? '', /anthropic:personal/));
  await page.keyboard.press('Enter');
  await waitForPrompt(page, /Token for anthropic:personal/);
  await type(token);
  await page.keyboard.press('Enter');
  await waitForPrompt(page, /When does the token expire/);
  await page.keyboard.press('Enter');
  await waitForNotification(page, /anthropic:personal is stored and was read back/);
  assert.ok(
    readStore(world).profiles['anthropic:personal'].token === token,
    'the store holds the token that was typed',
  );
});

test('walks the tree with keys, and removes with Delete after a question', async () => {
  const world = current();
  const { page } = world;
  await runCommand(page, 'OpenClaw Auth: Focus on Credentials View');
  await selectRow(page, ['main', 'google', 'google:studio']);
  const focused = page.locator('.part.sidebar .monaco-list-row.focused .label-name');
  for (let label = await focused.innerText(); label !== 'openai:added'; label = await focused.innerText()) {
    assert.notEqual(label, 'lab', 'the walk did not pass the row');
    await page.keyboard.press('ArrowDown');
    await eventually(async () => assert.notEqual(await focused.innerText(), label));
  }
  await page.keyboard.press('Delete');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  assert.match(await dialog.innerText(), /Remove openai:added from agent main\?/);
  await page.keyboard.press('Enter');
  await eventually(() => assert.equal(readStore(world).profiles['openai:added'], undefined));
});

test('reminds of what ends, once over all windows, until it is asked to begin anew', async () => {
  const world = current();
  const { page } = world;
  const toasts = page.locator('.notifications-toasts .notification-list-item', { hasText: /expire|end soon/ });
  await world.reopen({ 'openclawAuth.reminderDays': [30, 14, 7, 1] });
  const said = await waitForNotification(page, /3 credentials have expired or end soon/, 'Show');
  assert.match(said, /anthropic:work/);
  assert.match(said, /anthropic:old-laptop/);
  await waitForPrompt(page, /Choose what to do/);

  await world.reopen({ 'openclawAuth.reminderDays': [30, 14, 7, 1] });
  await openSidebar(page);
  await eventually(async () => assert.match((await findRow(page, WORK)).description, /3 d left/));
  await page.waitForTimeout(2_000);
  assert.equal(await toasts.count(), 0, 'it was said already');

  await runCommand(page, 'OpenClaw Auth: Reset Reminders and Alerts');
  await waitForNotification(page, /3 credentials have expired or end soon/, 'Don’t Show Again');
  await runCommand(page, 'OpenClaw Auth: Reload');
  await page.waitForTimeout(2_000);
  assert.equal(await toasts.count(), 0, 'it is muted');
});

testThatNothingLeaked(current);

/** Types into the open box. @param {string} text @param {string} [before] what the box holds */
async function type(text, before = '') {
  const { page } = current();
  await eventually(async () => assert.ok((await promptInput(page).inputValue()) === before, 'the box is ready'));
  await page.keyboard.type(text);
  await eventually(async () => assert.ok((await promptInput(page).inputValue()) === before + text, 'typed'));
}

/** Without a difference in the message: it would hold secrets. @param {unknown} a @param {unknown} b */
function isSame(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
