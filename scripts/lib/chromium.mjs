// @ts-check
/** The browser in which the tests open VS Code. On a Debian machine that runs as root (a container) it is installed. */
import { existsSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { run, which } from './run.mjs';

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
  const found = find() ?? (await withLock('chromium', installWithApt)) ?? find();
  if (found !== undefined) return found;
  throw new Error(
    'Chromium was not found. Install it (Debian and Ubuntu: sudo apt-get install --no-install-recommends chromium; ' +
      'macOS: brew install --cask chromium), or set CHROMIUM to the path of a Chromium or Chrome.',
  );
}

const find = () => NAMES.map((name) => which(name)).find(Boolean) ?? ELSEWHERE.find((file) => existsSync(file));

/** @returns {Promise<string | undefined>} */
async function installWithApt() {
  const apt = which('apt-get');
  if (find() !== undefined || apt === undefined || process.getuid?.() !== 0) return find();
  console.error('Installing Chromium …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patient = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  await run(apt, [...patient, 'update'], { env });
  await run(apt, [...patient, 'install', '-y', '--no-install-recommends', 'chromium'], { env });
  return find();
}
