// @ts-check
/** Reads a read-only page as the editor's Markdown preview shows it. */
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

/**
 * The text of the page of that name, as soon as it is painted: until then the preview shows the one before it.
 * @param {import('playwright-core').Page} page
 * @param {RegExp} name of its tab
 * @param {RegExp} begins what it begins with
 * @returns {Promise<string>}
 */
export async function readPage(page, name, begins) {
  await page.locator('.tabs-container .tab', { hasText: name }).first().waitFor();
  return eventually(async () => {
    for (const frame of page.frames()) {
      const text = await frame
        .locator('body.vscode-body')
        .innerText({ timeout: 500 })
        .catch(() => '');
      if (begins.test(text)) return text;
    }
    return assert.fail('no page is painted');
  }, 60_000);
}
