// @ts-check
/**
 * Two VS Code windows on one store, both in sync with it. They share one browser profile, as two windows of one user do.
 * VS Code in the browser reads its secret storage once for each window and writes it as a whole, so a window sees the
 * other's copies only when it is loaded again: harder than the desktop's, where all windows share it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../harness/vscode.mjs';
import { eventually } from './eventually.mjs';
import {
  answer,
  answerDialog,
  choose,
  closeNotifications,
  settle,
  waitForNotification,
  waitForPrompt,
} from './prompts.mjs';
import { readStore, runCli } from './store.mjs';
import { findRow, openSidebar, readRows, readTooltip } from './tree.mjs';
import { testThatNothingLeaked, useWorld } from './useWorld.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./world.mjs').World} World */

/** The first window's and the second's: who enters two credentials for one profile at once is asked, and that is not tried here. */
const REPLACED = [['anthropic:work', 'anthropic:spare'], ['anthropic:personal']];
const MOVED = ['anthropic:work', 'anthropic:personal', 'anthropic:spare'];
const PROVIDERS = ['anthropic', 'together'];
/** Where the CLI writes, of two orders at once the later one stands, and the other window says that its own is not there. */
const REFUSED = 'changed since|busy|could not be confirmed';

/** @param {{release: string, edits: number}} options edits in each window */
export function testTwoWindows({ release, edits }) {
  const current = useWorld({ release });
  /** @type {Page} */
  let second;
  const windows = () => [current().page, second];

  test('the choice of one window holds in the other', async () => {
    const { page } = current();
    await openSidebar(page);
    await runCommand(page, 'OpenClaw Auth: Choose What VS Code Keeps…');
    await choose(page, /What VS Code Keeps of/, 'Keep in Sync');
    await waitForNotification(page, /kept in sync for this host/);
    await isInSync(page, 'anthropic:work');
    second = await current().openAnother();
    await openSidebar(second);
    await isInSync(second, 'anthropic:work');
    assert.ok(!(await readRows(second)).some(({ label }) => /Choose what VS Code keeps/.test(label)));
  });

  test('what is edited in one window shows in the other', async () => {
    for (const [at, window] of windows().entries()) {
      const [name = ''] = REPLACED[at] ?? [];
      await replace(current(), window, name, { isFirst: true });
      const other = windows()[1 - at] ?? window;
      await eventually(async () => assert.match((await findRow(other, pathOf(name))).description, /36[45] d left/));
    }
    await areEqual(current(), windows());
  });

  test(`${edits} random edits in each window, at the same time`, async () => {
    const seed = Number(process.env.EDITS_SEED ?? Date.now() % 1_000_000);
    const done = await Promise.all(
      windows().map((window, at) => editAtRandom(current(), window, REPLACED[at] ?? [], seed + at, edits)),
    );
    console.error(`done, refused: ${JSON.stringify(done)}`);
    assert.ok(done.every((edited) => edited.done > 0));
    for (const window of windows()) await settle(window);
    await areEqual(current(), windows());
  });

  test('a window that is killed in the middle of a write', async () => {
    const world = current();
    const { page } = world;
    const before = readStore(world).profiles['anthropic:work'].token;
    const entered = world.marks.token('KILLED');
    await holdUp(world, async () => {
      await beginReplacing(page, 'anthropic:work', entered);
      await eventually(() => findProcess(world, release === '2026.6.1' ? /worker\.mjs/ : /models auth/), 60_000);
      const hosts = findProcesses(world, /--type=extensionHost/);
      assert.ok(hosts.length >= 1, 'there is an extension host');
      for (const { pid } of hosts) process.kill(pid, 'SIGKILL');
    });
    await page.reload();
    await second.close();
    await openSidebar(page);
    await isInSync(page, 'anthropic:work', 150_000);
    const { token } = readStore(world).profiles['anthropic:work'];
    // Without a difference in the message: it would hold secrets.
    assert.ok(token === before || token === entered, 'the value before, or the one that was entered');
    second = await world.openAnother();
    await openSidebar(second);
    await areEqual(world, windows());
  });

  test('in the end both are in sync with the store, and the real CLI lists what they show', async () => {
    const world = current();
    for (const window of windows()) {
      for (const name of REPLACED.flat()) await isInSync(window, name);
      assert.ok(!(await readRows(window)).some(({ description }) => /conflict/.test(description)), 'no conflict');
    }
    const { stdout } = await runCli(world, ['models', 'status', '--json']);
    const { auth } = JSON.parse(stdout.slice(stdout.indexOf('{')));
    const listed = auth.providers
      .filter((/** @type {any} */ { provider }) => PROVIDERS.includes(provider))
      .map((/** @type {any} */ { provider, profiles }) => [provider, profiles.count]);
    const rows = await rowsOf(world.page);
    const shown = PROVIDERS.map((provider) => [provider, (rows[provider] ?? []).length]);
    assert.deepEqual(listed.toSorted(), shown.toSorted());
  });

  testThatNothingLeaked(current);
}

/** @param {string} name */
const pathOf = (name) => ['main', String(name.split(':')[0]), name];

/** @param {Page} page @param {string} name @param {number} [limitMs] */
const isInSync = (page, name, limitMs = 90_000) =>
  eventually(
    async () => assert.match(await readTooltip(page, pathOf(name)), /Copy in VS Code: same as in the store/),
    limitMs,
  );

/**
 * The profiles of some providers of the default agent, in the order on screen.
 * @param {Page} page
 */
async function rowsOf(page) {
  const rows = await readRows(page);
  const start = rows.findIndex(({ label }) => label === 'main');
  const end = rows.findIndex(({ level }, at) => at > start && level === rows[start]?.level);
  /** @type {Record<string, string[]>} */
  const found = {};
  let provider = '';
  for (const { level, label } of rows.slice(start + 1, end)) {
    if (level === (rows[start]?.level ?? 0) + 1) provider = label;
    // Below the profiles stands why one of them is in use.
    else if (!label.startsWith('Why ')) (found[provider] ??= []).push(label);
  }
  return Object.fromEntries(PROVIDERS.map((name) => [name, found[name] ?? []]));
}

/**
 * Both windows show the same, with the order that stands in the store first.
 * @param {World} world
 * @param {Page[]} windows
 */
async function areEqual(world, windows) {
  await eventually(async () => {
    const [one, other] = await Promise.all(windows.map(rowsOf));
    assert.deepEqual(one, other);
    const { profiles, order } = readStore(world);
    assert.deepEqual(
      one?.['anthropic']?.toSorted(),
      Object.keys(profiles)
        .filter((id) => profiles[id].provider === 'anthropic')
        .toSorted(),
    );
    const expired = 'anthropic:old-laptop';
    const listed = (order['anthropic'] ?? []).filter((id) => id !== expired);
    assert.deepEqual(one?.['anthropic']?.slice(0, listed.length), listed);
  }, 60_000);
}

/**
 * By the palette: with two windows that repaint, a menu under the mouse is not where it was.
 * @param {Page} page
 * @param {string} command
 * @param {string} name of a profile of the default agent
 * @returns {Promise<boolean>} false where that cannot be done with it now
 */
async function runOn(page, command, name) {
  await runCommand(page, `OpenClaw Auth: ${command}`);
  await waitForPrompt(page, /Choose a profile/);
  const row = page
    .locator('.quick-input-widget .quick-input-list .monaco-list-row')
    .filter({ hasText: new RegExp(`^\\s*${name}\\s*main`) });
  if ((await row.count()) === 0) {
    await page.keyboard.press('Escape');
    return false;
  }
  await row.first().click();
  return true;
}

/** @param {Page} page @param {string} name @param {string} secret */
async function beginReplacing(page, name, secret) {
  assert.ok(await runOn(page, 'Replace Credential', name), `${name} can be replaced`);
  await answer(page, new RegExp(`Token for ${name}`), secret);
  await choose(page, /When does the token expire/, /365/);
}

/** @param {World} world @param {Page} page @param {string} name @param {{isFirst?: boolean}} [options] */
async function replace(world, page, name, { isFirst = false } = {}) {
  const entered = world.marks.token('RANDOM');
  await beginReplacing(page, name, entered);
  if (isFirst) await answerDialog(page, 'Store');
  await waitForNotification(page, new RegExp(`${name} is stored and was read back`));
  // The message may be the one before: VS Code shows equal ones as one.
  await eventually(
    () => assert.ok(readStore(world).profiles[name].token === entered, 'it stands in the store'),
    60_000,
  );
  await closeNotifications(page);
}

/**
 * Replaces credentials and moves profiles. A move that meets the other window's is refused, and that is right.
 * @param {World} world
 * @param {Page} page
 * @param {readonly string[]} own the profiles that this window replaces
 * @param {number} seed
 * @param {number} edits
 */
async function editAtRandom(world, page, own, seed, edits) {
  const chance = chanceOf(seed);
  /** @param {readonly string[]} list */
  const oneOf = (list) => list[Math.floor(chance() * list.length)] ?? '';
  let [done, refused] = [0, 0];
  for (let edit = 0; edit < edits; edit += 1) {
    // The first is one that nobody refuses: each window has done something.
    if (edit === 0 || chance() < 0.5) {
      await replace(world, page, oneOf(own));
      done += 1;
    } else if (await move(page, oneOf(MOVED))) done += 1;
    else refused += 1;
  }
  return { done, refused };
}

/** @param {Page} page @param {string} name @returns {Promise<boolean>} false where the other window was first */
async function move(page, name) {
  if (!(await runOn(page, 'Make First', name))) return false;
  const toast = await waitForNotification(page, new RegExp(`${name} is now number 1|${REFUSED}`, 'i'));
  await closeNotifications(page);
  return toast.includes('is now number 1');
}

/**
 * Runs `work` while a write cannot end: on a release with files the lock is another's; the CLI of a later one takes long enough.
 * @param {World} world
 * @param {() => Promise<void>} work
 */
async function holdUp(world, work) {
  if (world.cli.version !== '2026.6.1') return work();
  const lock = path.join(world.stateDir, 'agents/main/agent/auth-profiles.json.lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }), { flag: 'wx' });
  try {
    await work();
  } finally {
    unlinkSync(lock);
  }
}

/** @param {World} world @param {RegExp} command */
function findProcess(world, command) {
  const [found] = findProcesses(world, command);
  assert.ok(found, `no process ${command}`);
  return found;
}

/**
 * The processes of this test's VS Code.
 * @param {World} world
 * @param {RegExp} command
 */
function findProcesses({ profile }, command) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
        const isOurs = environment.includes(`TMPDIR=${profile.root}`);
        return isOurs && command.test(args) ? [{ pid: Number(name), args }] : [];
      } catch {
        return [];
      }
    });
}

/** @param {number} seed */
function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
