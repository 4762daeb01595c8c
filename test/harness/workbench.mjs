// @ts-check
/** Drives the VS Code window in a headless browser, as a user would. */
import { chromium } from 'playwright-core';
import { ensureChromium } from '../../scripts/lib/chromium.mjs';

/** @typedef {import('playwright-core').Page} Page */

const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {import('playwright-core').LaunchOptions} [options] */
export async function launchChromium(options = {}) {
  return chromium.launch({ ...(await launchOptions()), ...options });
}

/**
 * As `launchChromium`, with what the browser stores in a folder that can be looked at (and opened again).
 * @param {string} folder
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function launchChromiumIn(folder, options = {}) {
  return chromium.launchPersistentContext(folder, { ...(await launchOptions()), ...options });
}

async function launchOptions() {
  const isRoot = process.getuid?.() === 0; // Chromium refuses its sandbox to root.
  return { executablePath: await ensureChromium(), headless: true, args: isRoot ? [...ARGS, '--no-sandbox'] : ARGS };
}

/**
 * Opens a folder and waits for the window.
 * @param {Page} page
 * @param {string} url of the server
 * @param {{folder: string, payload?: [string, string][]}} options
 */
export async function openWorkbench(page, url, { folder, payload }) {
  const query = new URLSearchParams({ folder, ...(payload ? { payload: JSON.stringify(payload) } : {}) });
  await page.goto(`${url}/?${query.toString().replaceAll('+', '%20')}`);
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 60_000 });
}

/**
 * Runs a command from the palette. Tried again until it is there: the list on screen does not take in the commands of
 * an extension that registers late.
 * @param {Page} page
 * @param {string} title as the palette shows it
 * @param {{timeoutMs?: number}} [options]
 */
export async function runCommand(page, title, { timeoutMs = 30_000 } = {}) {
  for (const end = Date.now() + timeoutMs; ;) {
    try {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget input[type="text"]');
      await input.waitFor({ state: 'visible', timeout: 3_000 });
      await input.fill(`>${title}`);
      // By key: a click would meet the list that the command opens, too.
      const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
      await row.waitFor({ timeout: 2_000 });
      await page.keyboard.press('Enter');
      return;
    } catch (error) {
      await page.keyboard.press('Escape');
      if (Date.now() > end) throw new Error(`The command "${title}" is not in the palette.`, { cause: error });
    }
  }
}

/**
 * What the active terminal shows.
 * @param {Page} page
 */
export async function terminalText(page) {
  const rows = await page.locator('.terminal-wrapper.active .xterm-rows > div').allTextContents();
  return rows.join('\n').replaceAll('\u00a0', ' ').trimEnd();
}
