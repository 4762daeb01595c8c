// @ts-check
/** Hosts beside this machine, from one window: a real sshd on loopback and a real container of podman, OpenClaw 2026.6.1. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { runCommand, terminalText } from '../harness/vscode.mjs';
import { eventually } from './support/eventually.mjs';
import { startOtherHosts } from './support/otherHosts.mjs';
import { takePicture, widenSidebar } from './support/pictures.mjs';
import {
  answer,
  answerDialog,
  choose,
  closeNotifications,
  pasteInto,
  promptChoices,
  promptInput,
  waitForNotification,
  waitForPrompt,
} from './support/prompts.mjs';
import { A_YEAR } from './support/renewal.mjs';
import { readStore } from './support/store.mjs';
import { chooseInMenu, findRow, leaveWithMouse, openSidebar, readRows, readTooltip } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

/** @type {import('./support/otherHosts.mjs').OtherHosts | undefined} */
let started;
const current = useWorld({
  release: '2026.6.1',
  // High enough for three hosts beside a terminal.
  viewport: { width: 1280, height: 1500 },
  prepare: async (stateDir) => {
    started = await startOtherHosts(path.dirname(stateDir));
  },
});
after(() => started?.remove());

const VPS = ['main', 'anthropic', 'anthropic:vps'];
const BOX = ['main', 'anthropic', 'anthropic:box'];
const WORK = ['main', 'anthropic', 'anthropic:work'];
const CLIP = { x: 0, y: 34, width: 1000, height: 900 };

function others() {
  assert.ok(started, 'the hosts are there');
  return started;
}

/** @param {{skip: (why?: string) => void}} context */
function boxOr(context) {
  const { box, missing } = others();
  if (box === null) context.skip(`podman makes no container here: ${missing}`);
  return box;
}

/** The row of the host whose description says something. @param {RegExp} says */
async function hostRow(says) {
  const rows = (await readRows(current().page)).filter(({ level }) => level === 1);
  const found = rows.find(({ description }) => says.test(description));
  assert.ok(found, `no host that says ${says}: ${JSON.stringify(rows.map(({ description }) => description))}`);
  return found;
}

/** @param {string} name */
async function picture(name) {
  await leaveWithMouse(current().page);
  await takePicture(current(), name, CLIP);
}

/** @param {RegExp} heading of the question @param {string} stateDir as it is on the host */
async function storeThere(heading, stateDir) {
  const said = await answerDialog(current().page, 'Store');
  assert.match(said, heading);
  assert.ok(said.includes(stateDir), said);
  return said;
}

test('a host of the ssh configuration whose key nobody has accepted is said to be that', async () => {
  const { page } = current();
  await openSidebar(page);
  await widenSidebar(page);
  await runCommand(page, 'OpenClaw Auth: Add Host…');
  await choose(page, /How is the host reached/, 'SSH');
  await waitForPrompt(page, /Choose a host of your ssh configuration/);
  await picture('hosts-add');
  await choose(page, /Choose a host of your ssh configuration/, 'vps');
  const said = await answerDialog(page, 'Add');
  assert.match(said, /key of the host is not known/);
  await waitForNotification(page, /vps is in the list of hosts now/);
  await eventually(async () => assert.equal((await findRow(page, ['vps'])).description, 'not reached'));
  assert.match(await readTooltip(page, ['vps']), /compare the key and accept it yourself/);
});

test('and comes up by itself once its user has accepted the key and typed a phrase in a terminal', async () => {
  const { page } = current();
  await closeNotifications(page);
  await chooseInMenu(page, ['vps'], 'Open Terminal on Host');
  await eventually(async () => assert.match(await terminalText(page), /continue connecting/));
  await page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
  await page.keyboard.type('yes\n');
  await eventually(async () => assert.match(await terminalText(page), /Enter passphrase for key/));
  await page.keyboard.type(`${others().phrase}\n`);
  await eventually(() => hostRow(/^vps · OpenClaw 2026\.6\.1/));
  await eventually(async () => assert.match(await terminalText(page), /vps\$/));
  await page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
  await page.keyboard.type('exit\n');
  others().forgetPhrase();
  await eventually(async () => assert.match((await findRow(page, VPS)).description, /in use/));
  await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
});

test('a running container is chosen by name, and entered as its gateway’s user', async (context) => {
  const box = boxOr(context);
  if (box === null) return;
  const { page } = current();
  await runCommand(page, 'OpenClaw Auth: Add Host…');
  await choose(page, /How is the host reached/, 'Podman container');
  await waitForNotificationOrChoice(box.container.name);
  await waitForNotification(page, /is in the list of hosts now/);
  await eventually(() => hostRow(new RegExp(box.container.name)));
  await closeNotifications(page);
  await eventually(() => findRow(page, BOX));
  const host = await hostRow(new RegExp(box.container.name));
  assert.match(host.label, /^gw@/);
});

/** A list of one is not asked about. @param {string} name */
async function waitForNotificationOrChoice(name) {
  const { page } = current();
  const toast = page.locator('.notifications-toasts .notification-list-item', { hasText: 'in the list of hosts now' });
  const row = page.locator('.quick-input-widget .monaco-list-row', { hasText: name });
  await toast.or(row).first().waitFor({ timeout: 60_000 });
  if (await row.count()) await row.first().click();
}

test('a token of the host is renewed through a terminal there, and stored there only', async () => {
  const world = current();
  const { page, marks } = world;
  const { vps, setStandIn } = others();
  const token = marks.token('VPS');
  const here = readStore(world);
  await picture('hosts-tree');
  await chooseInMenu(page, VPS, 'Renew');
  await choose(page, /Where should claude setup-token run/, 'On vps');
  await waitForPrompt(page, /claude was not found on vps/);
  assert.deepEqual(await promptChoices(page), ['On this machine', 'On vps']);
  await page.keyboard.press('Escape');
  setStandIn(token);
  await chooseInMenu(page, VPS, 'Renew');
  await choose(page, /Where should claude setup-token run/, 'On vps');
  await eventually(async () => {
    const text = await terminalText(page);
    assert.ok(text.replaceAll(/\s/g, '').includes(token), 'the terminal shows the token of the host');
    assert.match(text, /for agent main/);
    assert.match(text, /exit code 0/);
  });
  await pasteInto(page, /Token for anthropic:vps/, token);
  await promptInput(page).press('Enter');
  await choose(page, /When does the token expire/, '365 days');
  assert.match(await storeThere(/Store the credential here\?/, '.openclaw'), /Profile: anthropic:vps/);
  await waitForNotification(page, /anthropic:vps on vps is stored and was read back/);
  assert.ok(vps.profiles()['anthropic:vps'].token === token, 'the store of the host holds it');
  assert.deepEqual(Object.keys(readStore(world).profiles), Object.keys(here.profiles));
  await eventually(async () => assert.match((await findRow(page, VPS)).description, A_YEAR));
});

test('the check of a host is made as text, and nothing is written there or here', async () => {
  const { page } = current();
  const { stateDir } = others().vps;
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Automate the Check…');
  await choose(page, /Choose a host/, /vps/);
  await choose(page, /What is to run the check/, 'cron line');
  await choose(page, /How often/, 'Once a day');
  await choose(page, /What is to happen/, 'Show a notification');
  await waitForNotification(page, /gateway is on another host, so nothing was written/, 'Copy Texts');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await eventually(async () => assert.match(await copied(), /^17 9 \* \* \* \/bin\/sh /m));
  assert.ok((await copied()).includes(`${stateDir}/openclaw-auth/worker.mjs check --state-dir=${stateDir}`));
  assert.ok(![stateDir, current().stateDir].some((folder) => existsSync(path.join(folder, 'openclaw-auth'))));
  await runCommand(page, 'View: Close All Editors');
});

test('one token goes to several hosts, each with its own question', async (context) => {
  const box = boxOr(context);
  if (box === null) return;
  const world = current();
  const { page } = world;
  await closeNotifications(page);
  const { token } = readStore(world).profiles['anthropic:work'];
  await chooseInMenu(page, WORK, 'Copy to Other Hosts');
  await waitForPrompt(page, /Choose where anthropic:work is stored too/);
  for (const name of ['vps', box.container.name])
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: name }).first().click();
  await picture('hosts-copy');
  await page.keyboard.press('Enter');
  // Of the other host the same was asked before: it is asked once for each place.
  assert.match(await storeThere(/Store the credential here\?/, '/home/gw/.openclaw'), /user: gw/);
  await waitForNotification(page, /anthropic:work is in use now instead of anthropic:box/);
  const stored = [others().vps, box].map(
    ({ profiles }) =>
      () =>
        profiles()['anthropic:work']?.token === token,
  );
  await eventually(() =>
    assert.deepEqual(
      stored.map((isStored) => isStored()),
      [true, true],
    ),
  );
});

test('a change whose link is cut is shown as not known, until the host tells', async () => {
  const world = current();
  const { page, marks } = world;
  const { sshd, vps } = others();
  const before = vps.profiles()['anthropic:vps'].token;
  await closeNotifications(page);
  const lock = path.join(vps.stateDir, 'agents/main/agent/auth-profiles.json.lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }), { flag: 'wx' });
  await chooseInMenu(page, VPS, 'Replace Credential');
  await pasteInto(page, /Token for anthropic:vps/, marks.token('CUT'));
  await promptInput(page).press('Enter');
  await choose(page, /When does the token expire/, '365 days');
  await page.locator('.notification-list-item', { hasText: `waiting for process ${process.pid}` }).waitFor();
  await sshd.halt();
  await eventually(() => findRow(page, ['main', 'Change of anthropic:vps']));
  await waitForNotification(page, /connection was lost in the middle of the change/);
  await closeNotifications(page);
  await picture('hosts-cut');
  // The worker there has given up its waiting: its link is gone.
  unlinkSync(lock);
  await sshd.start();
  await waitForNotification(page, /Change of anthropic:vps on vps: it was not written/);
  assert.ok(vps.profiles()['anthropic:vps'].token === before, 'the store of the host is as it was');
  await eventually(async () => assert.ok(!(await readRows(page)).some(({ label }) => /^Change of/.test(label))));
});

test('while the host is down its rows stay with their age, and it comes back', async () => {
  const { page } = current();
  const { sshd } = others();
  await closeNotifications(page);
  await sshd.halt();
  await eventually(() => hostRow(/^vps · away, as of 1 minute ago/));
  await findRow(page, VPS);
  await picture('hosts-away');
  await runCommand(page, 'OpenClaw Auth: Reload');
  await sshd.start();
  const row = await hostRow(/^vps/);
  assert.match(row.spoken, /vps/);
  await eventually(() => hostRow(/^vps · OpenClaw/), 90_000);
});

test('a host is edited, removed, and brought back', async () => {
  const { page, profile } = current();
  const inSettings = () => {
    const { 'openclawAuth.hosts': hosts } = JSON.parse(
      readFileSync(path.join(profile.data, 'User/settings.json'), 'utf8'),
    );
    return hosts.find((/** @type {any} */ { destination }) => destination === 'vps');
  };
  others().box?.endGateway();
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Edit Host…');
  await chooseHostOf(/vps/);
  await choose(page, /What is different there/, 'Path of claude');
  await answer(page, /Absolute path of claude/, '/opt/claude/bin/claude');
  await waitForNotification(page, /vps was changed in the list of hosts/);
  assert.equal(inSettings().claude, '/opt/claude/bin/claude');
  await closeNotifications(page);
  await runCommand(page, 'OpenClaw Auth: Remove Host…');
  await chooseHostOf(/vps/);
  assert.match(await answerDialog(page, 'Remove'), /Nothing on the host is changed/);
  await eventually(() => assert.equal(inSettings(), undefined));
  await waitForNotification(page, /no longer in the list of hosts/, 'Undo');
  await eventually(() => assert.equal(inSettings()?.claude, '/opt/claude/bin/claude'));
  await eventually(() => hostRow(/^vps · OpenClaw/));
});

/** With one host beside this machine nothing is asked. @param {RegExp} name */
async function chooseHostOf(name) {
  if (others().box !== null) await choose(current().page, /Choose a host/, name);
}

testThatNothingLeaked(current);
