// @ts-check
/** The history of changes, undo, copying to other agents and forgetting everything, on OpenClaw 2026.6.1. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import {
  answer,
  answerDialog,
  choose,
  closeNotifications,
  promptInput,
  promptText,
  waitForNotification,
  waitForPrompt,
} from './support/prompts.mjs';
import { chooseInMenu, findRow, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const NIGHT = 'anthropic:night';
const PERSONAL = ['main', 'anthropic', 'anthropic:personal'];
const GOOGLE = ['main', 'google', 'google:me@example.com'];
const current = useWorld({ release: '2026.6.1' });

/** @param {string} agent @param {string} [name] */
const fileOf = (agent, name = 'auth-profiles.json') => path.join(current().stateDir, 'agents', agent, 'agent', name);
/** @param {string} agent @returns {string | undefined} */
function nightOf(agent) {
  const file = fileOf(agent);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).profiles[NIGHT]?.token : undefined;
}
/** Without a difference in the message: it would hold secrets. @param {boolean} isSo @param {string} what */
const check = (isSo, what) => assert.ok(isSo, what);
const undoLast = () => runCommand(current().page, 'OpenClaw Auth: Undo Last Change');

test('says in an empty history what can be done', async () => {
  const { page } = current();
  await openSidebar(page);
  await eventually(() => findRow(page, PERSONAL));
  await undoLast();
  await waitForNotification(page, /nothing to undo of what was changed in this window/, 'Show History');
  await waitForPrompt(page, /Nothing was changed through OpenClaw Auth yet/);
  assert.match(await promptText(page), /Paste Token/);
});

test('copies a profile to the agents that are chosen, and takes it back for each', async () => {
  const { page } = current();
  const seen = await beginCopy(['main', 'ops']);
  assert.match(seen, /lab\s*cannot: store malformed/);
  assert.match(seen, /main\s*adds the profile/);
  const question = await answerDialog(page, 'Copy');
  assert.match(question, /Copy anthropic:night to these agents\?/);
  assert.match(question, /Gateway host: .*\n*.*State directory: /);
  assert.match(question, /From agent: research\s+main: adds the profile, also for .*\s+ops: adds the profile/);
  await waitForNotification(page, /anthropic:night was copied and read back for: main, ops/, 'Undo');
  const copied = nightOf('research');
  check(copied !== undefined && nightOf('main') === copied && nightOf('ops') === copied, 'both have the token');
  await waitForPrompt(page, /Choose what to undo/);
  assert.match(await promptText(page), /anthropic:night of agent ops/);
  // VS Code shows no more than three toasts within 0.8 s.
  await page.waitForTimeout(900);
  await promptInput(page).press('Enter');
  await waitForNotification(page, /Undone: 2 of 2/);
  check(nightOf('main') === undefined && nightOf('ops') === undefined, 'neither has it');
});

test('leaves alone what changed after the preview, tries again only there, and undoes step by step', async () => {
  const { page, marks } = current();
  await beginCopy(['main', 'ops']);
  await page.locator('.monaco-dialog-box').waitFor();
  const theirs = marks.token('THEIRS');
  const profiles = { [NIGHT]: { type: 'token', provider: 'anthropic', token: theirs } };
  mkdirSync(path.dirname(fileOf('ops')), { recursive: true });
  writeFileSync(fileOf('ops'), JSON.stringify({ version: 1, profiles }), { mode: 0o600 });
  await answerDialog(page, 'Copy');
  await waitForNotification(page, /copied for 1 of 2 agents\..*ops: The store changed since it was shown/, 'Try Again');
  assert.match(await answerDialog(page, 'Copy'), /From agent: research\s+ops: replaces another credential/);
  await waitForNotification(page, /anthropic:night was copied and read back for: ops/);
  check(nightOf('ops') === nightOf('research'), 'ops has the token');

  await closeNotifications(page);
  await undoLast();
  await waitForNotification(page, /anthropic:night has its earlier credential again/);
  check(nightOf('ops') === theirs, 'ops has its own again');
  await closeNotifications(page);
  await undoLast();
  await waitForNotification(page, /anthropic:night was removed again/);
  check(nightOf('main') === undefined, 'main has none');
});

test('refuses to copy an OAuth login, with the reason', async () => {
  const { page } = current();
  await chooseInMenu(page, GOOGLE, 'Copy to Other Agents…');
  await waitForNotification(page, /refresh tokens work once/);
});

test('does not undo over what somebody else changed since', async () => {
  const { page } = current();
  await chooseInMenu(page, PERSONAL, 'Make First');
  await waitForNotification(page, /anthropic:personal is now number 1/);
  const file = fileOf('main', 'auth-state.json');
  const state = JSON.parse(readFileSync(file, 'utf8'));
  const theirs = ['anthropic:spare', 'anthropic:work'];
  writeFileSync(file, JSON.stringify({ ...state, order: { ...state.order, anthropic: theirs } }));
  await closeNotifications(page);
  await undoLast();
  await waitForNotification(page, /order of anthropic for agent main was changed again since/);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')).order.anthropic, theirs);
});

test('shows the history, newest first, and exports it', async () => {
  const { page, profile } = current();
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Show Change History');
  await waitForPrompt(page, /Newest first/);
  await eventually(async () => {
    const text = await promptText(page);
    assert.match(text, /anthropic: order set[\s\S]*anthropic:night: profile removed/);
    assert.match(text, /Make First · .*\.openclaw · Can be undone\./);
    assert.match(text, /Copy to Other Agents · .*Was undone\./);
    assert.match(text, /not done: changeConflict · agent ops/);
  });
  await page.keyboard.press('Escape');
  const file = path.join(profile.workspace, 'history.jsonl');
  await runCommand(page, 'OpenClaw Auth: Export Change History…');
  await answer(page, /Export Change History/, file);
  await waitForNotification(page, /\d+ changes are in .*history\.jsonl/);
  const records = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [first] = records;
  assert.deepEqual([first.by, first.agentId, first.profileId], ['copyToAgents', 'main', NIGHT]);
  assert.deepEqual(
    [records.at(-1).by, records.at(-1).action, records.at(-1).outcome],
    ['makeFirst', 'setOrder', 'done'],
  );
});

test('lists what it keeps, forgets all of it, and leaves the store as it is', async () => {
  const { page } = current();
  await closeNotifications(page);
  await chooseInMenu(page, ['main', 'google', 'google:studio'], 'Pull Credential from Store to VS Code');
  await waitForNotification(page, /VS Code keeps a copy of google:studio now/);
  const before = readFileSync(fileOf('main'), 'utf8');
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Forget Everything…');
  const question = await answerDialog(page, 'Forget Everything');
  assert.match(question, /Copies of agent main on .+@.+: 1 credentials/);
  assert.match(question, /History: \d+ changes/);
  assert.match(question, /The random id of this installation/);
  assert.match(question, /The gateway’s store is not touched/);
  await waitForNotification(page, /Everything is forgotten/);
  check(readFileSync(fileOf('main'), 'utf8') === before, 'the store is as it was');
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Forget Everything…');
  await waitForNotification(page, /OpenClaw Auth keeps nothing/);
});

testThatNothingLeaked(current);

/** Opens the list of agents, chooses some, and leaves the question open. @param {string[]} agents @returns what the list said */
async function beginCopy(agents) {
  const { page } = current();
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Copy to Other Agents…');
  await choose(page, /Choose a profile/, NIGHT);
  await waitForPrompt(page, /Choose the agents that get anthropic:night of agent research/);
  const text = await promptText(page);
  for (const agent of agents)
    await page
      .locator('.quick-input-widget .monaco-list-row', { hasText: new RegExp(`^\\s*${agent}`) })
      .first()
      .click();
  await promptInput(page).press('Enter');
  return text;
}
