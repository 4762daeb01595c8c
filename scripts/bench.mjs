// @ts-check
/**
 * `npm run bench`: our headless status beside the real CLI's `models status --json`, on the same demonstration home, turn and
 * turn about. Machines differ and are shared, so what counts is the ratio.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './lib/packageVsix.mjs';
import { CACHE, ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { run } from './lib/run.mjs';
import { ensureOpenclaw, ensureProjectDeps } from './lib/tools.mjs';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

await onNode24(import.meta.url);
const [openclaw] = await Promise.all([ensureOpenclaw(), ensureProjectDeps()]);
await build();
const home = path.join(CACHE, 'bench/home');
const { stdout } = await run(process.execPath, [path.join(ROOT, 'scripts/demo-home.mjs'), home], { cwd: ROOT });
const { stateDir } = JSON.parse(stdout);
const env = {
  ...process.env,
  HOME: home,
  OPENCLAW_STATE_DIR: stateDir,
  PATH: `${openclaw.bin}:${process.env['PATH']}`,
};

const worker = path.join(ROOT, 'dist/worker.mjs');
/** @type {Record<string, {command: string[], times: number[]}>} */
const contenders = {
  'worker status --json (every agent)': { command: [process.execPath, worker, 'status', '--json'], times: [] },
  'openclaw models status --json (one agent)': {
    command: [path.join(openclaw.bin, 'openclaw'), 'models', 'status', '--json', '--agent', 'main'],
    times: [],
  },
};
for (let round = 0; round <= ROUNDS; round++) {
  for (const contender of Object.values(contenders)) {
    const [file = '', ...args] = contender.command;
    const start = process.hrtime.bigint();
    const { status, stderr } = spawnSync(file, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${path.basename(file)} ended with ${status}: ${stderr.slice(0, 400)}`);
    // The first round only warms the file cache.
    if (round > 0) contender.times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}

const median = (/** @type {number[]} */ times) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
for (const [name, { times }] of Object.entries(contenders)) {
  console.log(`${name.padEnd(44)} median of ${ROUNDS}: ${median(times).toFixed(0)} ms`);
}
const [ours = Number.NaN, theirs = Number.NaN] = Object.values(contenders).map(({ times }) => median(times));
console.log(`ratio: the CLI takes ${(theirs / ours).toFixed(1)} times as long`);
