// @ts-check
/** Turns what a stage left behind into counts, and counts everything that is not plainly a success as a failure. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [note] why a stage failed although none of its tests did
 */

/**
 * @param {{countsTests: boolean}} stage
 * @param {string} resultFile removed before the stage started
 * @param {string | undefined} trouble how the process failed, if it did
 * @returns {Counts}
 */
export function countResults({ countsTests }, resultFile, trouble) {
  const counts = countsTests ? readCounts(resultFile) : { passed: 0, failed: 0, skipped: 0 };
  if (trouble !== undefined && counts.failed === 0) return { ...counts, failed: 1, note: trouble };
  return counts;
}

/**
 * @param {string} resultFile
 * @returns {Counts}
 */
function readCounts(resultFile) {
  const failure = (/** @type {string} */ note) => ({ passed: 0, failed: 1, skipped: 0, note });
  if (!existsSync(resultFile)) return failure('wrote no results');
  let counts;
  try {
    counts = toCounts(JSON.parse(readFileSync(resultFile, 'utf8')));
  } catch {
    return failure('wrote results that cannot be read');
  }
  if (Object.values(counts).some((count) => !Number.isInteger(count) || count < 0)) {
    return failure('wrote results without counts');
  }
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, note: 'ran no test' };
  return counts;
}

/**
 * @param {Record<string, any>} results ours ({passed, failed, skipped}) or those of Vitest's JSON reporter
 * @returns {{passed: number, failed: number, skipped: number}}
 */
function toCounts(results) {
  if (!('numTotalTests' in results))
    return { passed: results.passed, failed: results.failed, skipped: results.skipped };
  // A file that could not be loaded has no tests to fail, so Vitest counts it only here.
  const broken = results.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
