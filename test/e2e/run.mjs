// @ts-check
/**
 * Drives the packaged extension in a real VS Code in a real browser: node test/e2e/run.mjs [name …]
 *
 * Each *.e2e.mjs is a process with a window of its own; three at a time, for a window is mostly waiting. What they say
 * is kept as JSON in the file that RESULT_FILE names. A file may take FILE_MINUTES, 10 unless told otherwise.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run as runTests } from 'node:test';
import { fileURLToPath } from 'node:url';
import { onNode24 } from '../../scripts/lib/relaunch.mjs';
import { endChildrenOnSignals } from '../../scripts/lib/run.mjs';
import { VSIX_VARIABLE, ensureVsix } from '../../scripts/lib/packageVsix.mjs';

/** @typedef {{name: string, status: 'passed' | 'failed' | 'skipped', message?: string}} TestRow */

const FILES_AT_ONCE = 3;
const FILE_LIMIT_MS = Number(process.env.FILE_MINUTES ?? 10) * 60_000;
/** Suites share TypeScript with those of the hosts; its files say by their imports what they are. */
const QUIET = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
const FOLDER = path.dirname(fileURLToPath(import.meta.url));

await onNode24(import.meta.url);
endChildrenOnSignals();
// Once for all files.
process.env[VSIX_VARIABLE] = await ensureVsix();

const chosen = process.argv.slice(2);
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.e2e.mjs'))
  .filter((name) => chosen.length === 0 || chosen.some((word) => name.includes(word)))
  // The longest first: at the end nothing would run beside them.
  .sort((a, b) => Number(isLong(b)) - Number(isLong(a)))
  .map((name) => path.join(FOLDER, name));
const tests = await collect(files);
const count = (/** @type {TestRow['status']} */ status) => tests.filter((test) => test.status === status).length;
const result = { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), tests };
if (process.env.RESULT_FILE) writeFileSync(process.env.RESULT_FILE, JSON.stringify(result, null, 1));
console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
process.exitCode = result.failed > 0 || result.passed === 0 ? 1 : 0;

/** @param {string} name */
function isLong(name) {
  return name.startsWith('two-windows');
}

/**
 * @param {string[]} files
 * @returns {Promise<TestRow[]>}
 */
async function collect(files) {
  /** @type {TestRow[]} */
  const tests = [];
  const stream = runTests({ files, concurrency: FILES_AT_ONCE, timeout: FILE_LIMIT_MS, execArgv: QUIET });
  for await (const { type, data } of stream) {
    if (type === 'test:stderr') process.stderr.write(data.message);
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue;
    const name = `${path.basename(data.entryFile ?? data.file ?? '', '.e2e.mjs')}: ${data.name}`;
    const status = data.skip !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
    const message = type === 'test:fail' ? describe(data.details.error) : undefined;
    tests.push({ name, status, ...(message === undefined ? {} : { message }) });
    const seconds = (data.details.duration_ms / 1000).toFixed(1);
    console.log(`  ${{ passed: '✓', failed: '✗', skipped: '-' }[status]} ${name} (${seconds} s)`);
    if (message !== undefined) console.log(message.replaceAll(/^/gm, '      '));
  }
  return tests;
}

/** @param {Error} error node:test wraps what the test threw */
function describe(error) {
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.stack ?? cause.message;
}
