// @ts-check
/** A machine without OpenClaw, on which a gateway then appears. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { statusItem, waitForNotification } from './support/prompts.mjs';
import { findRow, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const current = useWorld({ release: '2026.6.1', isEmpty: true });

/** @param {string} file below the state directory @param {object} document */
function write(file, document) {
  const target = path.join(current().stateDir, file);
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  writeFileSync(target, JSON.stringify(document), { mode: 0o600 });
}

test('says that there is no gateway, and what to do', async () => {
  const { page } = current();
  await openSidebar(page);
  const welcome = page.locator('.part.sidebar .welcome-view-content');
  await eventually(async () => assert.match(await welcome.innerText(), /No OpenClaw gateway was found/));
  assert.match(await welcome.innerText(), /Open Settings/);
  assert.equal(await statusItem(page).count(), 0);
});

test('commands say so too', async () => {
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Add API Key');
  await waitForNotification(page, /No OpenClaw agent was found/);
  await runCommand(page, 'OpenClaw Auth: Run doctor in Terminal');
  await waitForNotification(page, /openclaw program was not found/);
});

test('shows a gateway that appears, without being asked', async () => {
  const { page } = current();
  write('openclaw.json', { meta: { lastTouchedVersion: '2026.6.1' } });
  write('agents/main/agent/auth-profiles.json', {
    version: 1,
    profiles: {
      'anthropic:work': {
        type: 'token',
        provider: 'anthropic',
        token: current().marks.token('FIRST'),
        expires: Date.now() - 86_400_000,
      },
    },
  });
  await eventually(() => findRow(page, ['main', 'anthropic', 'anthropic:work']));
});

test('says plainly that what is in use has expired', async () => {
  const { page } = current();
  await eventually(async () => assert.match(await statusItem(page).innerText(), /expired/));
  assert.match((await statusItem(page).getAttribute('class')) ?? '', /error-kind/);
});

testThatNothingLeaked(current);
