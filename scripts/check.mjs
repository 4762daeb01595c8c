// @ts-check
/**
 * node scripts/check.mjs [--only NAME,NAME]
 *
 * Runs every gate on the tree, and on its canary: a known-bad fixture in test/gates/canaries/NAME whose `expected.json`
 * lists what the gate must find there (and which files it must leave alone). Fails when a gate finds something in the
 * tree, or misses something in its canary. With RESULT_FILE set, writes the counts there as JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';

/** @typedef {{name: string, status: 'passed' | 'failed', problems: string[]}} Result */

await onNode24(import.meta.url);
// Only now: these need the newer Node from their first line.
const { GATES } = await import('./gates/gates.mjs');
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const names = values.only?.split(',') ?? GATES.map((gate) => gate.name);
const chosen = names.map((name) => GATES.find((gate) => gate.name === name) ?? usage(name));

const tasks = chosen.flatMap((gate) => [() => onTree(gate), () => onCanary(gate)]);
const results = await runAll(tasks, Math.min(2, availableParallelism()));
const failed = results.filter((result) => result.status === 'failed');
const counts = { passed: results.length - failed.length, failed: failed.length, skipped: 0 };
if (process.env.RESULT_FILE) {
  const tests = results.map(({ name, status }) => ({ name, status }));
  writeFileSync(process.env.RESULT_FILE, JSON.stringify({ ...counts, tests }));
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** @param {import('./gates/gates.mjs').Gate} gate @returns {Promise<Result>} */
function onTree(gate) {
  return report(gate.name, () => gate.problems(ROOT));
}

/** @param {import('./gates/gates.mjs').Gate} gate @returns {Promise<Result>} */
function onCanary(gate) {
  return report(`${gate.name} canary`, async () => {
    const folder = path.join(ROOT, 'test/gates/canaries', gate.name);
    /** @type {{problems: string[], clean?: string[]}} */
    const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8'));
    const found = await gate.problems(folder);
    const missed = [...expected.problems, ...(gate.rules?.() ?? [])].filter(
      (text) => !found.some((problem) => problem.includes(text)),
    );
    const wrong = found.filter((problem) => expected.clean?.some((file) => problem.startsWith(file)));
    return [...missed.map((text) => `not found: ${text}`), ...wrong.map((problem) => `should be clean: ${problem}`)];
  });
}

/** @param {string} name @param {() => Promise<string[]>} run @returns {Promise<Result>} */
async function report(name, run) {
  const start = Date.now();
  /** @type {string[]} */
  let problems;
  try {
    problems = await run();
  } catch (error) {
    problems = [error instanceof Error ? error.message : String(error)];
  }
  const status = problems.length === 0 ? 'passed' : 'failed';
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const end = problems.length === 0 ? 'ok' : `FAILED, ${problems.length} found`;
  console.log([`${name}: ${end} (${seconds} s)`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
  return { name, status, problems };
}

/** @template T @param {(() => Promise<T>)[]} queue @param {number} width @returns {Promise<T[]>} */
async function runAll(queue, width) {
  const waiting = [...queue.entries()];
  /** @type {T[]} */
  const done = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: width }, worker));
  return done;
}

/** @param {string} name @returns {never} */
function usage(name) {
  console.error(`There is no gate “${name}”. Gates: ${GATES.map((gate) => gate.name).join(', ')}.`);
  process.exit(2);
}
