// @ts-check
/** The browser in which the tests open VS Code. On a Debian machine that runs as root (a container) it is installed. */
import { existsSync } from 'node:fs';
import { installWithApt } from './apt.mjs';
import { which } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {Promise<string>} the absolute path of Chromium or Chrome */
export async function ensureChromium() {
  const chosen = process.env.CHROMIUM;
  if (chosen !== undefined && chosen !== '') {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM names ${chosen}, which does not exist.`);
    return chosen;
  }
  if (find() === undefined) await installWithApt(['chromium'], () => find() !== undefined);
  const found = find();
  if (found !== undefined) return found;
  throw new Error(
    'Chromium was not found. Install it (Debian and Ubuntu: sudo apt-get install --no-install-recommends chromium; ' +
      'macOS: brew install --cask chromium), or set CHROMIUM to the path of a Chromium or Chrome.',
  );
}

const find = () => NAMES.map((name) => which(name)).find(Boolean) ?? ELSEWHERE.find((file) => existsSync(file));
