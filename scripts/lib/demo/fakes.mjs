// @ts-check
/** Credentials that are fake and look it, in the lengths of real ones. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Length of what `claude setup-token` prints. */
const SETUP_TOKEN_LENGTH = 108;

/** @param {number} count */
export const days = (count) => count * DAY_MS;
/** @param {number} count */
export const hours = (count) => count * HOUR_MS;
/** @param {number} count */
export const minutes = (count) => count * MINUTE_MS;

/**
 * A fake Anthropic setup-token of the real length. The mark makes it tell from others.
 * @param {string} mark
 */
export const fakeSetupToken = (mark) => fakeValue('sk-ant-oat01-', mark, SETUP_TOKEN_LENGTH);

/**
 * @param {string} prefix what the provider's keys begin with
 * @param {string} mark
 * @param {number} [length]
 */
export function fakeValue(prefix, mark, length = 64) {
  const head = `${prefix}FAKE-${mark}-`;
  return head + 'FAKE'.repeat(length).slice(0, length - head.length);
}
