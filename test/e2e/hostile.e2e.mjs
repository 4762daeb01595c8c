// @ts-check
/** Names from a store are data: whatever they hold, they neither run, nor move, hide or draw anything. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { terminalText } from '../harness/vscode.mjs';
import { findAccessibilityFaults } from './support/accessibility.mjs';
import { eventually } from './support/eventually.mjs';
import { promptChoices, statusItem, waitForPrompt } from './support/prompts.mjs';
import { chooseInMenu, expandAll, openSidebar, readRows, readTooltip } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const RUNS = 'anthropic:$(touch canary)`touch canary`;touch canary';
const NAMES = [
  RUNS,
  'anthropic:../../../../etc/passwd',
  'anthropic:line\nbreak\r\nand\ttab',
  'anthropic:<img src=x onerror="document.title=1"><b>bold</b>',
  'anthropic:[click](command:workbench.action.files.newUntitledFile)',
  'anthropic:$(alert)$(error~spin)',
  'anthropic:\u202egnirts\u202c\u2066x\u2069\u200b\ufeff',
  'anthropic:\u001b[31mred\u001b[0m\u001b]0;title\u0007\u0000',
  'anthropic:%s%n{0}${PATH}%PATH%',
  `anthropic:${'long '.repeat(200)}`,
  '__proto__',
  'constructor',
];
/** What must never reach the screen: control characters, and those that reorder or hide others. */
// eslint-disable-next-line no-control-regex -- these are what it looks for
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
const SIDEBAR = '.part.sidebar';

const current = useWorld({ release: '2026.6.1', prepare: addNames, viewport: { width: 1280, height: 1_800 } });

/** @param {string} stateDir */
function addNames(stateDir) {
  const file = path.join(stateDir, 'agents/main/agent/auth-profiles.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const profile = JSON.stringify({ ...document.profiles['anthropic:work'], expires: Date.now() + 3_600_000 });
  // As text, for an object would not keep a key of the name __proto__.
  const entries = NAMES.map((name) => `${JSON.stringify(name)}: ${profile}`);
  const others = Object.entries(document.profiles).map(
    ([id, value]) => `${JSON.stringify(id)}: ${JSON.stringify(value)}`,
  );
  writeFileSync(file, `{"version": 1, "profiles": {${[...entries, ...others].join(',')}}}`);
  writeFileSync(path.join(stateDir, 'agents/main/agent/auth-state.json'), '{"version": 1}');
  const config = path.join(stateDir, 'openclaw.json');
  const settings = JSON.parse(readFileSync(config, 'utf8'));
  delete settings.auth;
  writeFileSync(config, JSON.stringify(settings));
}

test('shows every profile in one line, and nothing that a name wants drawn', async () => {
  const { page } = current();
  await openSidebar(page);
  await expandAll(page);
  const rows = await readRows(page);
  const first = rows.findIndex(({ label }) => label === 'anthropic');
  const labels = rows
    .slice(first + 1)
    .filter(({ level }) => level === 4)
    .map(({ label }) => label);
  assert.ok(labels.includes(RUNS), labels.join('\n'));
  assert.ok(labels.includes('__proto__') && labels.includes('constructor'), labels.join('\n'));
  assert.ok(
    labels.some((label) => label.includes('line break')),
    labels.join('\n'),
  );
  for (const { label, description, spoken } of rows) {
    assert.doesNotMatch(label + description + spoken, UNSAFE);
    assert.ok(label.length <= 160, label);
  }
  assert.equal(await page.locator(`${SIDEBAR} .monaco-list-row :is(img, b, a[href])`).count(), 0);
  assert.equal(await page.locator(`${SIDEBAR} .monaco-list-row .codicon-modifier-spin`).count(), 0);
});

test('tooltips are plain text', async () => {
  const { page } = current();
  const rows = await readRows(page);
  const main = rows.slice(
    0,
    rows.findIndex(({ label }) => label === 'lab'),
  );
  const marked = main.filter(({ label }) => /click|img|alert|\\u\{202e\}/.test(label));
  assert.equal(marked.length, 4);
  for (const { label } of marked) {
    const text = await readTooltip(page, [label]);
    assert.ok(text.includes(label.slice(0, 40)), text);
    assert.doesNotMatch(text.replaceAll('\n', ' '), UNSAFE);
    assert.equal(await page.locator('.workbench-hover :is(img, b, a)').count(), 0);
  }
  await statusItem(page).hover();
  await eventually(async () => assert.match(await page.locator('.workbench-hover').innerText(), /OpenClaw Auth/));
  assert.equal(await page.locator('.workbench-hover :is(img, a[data-href^="command:"])').count(), 0);
});

test('lists draw no icons and run nothing', async () => {
  const { page } = current();
  await statusItem(page).click();
  await waitForPrompt(page, /Choose what to do/);
  for (const choice of await promptChoices(page))
    assert.doesNotMatch(choice.replaceAll('\n', ' ').replaceAll('\u2060', ''), UNSAFE);
  assert.equal(await page.locator('.quick-input-list .codicon-modifier-spin').count(), 0);
});

test('a name that looks like a command does not run in the terminal', async () => {
  const { page, profile, stateDir } = current();
  await chooseInMenu(page, [RUNS], 'Renew with claude setup-token');
  await eventually(async () => assert.match(await terminalText(page), /exit code 0/));
  await waitForPrompt(page, /Token for anthropic:\$\(touch canary\)/);
  await page.keyboard.press('Escape');
  const places = [profile.workspace, profile.root, profile.home, stateDir, path.dirname(stateDir), process.cwd(), '/'];
  assert.deepEqual(
    places.filter((place) => existsSync(path.join(place, 'canary'))),
    [],
  );
});

test('the sidebar has no accessibility faults but those of VS Code itself', async () => {
  assert.deepEqual(await findAccessibilityFaults(current().page, SIDEBAR), []);
});

testThatNothingLeaked(current);
