// @ts-check
/** Looks for marks in every file below some folders. */
import { closeSync, lstatSync, openSync, readSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { findNeedle } from './marks.mjs';

const CHUNK = 8 * 1024 * 1024;
/** Longer than any needle, so that none is missed at the edge of a chunk. */
const OVERLAP = 256;

/**
 * @typedef {{channel: 'file', file: string, spelling: string}} FileLeak
 *
 * @param {object} options
 * @param {readonly string[]} options.folders
 * @param {readonly import('./marks.mjs').Needle[]} options.needles
 * @param {(file: string) => boolean} [options.mayHold] files in which the secret belongs
 * @returns {{files: number, allowed: number, leaks: FileLeak[]}} `allowed`: how many files held a mark where they may
 */
export function sweepFiles({ folders, needles, mayHold = () => false }) {
  let files = 0;
  let allowed = 0;
  /** @type {FileLeak[]} */
  const leaks = [];
  for (const file of folders.flatMap((folder) => [...walk(folder)])) {
    files += 1;
    const spelling = search(file, needles) ?? findNeedle(Buffer.from(file), needles);
    if (spelling === undefined) continue;
    if (mayHold(file)) allowed += 1;
    else leaks.push({ channel: 'file', file, spelling });
  }
  return { files, allowed, leaks };
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(file);
    else if (entry.isFile()) yield file;
  }
}

/**
 * @param {string} file
 * @param {readonly import('./marks.mjs').Needle[]} needles
 */
function search(file, needles) {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK);
    for (let at = 0; ; at += CHUNK - OVERLAP) {
      const length = readSync(descriptor, buffer, 0, CHUNK, at);
      const found = findNeedle(buffer.subarray(0, length), needles);
      if (found !== undefined || length < CHUNK) return found;
    }
  } finally {
    closeSync(descriptor);
  }
}
