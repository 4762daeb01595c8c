// @ts-check
/** Stop watches. Whoever is compared takes turns, so that a busy machine is busy for both. */
import { spawn } from 'node:child_process';
import path from 'node:path';

/** @param {readonly number[]} times */
export function median(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * Runs each contender once to warm the file cache (unless there is only one round), then `rounds` times in turn.
 * @param {number} rounds
 * @param {readonly ((round: number) => Promise<unknown>)[]} contenders
 * @returns {Promise<number[]>} the median of each, ms
 */
export async function inTurns(rounds, contenders) {
  const times = contenders.map(() => /** @type {number[]} */ ([]));
  const first = rounds === 1 ? 1 : 0;
  for (let round = first; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const start = performance.now();
      await contender(round);
      if (round > 0) times[index]?.push(performance.now() - start);
    }
  }
  return times.map(median);
}

/**
 * Runs a program to its end; a failure is an error.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{env: NodeJS.ProcessEnv, cwd: string, stdin?: string}} options
 * @returns {Promise<void>}
 */
export function runTimed(file, args, { env, cwd, stdin }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${path.basename(file)} ended with ${code}: ${stderr.slice(0, 400)}`));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
  });
}
