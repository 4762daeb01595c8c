// @ts-check
/**
 * The pictures of the README, in three themes; `npm run screenshots` puts them into media/screenshots. While a theme is on,
 * what it shows is also checked for accessibility.
 */
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CACHE } from '../../scripts/lib/paths.mjs';
import { runCommand } from '../harness/vscode.mjs';
import { findAccessibilityFaults } from './support/accessibility.mjs';
import { eventually } from './support/eventually.mjs';
import { pressPromptButton, settle, statusItem, waitForPrompt } from './support/prompts.mjs';
import { readTokenInTerminal } from './support/renewal.mjs';
import { chooseInMenu, findRow, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const FOLDER = process.env.E2E_PICTURES ?? path.join(CACHE, 'e2e/pictures');
const WORK = ['main', 'anthropic', 'anthropic:work'];
const THEMES = [
  { name: 'dark', theme: 'Dark 2026', className: 'vs-dark' },
  { name: 'light', theme: 'Light 2026', className: 'vs' },
  { name: 'hc', theme: 'Default High Contrast', className: 'hc-black' },
];
const CALM = {
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'workbench.reduceMotion': 'on',
  'workbench.statusBar.visible': true,
};

const current = useWorld({ release: '2026.9.6', viewport: { width: 1320, height: 760 } });
mkdirSync(FOLDER, { recursive: true });

for (const { name, theme, className } of THEMES) {
  test(`tree, status bar and renewal in ${theme}`, async () => {
    const world = current();
    const { page } = world;
    await world.reopen({ ...CALM, 'workbench.colorTheme': theme });
    await page.locator(`.monaco-workbench.${className}`).waitFor();
    await openSidebar(page);
    await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
    await widenSidebar(page);
    await page.locator('.part.titlebar').hover();
    await page.waitForTimeout(1_000); // a tooltip that is fading out
    await take(page, `tree-${name}`);
    assert.deepEqual(await findAccessibilityFaults(page, '.part.sidebar'), []);

    await statusItem(page).click();
    await waitForPrompt(page, /Choose what to do/);
    await take(page, `status-${name}`);
    assert.deepEqual(await findAccessibilityFaults(page, '.quick-input-widget'), []);
    await settle(page);

    await chooseInMenu(page, WORK, 'Renew with claude setup-token');
    const token = await readTokenInTerminal(world);
    await page.evaluate((text) => navigator.clipboard.writeText(text), token);
    await pressPromptButton(page, /Paste from clipboard/);
    await page.locator('.part.titlebar').hover();
    await page.waitForTimeout(500);
    await take(page, `renew-${name}`);
    await settle(page);
    await runCommand(page, 'Terminal: Kill All Terminals');
  });
}

testThatNothingLeaked(current);

/** @param {import('playwright-core').Page} page @param {string} name */
async function take(page, name) {
  const file = path.join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  assert.ok(statSync(file).size > 10_000, 'there is something on the picture');
}

/** Wide enough for the longest row, as a user would make it. @param {import('playwright-core').Page} page */
async function widenSidebar(page) {
  const box = await page.locator('.part.sidebar').boundingBox();
  assert.ok(box);
  const edge = box.x + box.width;
  if (edge > 400) return;
  await page.mouse.move(edge, 400);
  await page.mouse.down();
  await page.mouse.move(430, 400, { steps: 4 });
  await page.mouse.up();
}
