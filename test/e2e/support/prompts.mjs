// @ts-check
/** What VS Code asks and says outside of the tree: input boxes and lists on top, dialogs, notifications, status bar. */
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

/** @typedef {import('playwright-core').Page} Page */

const WIDGET = '.quick-input-widget';
/** A write through the gateway's CLI comes before some messages: three runs of several seconds each, on busy cores. */
const MESSAGE_LIMIT_MS = 150_000;

/**
 * Waits for an input box or list whose title or prompt says something.
 * @param {Page} page
 * @param {RegExp} says
 */
export async function waitForPrompt(page, says) {
  await eventually(async () => {
    const widget = page.locator(WIDGET);
    assert.ok(await widget.isVisible(), `no prompt that says ${says}`);
    assert.match(await promptText(page), says);
  });
}

/**
 * Everything that the open input box or list says: title, prompt, placeholder, validation, description.
 * @param {Page} page
 */
export async function promptText(page) {
  const widget = page.locator(WIDGET);
  const placeholder = await widget.locator('input').first().getAttribute('placeholder');
  return `${await widget.innerText()}\n${placeholder ?? ''}`;
}

/** @param {Page} page */
export const promptInput = (page) => page.locator(`${WIDGET} .quick-input-box input`);

/**
 * The labels of an open list.
 * @param {Page} page
 */
export const promptChoices = (page) =>
  page.locator(`${WIDGET} .quick-input-list .monaco-list-row .label-name`).allInnerTexts();

/**
 * Answers a list.
 * @param {Page} page
 * @param {RegExp} says what the list is about
 * @param {string | RegExp} choice
 */
export async function choose(page, says, choice) {
  await waitForPrompt(page, says);
  await page.locator(`${WIDGET} .quick-input-list .monaco-list-row`, { hasText: choice }).first().click();
}

/**
 * Answers an input box.
 * @param {Page} page
 * @param {RegExp} says
 * @param {string} text
 */
export async function answer(page, says, text) {
  await waitForPrompt(page, says);
  await promptInput(page).fill(text);
  await promptInput(page).press('Enter');
}

/**
 * Pastes into an input box over what it holds, as a user does, and waits for the text to arrive.
 * @param {Page} page
 * @param {RegExp} says
 * @param {string} text
 */
export async function pasteInto(page, says, text) {
  await waitForPrompt(page, says);
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await promptInput(page).fill('');
  await promptInput(page).press('Control+V');
  const oneLine = (/** @type {string} */ value) => value.replaceAll(/\s/g, '');
  // Not assert.equal: its message would hold the secret.
  await eventually(async () => assert.ok(oneLine(await promptInput(page).inputValue()) === oneLine(text), 'pasted'));
}

/**
 * Presses a button in the title or the input of the open prompt.
 * @param {Page} page
 * @param {RegExp} name
 */
export const pressPromptButton = (page, name) => page.locator(WIDGET).getByRole('button', { name }).first().click();

/**
 * Waits for a modal dialog, returns what it says and presses one of its buttons.
 * @param {Page} page
 * @param {string | RegExp} button
 */
export async function answerDialog(page, button) {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor({ timeout: 60_000 });
  const text = await dialog.innerText();
  await dialog.locator('.monaco-button', { hasText: button }).first().click();
  await dialog.waitFor({ state: 'detached' });
  return text;
}

/**
 * Waits for a notification, and presses one of its buttons if asked to: with a key, for a toast moves under the mouse
 * whenever another one comes or goes.
 * @param {Page} page
 * @param {RegExp} says
 * @param {string | RegExp} [button]
 * @returns {Promise<string>} what it says
 */
export async function waitForNotification(page, says, button) {
  const toast = page.locator('.notifications-toasts .notification-list-item').filter({ hasText: says }).first();
  await toast.waitFor({ timeout: MESSAGE_LIMIT_MS });
  const text = await toast.locator('.notification-list-item-message').innerText();
  if (button !== undefined) await toast.locator('.monaco-button', { hasText: button }).first().press('Enter');
  return text;
}

/**
 * VS Code shows three toasts within 0.8 s and no more: the next would only stand behind the bell.
 * @param {Page} page
 */
export async function closeNotifications(page) {
  await page.waitForTimeout(900);
  const close = page.locator('.notifications-toasts .codicon-notifications-clear');
  await eventually(async () => {
    if ((await close.count()) === 0) return;
    await page.locator('.notifications-toasts .notification-list-item').first().hover({ timeout: 2_000 });
    await close.first().click({ timeout: 2_000 });
    assert.equal(await close.count(), 0, 'no notification is left');
  });
}

/** @param {Page} page */
export const statusItem = (page) => page.locator('[id="openclaw-auth.openclaw-auth.openclawAuth.status"]');

/**
 * Leaves nothing open that a failed test may have left.
 * @param {Page} page
 */
export async function settle(page) {
  for (let count = 0; count < 4; count += 1) await page.keyboard.press('Escape');
  const cancel = page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Cancel' });
  if (await cancel.count()) await cancel.first().click();
  await closeNotifications(page);
}
