// @ts-check
/** One window for all tests of a file, which run in their order, each from where the one before left the gateway. */
import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { CACHE } from '../../../scripts/lib/paths.mjs';
import { settle } from './prompts.mjs';
import { openWorld } from './world.mjs';

const PICTURES = path.join(CACHE, 'e2e');
const SAYING = '.notification-list-item-message, .monaco-dialog-box, .quick-input-widget';
const LOG_LINES = 20;

/**
 * @param {import('./world.mjs').WorldOptions} options
 * @returns {() => import('./world.mjs').World} only inside of tests
 */
export function useWorld(options) {
  /** @type {import('./world.mjs').World | undefined} */
  let world;
  const current = () => {
    assert.ok(world, 'the window is open');
    return world;
  };
  before(async () => {
    world = await openWorld(options);
  });
  afterEach(async (context) => {
    const { name, passed } = /** @type {{name: string, passed: boolean}} */ (/** @type {unknown} */ (context));
    if (world === undefined || world.isClosed) return;
    if (!passed) {
      await takePicture(world.page, name);
      await describeWindow(world);
    }
    await world.look();
    await settle(world.page);
  });
  after(() => world?.close());
  return current;
}

/**
 * The last test of a file: what the window showed, every process that ran and every file that was left behind.
 * @param {() => import('./world.mjs').World} current
 */
export function testThatNothingLeaked(current) {
  test('no secret in any argument, environment, file or text on screen', async () => {
    assert.deepEqual(await current().close(), []);
  });
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function takePicture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  const file = path.join(PICTURES, `${name.replaceAll(/[^\w-]+/g, '-')}.png`);
  await page.screenshot({ path: file }).catch(() => undefined);
  console.error(`The window as the test left it: ${file}`);
}

/**
 * Where a test fails that nobody watches, what the window said and what the extension noted tell more than the step that waited.
 * @param {import('./world.mjs').World} world
 */
async function describeWindow({ page, profile }) {
  const said = await page.locator(SAYING).allInnerTexts();
  for (const text of said.filter(Boolean)) console.error(`It says: ${text.replaceAll(/\s*\n\s*/g, ' | ')}`);
  for (const file of globSync(path.join(profile.data, 'logs/**/*OpenClaw Auth.log')))
    console.error(readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n'));
}
