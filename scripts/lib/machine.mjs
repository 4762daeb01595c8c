// @ts-check
/** What a figure was measured on: without it a number says little. Names no path and no host. */
import { readFileSync, realpathSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/**
 * @param {string} folder the one whose file system matters
 * @returns {[string, string][]}
 */
export function machineFacts(folder) {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return [
    ['machine', `${availableParallelism()} × ${processor}, ${memory}`],
    ['system', `${type()} ${release()} ${arch()}`],
    ['file system', fileSystemOf(folder)],
    ['node', process.version],
  ];
}

/** @param {string} folder */
function fileSystemOf(folder) {
  if (process.platform !== 'linux') return 'unknown';
  const place = `${realpathSync(folder)}/`;
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const holding = mounts.filter(([, at]) => at !== undefined && place.startsWith(at === '/' ? '/' : `${at}/`));
  // The last of the longest: a later mount covers an earlier one.
  const [best] = holding.reverse().sort(([, a = ''], [, b = '']) => b.length - a.length);
  return best?.[2] ?? 'unknown';
}
