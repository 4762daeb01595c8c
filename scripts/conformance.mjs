// @ts-check
/**
 * npm run test:conformance [-- --releases X,Y] [--stores N] [--seed N] [--only generated,commandLine,carried,environment,pins,asked,cliFallback,doctor]
 *
 * Holds what we read, decide and write against the supported OpenClaw releases themselves (test/releases), and ends with one
 * line that counts every test. Nine releases take about 5 GB below .cache.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machineFacts } from './lib/machine.mjs';
import { build } from './lib/packageVsix.mjs';
import { ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { endChildrenOnSignals, runToEnd } from './lib/run.mjs';
import { countResults } from './lib/stageResults.mjs';
import { resultFileOf, vitest } from './lib/stages.mjs';
import { SUPPORTED_RELEASES, ensureOpenclaw, ensureProjectDeps } from './lib/tools.mjs';

const PROJECT = 'releases';
const MAX_SEED = 2 ** 31;

try {
  const { values } = parseArgs({
    options: {
      releases: { type: 'string' },
      stores: { type: 'string', default: '200' },
      seed: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const releases = listOf(values.releases, SUPPORTED_RELEASES, 'release');
  const files = listOf(
    values.only,
    ['generated', 'commandLine', 'carried', 'environment', 'pins', 'asked', 'cliFallback', 'doctor', 'references'],
    'part',
  );
  const stores = wholeNumber('--stores', values.stores, 1);
  const seed = values.seed === undefined ? randomInt(MAX_SEED) : wholeNumber('--seed', values.seed, 0);
  await onNode24(import.meta.url);
  endChildrenOnSignals();
  await test(releases, files, stores, seed);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {readonly string[]} releases @param {readonly string[]} files @param {number} stores @param {number} seed */
async function test(releases, files, stores, seed) {
  await ensureProjectDeps();
  for (const release of releases) await ensureOpenclaw(release);
  await build();
  for (const [name, value] of machineFacts(ROOT)) console.log(`${name}: ${value}`);
  console.log(`releases: ${releases.join(', ')}\nstores of each: ${stores}, seed: ${seed}`);
  const resultFile = resultFileOf(PROJECT);
  mkdirSync(path.dirname(resultFile), { recursive: true });
  rmSync(resultFile, { force: true }); // Results of an earlier run must not stand in for this one's.
  const env = {
    ...process.env,
    CONFORMANCE_RELEASES: releases.join(','),
    CONFORMANCE_STORES: String(stores),
    CONFORMANCE_SEED: String(seed),
  };
  const args = [...vitest(PROJECT), ...files.map((file) => `test/releases/${file}.test.ts`)];
  const { code, signal } = await runToEnd(process.execPath, args, { cwd: ROOT, env, inherit: true });
  const trouble = code === 0 ? undefined : signal === null ? `exit code ${code}` : `was ended by ${signal}`;
  const { passed, failed, skipped, note } = countResults({ countsTests: true }, resultFile, trouble);
  if (note !== undefined) console.log(note);
  if (failed > 0) process.exitCode = 1;
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
}

/** @param {string | undefined} text @param {readonly string[]} all @param {string} what */
function listOf(text, all, what) {
  const chosen = text?.split(',').filter(Boolean) ?? [];
  const unknown = chosen.filter((one) => !all.includes(one));
  if (unknown.length > 0) throw new Error(`No such ${what}: ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  return chosen.length === 0 ? all : chosen;
}

/** @param {string} name @param {string} text @param {number} least */
function wholeNumber(name, text, least) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${name} is a whole number from ${least} on, not ${text}.`);
  return value;
}
