// @ts-check
/**
 * `npm run bench`: what we do beside what the real CLI does, on the same homes, in turns; then the table in
 * docs/performance.md. `--rounds N` (7), and `--quick` for a few figures in seconds that leave the table alone: machines
 * differ and are shared, so what a short run shows is that everything still works.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { demoHome, largeHome } from './lib/bench/homes.mjs';
import { measureHosts } from './lib/bench/hosts.mjs';
import { compareStatus, compareWrite, measureWatch } from './lib/bench/suites.mjs';
import { printRows, writeTable } from './lib/bench/table.mjs';
import { build } from './lib/packageVsix.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { ensureProjectDeps } from './lib/tools.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, rounds: { type: 'string', default: '7' } } });
await onNode24(import.meta.url);

/** @type {import('./lib/bench/suites.mjs').Row[]} */
const rows = [];
/** @type {import('./lib/bench/suites.mjs').Row[]} */
const hostRows = [];
/** @type {import('./lib/bench/hosts.mjs').NotMeasured[]} */
const left = [];
const problems = await (values.quick ? quick() : whole(Number(values.rounds)));
printRows([...rows, ...hostRows]);
for (const { what, why } of left) console.log(`not measured: ${what}: ${why}`);
const resultFile = process.env['RESULT_FILE'];
if (resultFile !== undefined) {
  const counts = { passed: rows.length + hostRows.length, failed: problems.length, skipped: left.length };
  writeFileSync(resultFile, JSON.stringify(counts));
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

async function quick() {
  const [json, sqlite] = await Promise.all([demoHome('2026.6.1'), demoHome('2026.9.6')]);
  const large = await largeHome('2026.6.1', 50, 200);
  return collect([
    () => compareStatus('status of the demonstration', json, 1),
    () => compareStatus('status of the demonstration', sqlite, 1),
    () => compareStatus('status of 10,000 profiles, JSON', large, 1),
    () => measureWatch('a change shows, JSON', json, 2),
    () => measureWatch('a change shows, SQLite', sqlite, 2),
  ]).then(async (found) => [...found, ...(await hosts(1))]);
}

/** @param {number} rounds */
async function whole(rounds) {
  await ensureProjectDeps();
  await build();
  const found = await collect([
    ...['2026.6.1', '2026.9.6'].flatMap((release) => [
      async () => compareStatus('status of the demonstration', await demoHome(release), rounds),
      async () => compareStatus('status of 10,000 profiles', await largeHome(release, 50, 200), rounds),
      async () => compareWrite(await demoHome(release), rounds),
      async () => measureWatch('a change shows', await demoHome(release), 5 * rounds),
      async () => measureWatch('a change shows, 10,000 profiles', await largeHome(release, 50, 200), 2 * rounds),
    ]),
  ]);
  found.push(...(await hosts(rounds)));
  if (found.length === 0) await writeTable('bench', rows);
  if (found.length + left.length === 0) await writeTable('bench-hosts', hostRows);
  return found;
}

/** @param {number} rounds */
async function hosts(rounds) {
  try {
    left.push(...(await measureHosts(rounds, (row) => hostRows.push(row))));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** @param {readonly (() => Promise<import('./lib/bench/suites.mjs').Row>)[]} measurements */
async function collect(measurements) {
  const found = [];
  for (const measure of measurements) {
    try {
      const row = await measure();
      rows.push(row);
      if (![row.ours, row.theirs ?? 0].every((time) => Number.isFinite(time) && time >= 0))
        found.push(`${row.what}: no figure`);
    } catch (error) {
      found.push(error instanceof Error ? error.message : String(error));
    }
  }
  return found;
}
