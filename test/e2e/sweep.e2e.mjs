// @ts-check
/** The search for secrets finds one that is planted, in every place it looks. Otherwise its silence would mean nothing. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../../scripts/lib/run.mjs';
import { launchChromium } from '../harness/vscode.mjs';
import { sweepFiles } from './support/fileSweep.mjs';
import { createMarks } from './support/marks.mjs';
import { watchPage } from './support/pageWatch.mjs';
import { watchProcesses } from './support/processWatch.mjs';

const marks = createMarks();
const DEMO_SECRET = `sk-ant-oat01-${'FAKE'.repeat(20)}`;
/** Longer than the pause between two looks at the processes. */
const WAIT = 'setTimeout(() => {}, 500)';
const root = mkdtempSync(path.join(tmpdir(), 'planted-'));

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
});

/** @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
async function leaksOf(args, env = process.env) {
  const watch = await watchProcesses({ marks, root });
  await run(process.execPath, ['-e', WAIT, '--', ...args], { env });
  const { leaks } = await watch.stop();
  return leaks.map(({ channel, spelling }) => `${channel} ${spelling}`);
}

test('finds a secret in a command line', async () => {
  assert.deepEqual(await leaksOf([marks.token()]), ['argv text']);
  assert.deepEqual(await leaksOf([`--key=${Buffer.from(`x${marks.token()}`).toString('base64')}`]), ['argv base64']);
});

test('finds a secret in an environment', async () => {
  assert.deepEqual(await leaksOf([], { ...process.env, TOKEN: marks.token() }), ['environ text']);
});

test('takes the marks of the demonstration for leaks in our own processes only', async () => {
  assert.deepEqual(await leaksOf([DEMO_SECRET, root]), ['argv text']);
  assert.deepEqual(await leaksOf([DEMO_SECRET]), []);
});

test('finds nothing where nothing is', async () => {
  assert.deepEqual(await leaksOf(['harmless']), []);
});

test('finds a secret in files, their names and across the edge of two reads', () => {
  const folder = path.join(root, 'files/deep');
  mkdirSync(folder, { recursive: true });
  const big = 8 * 1024 * 1024;
  writeFileSync(path.join(folder, 'harmless.log'), 'nothing here');
  writeFileSync(path.join(folder, 'extension.log'), `[info] token ${marks.token()}`);
  writeFileSync(path.join(folder, 'state.vscdb'), Buffer.from(marks.token(), 'utf16le'));
  writeFileSync(path.join(folder, 'edge.bin'), ' '.repeat(big - 20) + marks.token());
  writeFileSync(path.join(folder, `draft-${marks.token()}`), '');
  writeFileSync(path.join(folder, 'store.json'), marks.token());
  const { files, allowed, leaks } = sweepFiles({
    folders: [root],
    needles: marks.needles,
    mayHold: (file) => path.basename(file) === 'store.json',
  });
  const names = leaks.map(({ file }) => path.basename(file).slice(0, 6)).sort();
  assert.deepEqual([files, allowed, names], [6, 1, ['draft-', 'edge.b', 'extens', 'state.']]);
});

/** @param {(token: string) => void} plant runs in the page */
async function leaksOnPage(plant) {
  const page = await browser.newPage();
  const watch = await watchPage(page, marks);
  await page.goto('data:text/html,<title>Page</title><input type=password>');
  await page.evaluate(plant, marks.token());
  await watch.look();
  await page.close();
  return watch.leaks;
}

/** @type {Record<string, (token: string) => void>} */
const PLANTED = {
  'a text': (token) => document.body.append(token),
  'a text in pieces': (token) => {
    document.body.innerHTML = `<b>${token.slice(0, 24)}</b>${token.slice(24)}`;
  },
  'a text that is gone at once': (token) => {
    const element = document.createElement('p');
    element.textContent = token;
    document.body.append(element);
    element.remove();
  },
  'what is said to screen readers': (token) => document.body.setAttribute('aria-label', `Token ${token}`),
  'the title': (token) => {
    document.title = token;
  },
  'a menu in a shadow tree': (token) => document.body.attachShadow({ mode: 'open' }).append(token),
};

for (const [name, plant] of Object.entries(PLANTED)) {
  test(`finds a secret on the page: ${name}`, async () => {
    assert.notDeepEqual(await leaksOnPage(plant), []);
  });
}

test('leaves a secret alone that is typed into a field or stands on the screen of a terminal', async () => {
  const leaks = await leaksOnPage((token) => {
    const field = document.querySelector('input');
    if (field) field.value = token;
    document.body.insertAdjacentHTML('beforeend', `<div class="terminal-wrapper"><p>${token}</p></div>`);
  });
  assert.deepEqual(leaks, []);
});
