// @ts-check
/** The operator's desk, on OpenClaw 2026.6.1: why a credential is in use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './support/eventually.mjs';
import { readPage } from './support/markdownPage.mjs';
import { takePicture, widenSidebar } from './support/pictures.mjs';
import { chooseInMenu, expandAll, findRow, leaveWithMouse, openSidebar } from './support/tree.mjs';
import { testThatNothingLeaked, useWorld } from './support/useWorld.mjs';

const ANTHROPIC = ['main', 'anthropic'];
const WORK = [...ANTHROPIC, 'anthropic:work'];
const current = useWorld({ release: '2026.6.1', viewport: { width: 1320, height: 860 } });

test('says why a credential is in use, in the tree and on a page', async () => {
  const world = current();
  const { page } = world;
  await openSidebar(page);
  await eventually(() => findRow(page, WORK));
  await expandAll(page);
  const why = [...ANTHROPIC, 'Why this credential?'];
  assert.equal((await findRow(page, why)).description, 'Order set for this agent');
  assert.match((await findRow(page, [...why, 'Order set for this agent'])).spoken, /decides · 3 profiles/);
  assert.match((await findRow(page, [...why, 'Profiles in the store'])).spoken, /there, not asked/);
  await widenSidebar(page);
  await chooseInMenu(page, WORK, 'Why This Credential?');
  const text = await readPage(page, /Why anthropic/);
  assert.match(text, /^anthropic:work is used next for anthropic/);
  assert.match(text, /Order set for this agent: decides/);
  assert.match(text, /1\s+anthropic:work\s+Order set for this agent\s+in use: tried first/);
  assert.match(text, /anthropic:old-laptop\s+Order set for this agent\s+not tried: expired/);
  assert.match(text, /anthropic:work expires\. Then: anthropic:personal/);
  assert.match(text, /If the provider refuses anthropic:work, anthropic:personal is tried next/);
  await leaveWithMouse(page);
  await takePicture(world, 'desk-why', { x: 0, y: 30, width: 1320, height: 800 });
});

testThatNothingLeaked(current);
