// @ts-check
/** Prints the rows and keeps the table of docs/performance.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, type } from 'node:os';
import path from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../paths.mjs';

const FILE = path.join(ROOT, 'docs/performance.md');
const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** @param {import('./suites.mjs').Row} row */
const ratioOf = ({ ours, theirs }) => (theirs === null ? '–' : `${((100 * ours) / theirs).toFixed(1)} %`);
const inMs = (/** @type {number} */ time) => `${time < 10 ? time.toFixed(1) : time.toFixed(0)} ms`;

/** @param {readonly import('./suites.mjs').Row[]} rows */
export function printRows(rows) {
  for (const row of rows) {
    const theirs = row.theirs === null ? '' : `, the CLI ${inMs(row.theirs)}: ${ratioOf(row)}`;
    console.log(`${row.release.padEnd(10)} ${row.what}: ours ${inMs(row.ours)}${theirs} (${row.rounds} rounds)`);
  }
}

/** @param {readonly import('./suites.mjs').Row[]} rows */
export async function writeTable(rows) {
  const lines = rows.map((row) => {
    const theirs = row.theirs === null ? '–' : inMs(row.theirs);
    return `| ${row.what} | ${row.release} | ${inMs(row.ours)} | ${theirs} | ${ratioOf(row)} | ${row.rounds} |`;
  });
  const machine = `${type()} ${release()}, ${arch()}, ${cpus().length} cores, Node.js ${process.versions.node}`;
  const table = [
    BEGIN,
    '',
    '| what | release | ours | the CLI | ours / the CLI | rounds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `Medians, ours and the CLI in turns. ${machine}, ${new Date().toISOString().slice(0, 10)}.`,
    '',
    END,
  ].join('\n');
  const text = readFileSync(FILE, 'utf8');
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`${FILE} has no place for the table: ${BEGIN} … ${END}`);
  const whole = text.slice(0, start) + table + text.slice(end + END.length);
  const options = { ...(await prettier.resolveConfig(FILE)), filepath: FILE };
  writeFileSync(FILE, await prettier.format(whole, options));
}
