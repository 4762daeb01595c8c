// @ts-check
/** `npm test`: installs what the tests need, runs every stage, and ends with one line that counts them all. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runAll } from './lib/parallel.mjs';
import { VSIX_FILE, VSIX_VARIABLE } from './lib/packageVsix.mjs';
import { ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { endChildrenOnSignals, runToEnd } from './lib/run.mjs';
import { countResults } from './lib/stageResults.mjs';
import { STAGES, chooseStages, resultFileOf, roundsOf } from './lib/stages.mjs';
import { ensureProjectDeps } from './lib/tools.mjs';

const USAGE = `Usage: npm test [-- --only STAGE,STAGE]\n\nStages: ${STAGES.map(({ name }) => name).join(', ')}`;
/** Unpacking keeps a core busy, and machines that run tests have few. */
const INSTALLS_AT_ONCE = 2;

/** @typedef {import('./lib/stageResults.mjs').Counts & {name: string, seconds: number}} Row */

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  const stages = chooseStages(values.only?.split(',').filter(Boolean) ?? []);
  if (values.help) console.log(USAGE);
  else {
    await onNode24(import.meta.url);
    endChildrenOnSignals();
    await test(stages);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {import('./lib/stages.mjs').Stage[]} stages */
async function test(stages) {
  /** @type {Row[]} */
  const rows = [await timed('install', () => install(stages))];
  for (const lanes of roundsOf(stages)) rows.push(...(await Promise.all(lanes.map(runLane))).flat());
  printSummary(rows);
}

/** @param {string} name @param {() => Promise<import('./lib/stageResults.mjs').Counts>} work @returns {Promise<Row>} */
async function timed(name, work) {
  const start = Date.now();
  const counts = await work();
  return { name, ...counts, seconds: (Date.now() - start) / 1000 };
}

/** @param {import('./lib/stages.mjs').Stage[]} stages */
async function install(stages) {
  const jobs = [ensureProjectDeps, ...new Set(stages.flatMap(({ needs }) => needs))];
  const errors = await runAll(jobs, INSTALLS_AT_ONCE);
  for (const error of errors) console.error(error instanceof Error ? error.message : error);
  return { passed: 0, failed: errors.length, skipped: 0 };
}

/** @param {import('./lib/stages.mjs').Stage[]} stages @returns {Promise<Row[]>} */
async function runLane(stages) {
  /** @type {Row[]} */
  const rows = [];
  for (const stage of stages) rows.push(await timed(stage.name, () => runStage(stage)));
  return rows;
}

/** @param {import('./lib/stages.mjs').Stage} stage */
async function runStage(stage) {
  console.log(`\n── ${stage.name} ${'─'.repeat(Math.max(3, 72 - stage.name.length))}`);
  const resultFile = resultFileOf(stage.name);
  mkdirSync(path.dirname(resultFile), { recursive: true });
  rmSync(resultFile, { force: true }); // Results of an earlier run must not stand in for this one's.
  const env = { ...process.env, RESULT_FILE: resultFile, ...(stage.lane && { [VSIX_VARIABLE]: VSIX_FILE }) };
  const trouble = await runToEnd(process.execPath, stage.command, { cwd: ROOT, env, inherit: true }).then(
    ({ code, signal }) => (code === 0 ? undefined : signal ? `was ended by ${signal}` : `exit code ${code}`),
    (/** @type {Error} */ error) => error.message,
  );
  return countResults(stage, resultFile, trouble);
}

/** @param {Row[]} rows */
function printSummary(rows) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) => rows.reduce((total, row) => total + row[key], 0);
  for (const { name, failures = [] } of rows) for (const failure of failures) console.log(`\n✗ ${name}: ${failure}`);
  console.log(
    `\n${'stage'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}${'time'.padStart(10)}`,
  );
  for (const { name, passed, failed, skipped, seconds, note } of rows) {
    const numbers = `${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}`;
    console.log(`${name.padEnd(14)}${numbers}${`${seconds.toFixed(1)} s`.padStart(10)}${note ? `  ${note}` : ''}`);
  }
  if (sum('failed') > 0) process.exitCode = 1;
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
}
