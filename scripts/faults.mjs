// @ts-check
/**
 * npm run test:faults [-- --only NAME,NAME] [--budget small|full] [--seed N]
 *
 * Runs the fault suites (test/faults/NAME.faults.ts) one after another and ends with one line that counts every case.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installWithApt } from './lib/apt.mjs';
import { machineFacts } from './lib/machine.mjs';
import { ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { endChildrenOnSignals, which } from './lib/run.mjs';

/** @typedef {import('../test/faults/support/suite.ts').FaultSuite} FaultSuite */
/** @typedef {import('../test/faults/support/suite.ts').Budget} Budget */
/** @typedef {{name: string, passed: number, failed: number, skipped: number, seconds: number, figures: Map<string, number | string>}} Row */

const FOLDER = path.join(ROOT, 'test/faults');
const MAX_SEED = 2 ** 31;
/** Of one suite; the rest is only counted. */
const SHOWN_FAILURES = 20;

try {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, budget: { type: 'string', default: 'full' }, seed: { type: 'string' } },
  });
  const { budget } = values;
  if (budget !== 'small' && budget !== 'full') throw new Error(`--budget is small or full, not ${budget}.`);
  const seed = values.seed === undefined ? randomInt(MAX_SEED) : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed is a whole number, not ${values.seed}.`);
  await onNode24(import.meta.url);
  endChildrenOnSignals();
  hideAdvice();
  await runSuites(values.only?.split(',').filter(Boolean) ?? [], budget, seed);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Node advises to rename every `.ts` file that it runs. */
function hideAdvice() {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (!('code' in warning) || warning.code !== 'MODULE_TYPELESS_PACKAGE_JSON') console.error(warning.stack);
  });
}

/** @param {string[]} only @param {Budget} budget @param {number} seed */
async function runSuites(only, budget, seed) {
  const suites = await chooseSuites(only, budget);
  await installPrograms(suites);
  for (const [name, value] of machineFacts(tmpdir())) console.log(`${name}: ${value}`);
  console.log(`budget: ${budget}, seed: ${seed}`);
  /** @type {Row[]} */
  const rows = [];
  for (const suite of suites) rows.push(await runSuite(suite, budget, seed));
  report(rows);
}

/** @param {string[]} only empty for all of the budget @param {Budget} budget */
async function chooseSuites(only, budget) {
  const files = readdirSync(FOLDER).filter((file) => /\.faults\.(?:ts|mjs)$/.test(file));
  const names = files.map((file) => file.replace(/\.faults\.\w+$/, ''));
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`No such suite: ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  const chosen = files.filter((_, index) => only.length === 0 || only.includes(names[index] ?? ''));
  const suites = await Promise.all(chosen.map(async (file) => await loadSuite(path.join(FOLDER, file))));
  return suites.filter((suite) => budget === 'full' || only.length > 0 || suite.isFullOnly !== true);
}

/** @param {string} file @returns {Promise<FaultSuite>} */
async function loadSuite(file) {
  const { suite } = await import(pathToFileURL(file).href);
  return suite;
}

/** @param {FaultSuite[]} suites */
async function installPrograms(suites) {
  const missing = suites.flatMap(({ programs }) => programs ?? []).filter(({ name }) => findProgram(name) === null);
  const packages = [...new Set(missing.map((program) => program.package))];
  if (packages.length === 0) return;
  await installWithApt(packages, () => missing.every(({ name }) => findProgram(name) !== null)).catch(
    (/** @type {Error} */ error) => console.error(`Could not install ${packages.join(', ')}: ${error.message}`),
  );
}

/** Some of them are in folders that only root has on its PATH. @param {string} name */
function findProgram(name) {
  return which(name) ?? which(name, { PATH: '/usr/sbin:/sbin' }) ?? null;
}

/** @param {FaultSuite} suite @param {Budget} budget @param {number} seed @returns {Promise<Row>} */
async function runSuite(suite, budget, seed) {
  console.log(`\n── ${suite.name} ${'─'.repeat(Math.max(3, 72 - suite.name.length))}`);
  const start = Date.now();
  const tempDir = mkdtempSync(path.join(tmpdir(), `faults-${suite.name}-`));
  /** @type {Row} */
  const row = { name: suite.name, passed: 0, failed: 0, skipped: 0, seconds: 0, figures: new Map() };
  /** @type {import('../test/faults/support/suite.ts').FaultContext} */
  const context = {
    budget,
    seed,
    tempDir,
    program: findProgram,
    check: (name, problems) => {
      if (problems.length === 0) row.passed += 1;
      else if ((row.failed += 1) <= SHOWN_FAILURES) console.log(`FAILED ${name}\n  ${problems.join('\n  ')}`);
    },
    skip: (name, why) => {
      row.skipped += 1;
      console.log(`${name}: skipped: ${why}`);
    },
    figure: (name, value) => void row.figures.set(name, value),
    log: (text) => console.log(text),
  };
  try {
    await suite.run(context);
    if (row.passed + row.failed + row.skipped === 0) context.check(suite.name, ['it checked nothing']);
  } catch (error) {
    context.check(suite.name, [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  } finally {
    rmSync(tempDir, { recursive: true, force: true });
  }
  if (row.failed > SHOWN_FAILURES) console.log(`… and ${row.failed - SHOWN_FAILURES} more`);
  row.seconds = (Date.now() - start) / 1000;
  return row;
}

/** @param {Row[]} rows */
function report(rows) {
  const heads = ['passed', 'failed', 'skipped', 'time'].map((head) => head.padStart(10)).join('');
  console.log(`\n${'suite'.padEnd(14)}${heads}  figures`);
  for (const { name, passed, failed, skipped, seconds, figures } of rows) {
    const numbers = [passed, failed, skipped, `${seconds.toFixed(1)} s`].map((cell) => String(cell).padStart(10));
    const words = [...figures].map(([figure, value]) => `${figure} ${value}`).join(', ');
    console.log(`${name.padEnd(14)}${numbers.join('')}  ${words}`);
  }
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) => rows.reduce((total, row) => total + row[key], 0);
  const counts = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  if (process.env.RESULT_FILE) writeFileSync(process.env.RESULT_FILE, JSON.stringify(counts));
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
}
