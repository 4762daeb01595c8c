// @ts-check
/** The stages of `npm test`: what each runs, what must be installed for it, and where it leaves its results. */
import path from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import {
  LATEST_CODE_SERVER,
  OLDEST_CODE_SERVER,
  OPENCLAW_RELEASES,
  ensureChromium,
  ensureCodeServer,
  ensureLoginShells,
  ensureNetworkTools,
  ensureOpenclaw,
  ensurePodman,
  ensureSshd,
  ensureTimerReaders,
} from './tools.mjs';

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string[]} command arguments of node
 * @property {boolean} countsTests false for the build, which must only succeed
 * @property {(() => Promise<unknown>)[]} needs
 * @property {'gateway' | 'editor'} [lane] stages of different lanes run beside each other: much of their time is waiting
 */

const vscodes = [LATEST_CODE_SERVER, OLDEST_CODE_SERVER].map((version) => () => ensureCodeServer(version));
const fileGateways = ['2026.2.3', '2026.6.1'].map((version) => () => ensureOpenclaw(version));
const demoGateways = ['2026.6.1', '2026.9.6'].map((version) => () => ensureOpenclaw(version));
const inVsCode = [...vscodes, ...demoGateways, ensureChromium];
const comparedGateways = OPENCLAW_RELEASES.map((version) => () => ensureOpenclaw(version));
const otherHosts = [ensureSshd, ensurePodman];

/** @type {Stage[]} */
export const STAGES = [
  { name: 'check', command: ['scripts/check.mjs'], countsTests: true, needs: [] },
  { name: 'build', command: ['scripts/package.mjs'], countsTests: false, needs: [] },
  {
    name: 'unit',
    command: vitest('unit'),
    countsTests: true,
    needs: [ensureLoginShells, ensureTimerReaders],
    lane: 'gateway',
  },
  {
    name: 'hosts',
    command: vitest('hosts'),
    countsTests: true,
    needs: [...otherHosts, ensureLoginShells, ensureNetworkTools, ...comparedGateways],
    lane: 'gateway',
  },
  {
    name: 'conformance',
    command: vitest('conformance'),
    countsTests: true,
    needs: [...comparedGateways, ensureTimerReaders],
    lane: 'gateway',
  },
  // A small part, the same each time: `npm run test:faults` is the whole, with a seed by chance.
  {
    name: 'faults',
    command: ['scripts/faults.mjs', '--budget', 'small', '--seed', '20261123'],
    countsTests: true,
    needs: fileGateways,
    lane: 'gateway',
  },
  { name: 'extension', command: ['test/extension/run.mjs'], countsTests: true, needs: inVsCode, lane: 'editor' },
  {
    name: 'e2e',
    command: ['test/e2e/run.mjs'],
    countsTests: true,
    needs: [...inVsCode, ...otherHosts],
    lane: 'editor',
  },
  {
    name: 'bench',
    command: ['scripts/bench.mjs', '--quick'],
    countsTests: true,
    needs: [...demoGateways, ...otherHosts],
  },
];

/** Stages that test what the build makes. */
const NEED_BUILD = ['conformance', 'bench', 'extension', 'e2e'];

/** @param {string} name */
export function resultFileOf(name) {
  return path.join(CACHE, 'results', `${name}.json`);
}

/**
 * The stages to run, in order; the build is added where a chosen stage needs it.
 * @param {string[]} only empty for all
 */
export function chooseStages(only) {
  const names = STAGES.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`No such stage: ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  const wanted = new Set(only.length === 0 ? names : only);
  if (NEED_BUILD.some((name) => wanted.has(name))) wanted.add('build');
  return STAGES.filter(({ name }) => wanted.has(name));
}

/**
 * What runs one after another: a single stage, or lanes of stages that run beside each other.
 * @param {Stage[]} stages in order
 * @returns {Stage[][][]}
 */
export function roundsOf(stages) {
  /** @type {Stage[][][]} */
  const rounds = [];
  for (const stage of stages) {
    const round = rounds.at(-1);
    const isBeside = stage.lane !== undefined && round?.[0]?.[0]?.lane !== undefined;
    const lane = isBeside ? round.find(([first]) => first?.lane === stage.lane) : undefined;
    if (lane !== undefined) lane.push(stage);
    else if (isBeside) round.push([stage]);
    else rounds.push([[stage]]);
  }
  return rounds;
}

/** @param {string} project */
export function vitest(project) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFileOf(project)}`];
  return [path.join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, ...reporters];
}
