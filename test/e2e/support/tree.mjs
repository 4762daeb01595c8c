// @ts-check
/** Reads and uses the tree of credentials as it is on screen. */
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} Row
 * @property {number} index
 * @property {number} level 1 for the outermost
 * @property {string} label
 * @property {string} description
 * @property {string} spoken what a screen reader says
 * @property {boolean | null} isExpanded null for one without children
 * @property {boolean} isFocused
 */

const ROW = '.part.sidebar .monaco-list-row';

/** @param {Page} page */
export async function openSidebar(page) {
  const tab = page.locator('.activitybar').getByRole('tab', { name: /OpenClaw Auth/ });
  const pane = page.locator('.part.sidebar .pane-body').first();
  await tab.waitFor();
  // A window that is still loading may open the sidebar by itself, and then the click closes it.
  await eventually(async () => {
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await pane.waitFor({ timeout: 5_000 });
  }, 60_000);
  // Otherwise the tab's own tooltip covers rows.
  await leaveWithMouse(page);
}

/**
 * The rows on screen, from top to bottom. The window must be high enough for all of them: others do not exist yet.
 * @param {Page} page
 * @returns {Promise<Row[]>}
 */
export async function readRows(page) {
  const rows = await page.locator(ROW).evaluateAll((elements) =>
    elements.map((element) => ({
      index: Number(element.getAttribute('data-index')),
      level: Number(element.getAttribute('aria-level')),
      label: element.querySelector('.label-name')?.textContent ?? '',
      description: element.querySelector('.label-description')?.textContent ?? '',
      spoken: element.getAttribute('aria-label') ?? '',
      isExpanded: element.hasAttribute('aria-expanded') ? element.getAttribute('aria-expanded') === 'true' : null,
      isFocused: element.classList.contains('focused'),
    })),
  );
  return rows.sort((a, b) => a.index - b.index);
}

/**
 * The row below the given labels, for example of the agent, the provider and the profile.
 * @param {Page} page
 * @param {string[]} path labels from outside to inside; may begin at any level
 * @returns {Promise<Row>}
 */
export async function findRow(page, path) {
  /** @type {Row[]} */
  const above = [];
  const rows = await readRows(page);
  for (const row of rows) {
    above.length = Math.min(above.length, row.level - 1);
    above[row.level - 1] = row;
    const labels = above.map(({ label }) => label);
    if (path.every((label, at) => labels.at(at - path.length) === label)) return row;
  }
  const shown = rows.map(({ level, label }) => '  '.repeat(level) + label).join('\n');
  throw new Error(`No row ${path.join(' › ')}. There are:\n${shown}`);
}

/** @param {Page} page @param {Row} row */
export const locate = (page, row) => page.locator(`${ROW}[data-index="${row.index}"]`);

/**
 * Waits for a row, and clicks it so that it is selected.
 * @param {Page} page
 * @param {string[]} path
 */
export async function selectRow(page, path) {
  return eventually(() => clickRow(page, path, 'left'));
}

/**
 * Rows move while the tree is painted anew: whether the click met the row shows by the focus, which goes with the row.
 * @param {Page} page
 * @param {string[]} path
 * @param {'left' | 'right'} button
 */
async function clickRow(page, path, button) {
  const row = await findRow(page, path);
  await locate(page, row).locator('.label-name').click({ button, timeout: 5_000 });
  await eventually(async () => {
    const focused = (await readRows(page)).find(({ isFocused }) => isFocused);
    assert.equal(focused?.index, (await findRow(page, path)).index, `the click met ${String(focused?.label)}`);
  }, 1_000).catch(async (/** @type {unknown} */ error) => {
    if (button === 'right') await page.keyboard.press('Escape');
    throw error;
  });
  return row;
}

/**
 * Opens all rows, so that `readRows` gives the whole tree.
 * @param {Page} page
 */
export async function expandAll(page) {
  await eventually(async () => {
    for (;;) {
      const closed = (await readRows(page)).find(({ isExpanded }) => isExpanded === false);
      if (closed === undefined) break;
      await locate(page, closed).locator('.monaco-tl-twistie').click({ timeout: 5_000 });
    }
    if ((await readRows(page)).length < 2) throw new Error('The tree is empty.');
  });
}

/**
 * Chooses an entry of a row's context menu.
 * @param {Page} page
 * @param {string[]} path
 * @param {string} entry
 */
export async function chooseInMenu(page, path, entry) {
  await eventually(async () => {
    await clickRow(page, path, 'right');
    const item = page.locator('.monaco-menu .action-item', { hasText: entry }).first();
    try {
      await item.waitFor({ timeout: 3_000 });
      await clickUntilGone(item);
    } catch (error) {
      const entries = await menuEntries(page);
      await page.keyboard.press('Escape');
      throw new Error(`The menu of ${path.join(' › ')} has no "${entry}", but: ${entries.join(', ')}`, {
        cause: error,
      });
    }
  });
}

/**
 * A menu takes no click in the first moment after it opened.
 * @param {import('playwright-core').Locator} item
 */
async function clickUntilGone(item) {
  await eventually(async () => {
    if (await item.isVisible()) await item.click({ timeout: 1_000 });
    await item.waitFor({ state: 'detached', timeout: 1_000 });
  }, 10_000);
}

/** @param {Page} page */
const menuEntries = async (page) =>
  (await page.locator('.monaco-menu .action-item .action-label').allTextContents()).filter((text) => text !== '');

/**
 * The entries of a row's context menu.
 * @param {Page} page
 * @param {string[]} path
 */
export async function readMenu(page, path) {
  await eventually(() => clickRow(page, path, 'right'));
  await page.locator('.monaco-menu .action-item').first().waitFor();
  const entries = await menuEntries(page);
  await page.keyboard.press('Escape');
  return entries;
}

/**
 * Takes the mouse to where nothing has a tooltip. One that was about to open when the mouse left stays until it moves again,
 * or comes back to what the tooltip is about.
 * @param {Page} page
 */
export async function leaveWithMouse(page) {
  const hover = page.locator('.workbench-hover');
  await eventually(async () => {
    await page.mouse.move(1_100, 340);
    await page.mouse.move(1_120, 350);
    await hover.waitFor({ state: 'hidden', timeout: 1_000 }).catch(async (/** @type {unknown} */ error) => {
      const box = await hover.boundingBox();
      if (box !== null) await page.mouse.move(box.x - 20, box.y + box.height / 2, { steps: 4 });
      throw error;
    });
  });
}

/**
 * The tooltip of a profile, which begins with what the row says. One of another row may still be on its way.
 * @param {Page} page
 * @param {string[]} path
 */
export async function readTooltip(page, path) {
  return eventually(async () => {
    const hover = page.locator('.workbench-hover');
    await leaveWithMouse(page);
    const row = await findRow(page, path);
    await locate(page, row).locator('.label-name').hover();
    await hover.waitFor({ timeout: 3_000 });
    const text = (await hover.innerText()).trim();
    assert.ok(text.startsWith(row.label.slice(0, 20)), `the tooltip of ${row.label}: ${text}`);
    return text;
  });
}
