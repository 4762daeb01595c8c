// @ts-check
/** Turns what a stage left behind into counts, and counts everything that is not plainly a success as a failure. */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [note] why a stage failed although none of its tests did
 * @property {string[]} [failures] each failed test's name and what it said
 */

/** More of a failure stands where the stage printed it. */
const LINES_EACH = 12;

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
  let failures;
  try {
    const results = JSON.parse(readFileSync(resultFile, 'utf8'));
    counts = toCounts(results);
    failures = listFailures(results);
  } catch {
    return failure('wrote results that cannot be read');
  }
  if (Object.values(counts).some((count) => !Number.isInteger(count) || count < 0)) {
    return failure('wrote results without counts');
  }
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, note: 'ran no test' };
  return failures.length === 0 ? counts : { ...counts, failures };
}

/**
 * @param {Record<string, any>} results as for `toCounts`
 * @returns {string[]}
 */
function listFailures(results) {
  const tests = (results.tests ?? []).map((/** @type {any} */ { name, status, message }) => ({
    name,
    status,
    message,
  }));
  const files = (results.testResults ?? []).flatMap(
    (/** @type {any} */ { name, status, message, assertionResults }) => [
      ...(assertionResults.length === 0 ? [{ name, status, message }] : []),
      ...assertionResults.map((/** @type {any} */ test) => ({
        name: test.fullName,
        status: test.status,
        message: test.failureMessages?.join('\n'),
      })),
    ],
  );
  return [...tests, ...files].filter(({ status }) => status === 'failed').map(describe);
}

/** @param {{name: string, message?: string}} failure */
function describe({ name, message = '' }) {
  return [name, ...message.split('\n').slice(0, LINES_EACH)].join('\n    ');
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
