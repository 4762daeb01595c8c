// @ts-check
/** The check as a systemd timer: previewed, written only on request, run as systemd would, and taken back. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runToEnd } from '../../scripts/lib/run.mjs';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { choose, promptChoices, promptInput, waitForNotification, waitForPrompt } from './support/prompts.mjs';
import { openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const SERVICE = 'openclaw-auth-check.service';
const TIMER = 'openclaw-auth-check.timer';
const FOREIGN = '[Timer]\nOnCalendar=yearly\n# `mine`\n';

const current = useWorld({
  release: '2026.6.1',
  prepare: (stateDir) => {
    const file = path.join(stateDir, '..', 'bin', 'systemctl');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '#!/bin/sh\n# A fake systemctl for tests.\necho "$@" >>"$HOME/systemctl.told"\n');
    chmodSync(file, 0o755);
  },
});
const home = () => path.dirname(current().stateDir);
const unit = (/** @type {string} */ name) => path.join(current().profile.root, 'home/.config/systemd/user', name);
const folder = () => path.join(current().stateDir, 'openclaw-auth');

async function answerUpToPreview() {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Automate the Check…');
  await choose(page, /What is to run the check/, 'systemd user timer');
  await waitForPrompt(page, /Folder for a copy of the check/);
  assert.equal(await promptInput(page).inputValue(), folder());
  await promptInput(page).press('Enter');
  await choose(page, /How often/, 'Every six hours');
  await choose(page, /What is to happen/, 'Write it to a file');
  await waitForPrompt(page, /Read the preview/);
}

/** What the page in front says; it is painted in a frame of its own. */
async function previewText() {
  const texts = await Promise.all(
    current()
      .page.frames()
      .map((frame) =>
        frame
          .locator('body')
          .innerText({ timeout: 2_000 })
          .catch(() => ''),
      ),
  );
  return texts.join('\n');
}

test('shows everything before anything is written', async () => {
  const { page } = current();
  await openSidebar(page);
  mkdirSync(path.dirname(unit(TIMER)), { recursive: true });
  writeFileSync(unit(TIMER), FOREIGN);
  await answerUpToPreview();
  await eventually(async () => {
    const text = await previewText();
    assert.match(text, /Nothing is written before you say so/);
    assert.match(text, /OnCalendar=\*-\*-\* 00\/6:17:00/);
    assert.match(text, /Another file is there/);
    assert.match(text, /OnCalendar=yearly/);
    assert.ok(text.includes(`ExecStart=/bin/sh "${folder()}/check.sh"`), text);
  });
  // Enter does the safer thing.
  const choices = await promptChoices(page);
  assert.equal(choices[0], 'Write nothing');
  assert.ok(choices.includes('Write 4 files, replacing 1'), choices.join('\n'));
  await promptInput(page).press('Enter');
  await promptInput(page).waitFor({ state: 'hidden' });
  assert.ok(!existsSync(folder()) && !existsSync(unit(SERVICE)), 'nothing was written');
  assert.equal(readFileSync(unit(TIMER), 'utf8'), FOREIGN);
});

test('writes what was shown, and switches it on where that can be watched', async () => {
  const { page } = current();
  await answerUpToPreview();
  await choose(page, /Read the preview/, 'Write 4 files, replacing 1');
  await waitForNotification(page, /files written: 4. It does not run before/, 'Switch On in Terminal');
  const told = path.join(home(), 'systemctl.told');
  await eventually(() =>
    assert.match(readFileSync(told, 'utf8'), /--user daemon-reload\n--user enable --now openclaw/),
  );
  assert.match(readFileSync(unit(TIMER), 'utf8'), /OnCalendar=\*-\*-\* 00\/6:17:00/);
});

test('what was written runs without the editor, and exits as the check', async () => {
  const [, script = ''] = /^ExecStart=\/bin\/sh "(.*)"$/m.exec(readFileSync(unit(SERVICE), 'utf8')) ?? [];
  const { code, stdout } = await runToEnd('/bin/sh', [script], {
    env: { HOME: home(), PATH: '/usr/bin:/bin' },
    cwd: '/',
  });
  assert.equal(code, 1);
  assert.match(stdout, /^error storeMalformed: lab/m);
  assert.match(stdout, /^warning tokenExpiring: main: anthropic:work/m);
  assert.match(
    readFileSync(path.join(folder(), 'check.log'), 'utf8'),
    /OpenClaw: a credential has expired or is missing/,
  );
});

test('takes it back, with what it had replaced', async () => {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Undo Last Change');
  await waitForNotification(page, /What was written is removed again/);
  assert.ok(!existsSync(unit(SERVICE)) && !existsSync(path.join(folder(), 'worker.mjs')), 'the files are gone');
  assert.equal(readFileSync(unit(TIMER), 'utf8'), FOREIGN);
  assert.ok(existsSync(path.join(folder(), 'check.log')), 'what the check itself wrote is the user’s');
});

testThatNothingLeaked(current);
