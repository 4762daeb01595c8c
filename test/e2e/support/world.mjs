// @ts-check
/** One VS Code window on one gateway home, with what a test needs to act like a user and to look behind the scenes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeDemoHome } from '../../../scripts/lib/demo/home.mjs';
import { writeStandIn } from '../../../scripts/lib/demo/standIn.mjs';
import { ensureOpenclaw } from '../../../scripts/lib/openclaw.mjs';
import { ensureVsix } from '../../../scripts/lib/packageVsix.mjs';
import { withPath } from '../../../scripts/lib/run.mjs';
import { installVsix, launchChromiumIn, openWorkbench, startCodeServer, tempProfile } from '../../harness/vscode.mjs';
import { sweepFiles } from './fileSweep.mjs';
import { createMarks } from './marks.mjs';
import { watchPage } from './pageWatch.mjs';
import { watchProcesses } from './processWatch.mjs';

const VIEWPORT = { width: 1280, height: 900 };

/**
 * @typedef {object} World
 * @property {import('playwright-core').Page} page
 * @property {import('../../harness/profile.mjs').Profile} profile
 * @property {string} stateDir of the gateway
 * @property {NodeJS.ProcessEnv} gatewayEnv in which the gateway's own CLI finds this home
 * @property {import('../../../scripts/lib/openclaw.mjs').OpenClaw} cli
 * @property {import('./marks.mjs').Marks} marks
 * @property {string} standInToken what the stand-in `claude` prints
 * @property {(settings: Record<string, unknown>) => Promise<void>} reopen loads the window again, with other settings
 * @property {(meanwhile: () => void) => Promise<void>} restart ends VS Code's server, and starts it again at the same address
 * @property {() => Promise<import('playwright-core').Page>} openAnother opens one more window on the same gateway
 * @property {() => Promise<void>} look searches the windows for secrets, as they are now
 * @property {() => Promise<string[]>} close ends everything and tells where a secret was found that does not belong there
 * @property {boolean} isClosed
 *
 * @typedef {object} WorldOptions
 * @property {string} release of OpenClaw
 * @property {boolean} [isEmpty] neither a gateway home nor the gateway's CLI
 * @property {(stateDir: string) => void | Promise<void>} [prepare] changes the demonstration home before VS Code sees it
 * @property {Record<string, unknown>} [settings]
 * @property {{width: number, height: number}} [viewport]
 */

/**
 * @param {WorldOptions} options
 * @returns {Promise<World>}
 */
export async function openWorld({ release, isEmpty = false, prepare, settings = {}, viewport = VIEWPORT }) {
  const [cli, vsix] = [await ensureOpenclaw(release), await ensureVsix()];
  const marks = createMarks();
  const profile = tempProfile(settings);
  const gateway = path.join(profile.root, 'gateway');
  const home = isEmpty ? emptyHome(gateway) : await makeDemoHome(gateway, { release });
  await prepare?.(home.stateDir);
  const standInToken = marks.token('NEXT');
  writeStandIn(home.binDir, standInToken);
  // Terminals show neither the machine's name nor a temporary folder.
  writeFileSync(path.join(home.home, '.bashrc'), "PS1='$ '\n");
  const env = gatewayEnv(profile, home, isEmpty ? [] : [cli.bin]);
  await installVsix(profile, vsix);

  const processes = await watchProcesses({ marks, root: profile.root });
  let server = await startCodeServer({ profile, env });
  const browserFolder = path.join(profile.root, 'browser');
  const browser = await launchChromiumIn(browserFolder, { viewport, reducedMotion: 'reduce', timezoneId: 'UTC' });
  await browser.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const [page = await browser.newPage()] = browser.pages();
  const watches = new Map([[page, await watchPage(page, marks)]]);
  const open = (/** @type {import('playwright-core').Page} */ window) =>
    openWorkbench(window, server.url, { folder: profile.workspace });
  const look = async () => {
    for (const [window, watch] of watches) if (!window.isClosed()) await watch.look();
  };
  await open(page);

  const close = async () => {
    world.isClosed = true;
    const lastLook = await look().then(
      () => [],
      (error) => [`The window could not be searched: ${error}`],
    );
    await browser.close();
    await server.stop();
    const seen = await processes.stop();
    const processLeaks = seen.leaks.filter((leak) => !isGatewaysOwn(leak));
    const inStore = (/** @type {string} */ file) => file.startsWith(gateway + path.sep);
    const swept = sweepFiles({ folders: [profile.root], needles: marks.needles, mayHold: inStore });
    if (process.env.KEEP_PROFILE) console.error(`kept ${profile.root}`);
    else profile.remove();
    return [
      ...lastLook,
      ...enough(seen.passes > 10, 'hardly looked at any process'),
      ...enough(swept.files > 10, 'hardly searched any file'),
      ...enough(isEmpty || swept.allowed > 0, 'did not even find the secrets in the store'),
      ...new Set(
        [...[...watches.values()].flatMap(({ leaks }) => leaks), ...processLeaks, ...swept.leaks].map((leak) =>
          JSON.stringify(leak),
        ),
      ),
    ];
  };
  /** @type {Promise<string[]> | undefined} */
  let closing;
  /** @type {World} */
  const world = {
    page,
    profile,
    stateDir: home.stateDir,
    gatewayEnv: env,
    cli,
    marks,
    standInToken,
    isClosed: false,
    look,
    async openAnother() {
      const another = await newWindow(browser, page);
      watches.set(another, await watchPage(another, marks));
      await open(another);
      return another;
    },
    async restart(meanwhile) {
      const port = Number(new URL(server.url).port);
      await page.goto('about:blank');
      await server.stop();
      meanwhile();
      server = await startCodeServer({ profile, env, port });
      await open(page);
    },
    async reopen(chosen) {
      profile.writeSettings({ ...settings, ...chosen });
      await open(page);
    },
    close: () => (closing ??= close()),
  };
  return world;
}

/**
 * OpenClaw takes the variables of its own `.env` into its environment, and so into that of the processes it starts.
 * @param {import('./processWatch.mjs').ProcessLeak} leak
 */
function isGatewaysOwn({ channel, command, variables }) {
  return channel === 'environ' && /\bopenclaw\b/.test(command) && variables.every((name) => name === 'OPENAI_TEAM_KEY');
}

/**
 * In a window of the browser's own: of the tabs of one window only that in front is painted, and clicks wait for painting.
 * @param {import('playwright-core').BrowserContext} browser
 * @param {import('playwright-core').Page} page
 */
async function newWindow(browser, page) {
  const session = await browser.newCDPSession(page);
  const [opened] = await Promise.all([
    browser.waitForEvent('page'),
    session.send('Target.createTarget', { url: 'about:blank', newWindow: true }),
  ]);
  await session.detach();
  return opened;
}

/** @param {boolean} isSo @param {string} otherwise */
const enough = (isSo, otherwise) => (isSo ? [] : [`The sweep ${otherwise}: it proves nothing.`]);

/** @param {string} home */
function emptyHome(home) {
  const binDir = path.join(home, 'bin');
  mkdirSync(binDir, { recursive: true });
  return { home, stateDir: path.join(home, '.openclaw'), binDir };
}

/**
 * The home is found by its default path below HOME, as with most users.
 * @param {import('../../harness/profile.mjs').Profile} profile
 * @param {{home: string, binDir: string}} home
 * @param {string[]} programs folders of further programs
 */
function gatewayEnv(profile, { home, binDir }, programs) {
  const { PATH } = withPath([binDir, ...programs]);
  return { PATH, HOME: home, TMPDIR: profile.root, TZ: 'UTC', LANG: 'C.UTF-8' };
}
