// @ts-check
/** Reads a read-only page as the editor's Markdown preview shows it. */
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

/**
 * The text of the page of that name, as soon as it is painted.
 * @param {import('playwright-core').Page} page
 * @param {RegExp} name of its tab
 * @returns {Promise<string>}
 */
export async function readPage(page, name) {
  await page.locator('.tabs-container .tab', { hasText: name }).first().waitFor();
  return eventually(async () => {
    // The page that was shown last is the last frame.
    for (const frame of page.frames().toReversed()) {
      const text = await frame
        .locator('body.vscode-body')
        .innerText({ timeout: 500 })
        .catch(() => '');
      if (text.trim() !== '') return text;
    }
    return assert.fail('no page is painted');
  }, 60_000);
}
