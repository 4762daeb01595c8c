// @ts-check
/** Pictures for the documents; `npm run screenshots` says with E2E_PICTURES where they go. */
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { CACHE } from '../../../scripts/lib/paths.mjs';

const FOLDER = process.env.E2E_PICTURES ?? path.join(CACHE, 'e2e/pictures');

/**
 * @param {import('./world.mjs').World} world
 * @param {string} name
 * @param {{x: number, y: number, width: number, height: number}} clip without the title bar
 */
export async function takePicture({ page, stateDir }, name, clip) {
  mkdirSync(FOLDER, { recursive: true });
  const replacements = [
    [`${userInfo().username}@${hostname()}`, 'you@gateway'],
    [`host: ${hostname()}, user: ${userInfo().username}`, 'host: gateway, user: you'],
    [path.dirname(stateDir), '/home/you'],
  ];
  for (const frame of page.frames()) await frame.evaluate(replaceTexts, replacements);
  const file = path.join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file, clip, animations: 'disabled', caret: 'hide' });
  assert.ok(statSync(file).size > 10_000, 'there is something on the picture');
}

/**
 * Runs in the page. What is of this machine only has no place on a picture.
 * @param {string[][]} replacements
 */
function replaceTexts(replacements) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    for (const [from = '', to = ''] of replacements) {
      if (node.nodeValue?.includes(from)) node.nodeValue = node.nodeValue.replaceAll(from, to);
    }
  }
}

/** Wide enough for the longest row, as a user would make it. @param {import('playwright-core').Page} page */
export async function widenSidebar(page) {
  const box = await page.locator('.part.sidebar').boundingBox();
  assert.ok(box);
  const edge = box.x + box.width;
  if (edge > 400) return;
  await page.mouse.move(edge, 400);
  await page.mouse.down();
  await page.mouse.move(430, 400, { steps: 4 });
  await page.mouse.up();
}
