// @ts-check
/**
 * The pictures of the README, in three themes; `npm run screenshots` puts them into media/screenshots. While a theme is on,
 * what it shows is also checked for accessibility.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../harness/vscode.mjs';
import { findAccessibilityFaults } from './support/accessibility.mjs';
import { eventually } from './support/eventually.mjs';
import { takePicture, widenSidebar } from './support/pictures.mjs';
import { pasteInto, settle, statusItem, waitForPrompt } from './support/prompts.mjs';
import { readTokenInTerminal } from './support/renewal.mjs';
import { chooseInMenu, findRow, leaveWithMouse, locate, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

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
  // A panel of the theme before would come back, with a shell in it.
  'terminal.integrated.hideOnStartup': 'always',
  'terminal.integrated.enablePersistentSessions': false,
};

const current = useWorld({ release: '2026.9.6', viewport: { width: 1320, height: 760 } });

for (const { name, theme, className } of THEMES) {
  test(`tree, status bar and renewal in ${theme}`, async () => {
    const world = current();
    const { page } = world;
    await world.reopen({ ...CALM, 'workbench.colorTheme': theme });
    await page.locator(`.monaco-workbench.${className}`).waitFor();
    await openSidebar(page);
    await eventually(async () => assert.match((await findRow(page, WORK)).description, /in use/));
    await widenSidebar(page);
    await hoverRight(page, WORK);
    await takePicture(world, `tree-${name}`, { x: 0, y: 30, width: 690, height: 570 });
    await leaveWithMouse(page);
    assert.deepEqual(await findAccessibilityFaults(page, '.part.sidebar'), []);

    await statusItem(page).click();
    await waitForPrompt(page, /Choose what to do/);
    await leaveWithMouse(page);
    await takePicture(world, `status-${name}`, { x: 0, y: 30, width: 964, height: 730 });
    assert.deepEqual(await findAccessibilityFaults(page, '.quick-input-widget'), []);
    await settle(page);

    await chooseInMenu(page, WORK, 'Renew with claude setup-token');
    const token = await readTokenInTerminal(world);
    await pasteInto(page, /Token for anthropic:work/, token);
    await leaveWithMouse(page);
    await takePicture(world, `renew-${name}`, { x: 0, y: 30, width: 1320, height: 730 });
    await settle(page);
    await runCommand(page, 'Terminal: Kill All Terminals');
    await page.locator('.part.panel').waitFor({ state: 'hidden' });
  });
}

testThatNothingLeaked(current);

/**
 * Shows the tooltip of a row beside the rows, not over them.
 * @param {import('playwright-core').Page} page
 * @param {string[]} row
 */
async function hoverRight(page, row) {
  await eventually(async () => {
    await leaveWithMouse(page);
    const description = locate(page, await findRow(page, row)).locator('.label-description');
    const box = await description.boundingBox();
    assert.ok(box);
    await description.hover({ position: { x: box.width - 2, y: box.height / 2 } });
    await page.locator('.workbench-hover', { hasText: row.at(-1) ?? '' }).waitFor({ timeout: 3_000 });
  });
}
