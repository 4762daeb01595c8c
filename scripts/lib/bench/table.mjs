// @ts-check
/** Prints the rows and keeps the table of docs/performance.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, type } from 'node:os';
import path from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../paths.mjs';

const FILE = path.join(ROOT, 'docs/performance.md');
/** @param {Table} name */
const markersOf = (name) => ({ begin: `<!-- ${name}:begin -->`, end: `<!-- ${name}:end -->` });

/** @typedef {'bench' | 'bench-hosts'} Table */

/** @param {import('./suites.mjs').Row} row */
const ratioOf = ({ ours, theirs }) => (theirs === null ? '–' : `${((100 * ours) / theirs).toFixed(1)} %`);
/** @param {import('./suites.mjs').Row} row */
const timesOf = ({ ours, theirs }) => `× ${(ours / (theirs ?? Number.NaN)).toFixed(1)}`;
const inMs = (/** @type {number} */ time) => `${time < 10 ? time.toFixed(1) : time.toFixed(0)} ms`;

/** @param {readonly import('./suites.mjs').Row[]} rows */
export function printRows(rows) {
  for (const row of rows) {
    const ratio = row.beside === undefined ? ratioOf(row) : timesOf(row);
    const theirs = row.theirs === null ? '' : `, ${row.beside ?? 'the CLI'} ${inMs(row.theirs)}: ${ratio}`;
    console.log(`${row.release.padEnd(10)} ${row.what}: ours ${inMs(row.ours)}${theirs} (${row.rounds} rounds)`);
  }
}

/**
 * @param {Table} name
 * @param {readonly import('./suites.mjs').Row[]} rows
 */
export async function writeTable(name, rows) {
  const { begin, end } = markersOf(name);
  const machine = `${type()} ${release()}, ${arch()}, ${cpus().length} cores, Node.js ${process.versions.node}`;
  const note = `Medians, in turns. ${machine}, ${new Date().toISOString().slice(0, 10)}.`;
  const table = [begin, '', ...(name === 'bench' ? besideTheCli(rows) : besideOthers(rows)), '', note, '', end].join(
    '\n',
  );
  const text = readFileSync(FILE, 'utf8');
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`${FILE} has no place for the table: ${begin} … ${end}`);
  const whole = text.slice(0, start) + table + text.slice(stop + end.length);
  const options = { ...(await prettier.resolveConfig(FILE)), filepath: FILE };
  writeFileSync(FILE, await prettier.format(whole, options));
}

/** @param {readonly import('./suites.mjs').Row[]} rows */
function besideTheCli(rows) {
  const head = [
    '| what | release | ours | the CLI | ours / the CLI | rounds |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  const lines = rows.map((row) => {
    const theirs = row.theirs === null ? '–' : inMs(row.theirs);
    return `| ${row.what} | ${row.release} | ${inMs(row.ours)} | ${theirs} | ${ratioOf(row)} | ${row.rounds} |`;
  });
  return [...head, ...lines];
}

/** @param {readonly import('./suites.mjs').Row[]} rows */
function besideOthers(rows) {
  const head = ['| what | ours | beside | its time | ratio | rounds |', '| --- | --- | --- | --- | --- | --- |'];
  const lines = rows.map((row) => {
    const its = inMs(row.theirs ?? Number.NaN);
    return `| ${row.what} | ${inMs(row.ours)} | ${row.beside} | ${its} | ${timesOf(row)} | ${row.rounds} |`;
  });
  return [...head, ...lines];
}
