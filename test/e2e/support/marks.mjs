// @ts-check
/** Every secret of the tests carries a mark, so that a copy of it is recognised wherever it turns up. */
import { randomBytes } from 'node:crypto';
import { fakeSetupToken, fakeValue } from '../../../scripts/lib/demo/fakes.mjs';

/** Stands in every secret of the demonstration home, and in every other fake one too. */
const DEMO_MARK = 'FAKE'.repeat(3);

/**
 * @typedef {object} Marks
 * @property {(name?: string) => string} token a setup-token of the real length
 * @property {(name?: string) => string} apiKey an OpenAI key of the real length
 * @property {Needle[]} needles every spelling of every mark
 * @property {Needle[]} ownNeedles only of the mark that no other process on this machine can have
 *
 * @typedef {object} Needle
 * @property {string} spelling
 * @property {Uint8Array} bytes
 */

/** @returns {Marks} */
export function createMarks() {
  const mark = `MARK${randomBytes(4).toString('hex').toUpperCase()}`;
  const ownNeedles = spellings(mark);
  return {
    token: (name = 'A') => fakeSetupToken(`${mark}-${name}`),
    apiKey: (name = 'A') => fakeValue('sk-proj-', `${mark}-${name}`, 164),
    needles: [...ownNeedles, ...spellings(DEMO_MARK)],
    ownNeedles,
  };
}

/**
 * The mark as plain text and in the encodings that a program may use without meaning to hide anything.
 * @param {string} mark
 * @returns {Needle[]}
 */
function spellings(mark) {
  const base64 = [0, 1, 2].map((offset) => base64Inside(mark, offset));
  return [
    { spelling: 'text', bytes: Buffer.from(mark) },
    { spelling: 'utf16', bytes: Buffer.from(mark, 'utf16le') },
    { spelling: 'hex', bytes: Buffer.from(Buffer.from(mark).toString('hex')) },
    ...base64.map((text) => ({ spelling: 'base64', bytes: Buffer.from(text) })),
  ];
}

/**
 * The characters of a base64 text that depend on the mark alone, when `offset` bytes (modulo 3) come before it.
 * @param {string} mark
 * @param {number} offset
 */
function base64Inside(mark, offset) {
  const whole = Buffer.from('\0'.repeat(offset) + mark).toString('base64');
  return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + mark.length) * 8) / 6));
}

/**
 * @param {Uint8Array} bytes
 * @param {readonly Needle[]} needles
 * @returns {string | undefined} the spelling that was found
 */
export function findNeedle(bytes, needles) {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return needles.find(({ bytes: needle }) => haystack.includes(Buffer.from(needle)))?.spelling;
}
