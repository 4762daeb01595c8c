// @ts-check
/**
 * Looks for marks in everything that the window shows or says to a screen reader: the texts and attributes of the whole
 * document, at every change and on demand. A terminal's screen is left out: there the user's program prints what it
 * likes. What is typed into an input is no text of the document either.
 */

/** The screen of a terminal, and its copy for screen readers. */
const TERMINAL = '.terminal-wrapper, .xterm';

/**
 * @typedef {{channel: 'page', where: string}} PageLeak
 * @typedef {{leaks: PageLeak[], look: () => Promise<void>, count: {looks: number}}} PageWatch
 */

/**
 * Call it before the page is opened.
 * @param {import('playwright-core').Page} page
 * @param {import('./marks.mjs').Marks} marks
 * @returns {Promise<PageWatch>}
 */
export async function watchPage(page, marks) {
  /** @type {PageLeak[]} */
  const leaks = [];
  const count = { looks: 0 };
  const texts = marks.needles.filter(({ spelling }) => spelling !== 'utf16').map(({ bytes }) => asText(bytes));
  await page.exposeFunction('reportLeak', (/** @type {string} */ where) => void leaks.push({ channel: 'page', where }));
  await page.addInitScript(watchDocument, { texts, terminal: TERMINAL });
  const look = async () => {
    count.looks += 1;
    await page.evaluate('lookForMarks()');
  };
  return { leaks, look, count };
}

/** @param {Uint8Array} bytes */
const asText = (bytes) => new TextDecoder().decode(bytes);

/**
 * Runs in the page.
 * @param {{texts: string[], terminal: string}} options
 */
function watchDocument({ texts, terminal }) {
  const page = /** @type {any} */ (globalThis);
  /** @param {string} text */
  const isMarked = (text) => texts.some((mark) => text.includes(mark));
  /** @param {string} text @param {string} where */
  const check = (text, where) => {
    if (isMarked(text)) page.reportLeak(where);
  };
  /** @param {Node} node @returns {string} */
  const name = (node) => (node instanceof Element ? `<${node.localName} class="${node.className}">` : node.nodeName);
  /**
   * The text below a node; checks the attributes on the way.
   * @param {Node} node
   * @returns {string}
   */
  const textOf = (node) => {
    if (node instanceof Text) return node.data;
    if (node instanceof Element) {
      if (node.matches(terminal)) return '';
      for (const { name: attribute, value } of node.attributes) check(value, `${attribute} of ${name(node)}`);
      if (node.shadowRoot) check(textOf(node.shadowRoot), `shadow of ${name(node)}`);
    }
    return [...node.childNodes].map(textOf).join('');
  };
  /** @param {Node} node */
  const lookAt = (node) => {
    const owner = node instanceof Element ? node : node.parentElement;
    if (owner?.closest(terminal)) return;
    check(textOf(node), `text of ${name(owner ?? node)}`);
  };
  const observer = new MutationObserver((records) => {
    for (const record of records) {
      const element = record.target instanceof Element ? record.target : record.target.parentElement;
      if (element?.closest(terminal)) continue;
      if (record.type === 'childList') record.addedNodes.forEach(lookAt);
      else if (record.type === 'characterData') lookAt(record.target);
      else {
        const attribute = record.attributeName ?? '';
        check(element?.getAttribute(attribute) ?? '', `${attribute} of ${name(record.target)}`);
      }
    }
  });
  const options = { subtree: true, childList: true, characterData: true, attributes: true };
  observer.observe(document, options);
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (/** @type {ShadowRootInit} */ init) {
    const root = attachShadow.call(this, init);
    observer.observe(root, options);
    return root;
  };
  page.lookForMarks = () => {
    check(document.title, 'title');
    lookAt(document.documentElement);
  };
}
