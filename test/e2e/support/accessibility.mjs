// @ts-check
/** axe-core over a part of the window, without what VS Code itself gets wrong in every view. */
import axe from 'axe-core';

/** VS Code's own: rows whose spoken label is not the text on screen, lists that hold their rows in an inner element, … */
const VS_CODES_OWN = new Set(['label-content-name-mismatch', 'aria-required-children', 'aria-allowed-attr', 'region']);

/**
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 * @returns {Promise<string[]>} rule and element of each fault
 */
export async function findAccessibilityFaults(page, selector) {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (part) => {
    // @ts-expect-error axe is what the line above put into the window
    const { violations } = await globalThis.axe.run(part);
    return /** @type {{id: string, nodes: {html: string}[]}[]} */ (violations);
  }, selector);
  return violations
    .filter(({ id }) => !VS_CODES_OWN.has(id))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}
