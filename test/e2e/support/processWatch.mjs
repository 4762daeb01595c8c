// @ts-check
/**
 * Reads the command line and the environment of every process, over and over, in a thread of its own, and notes where a
 * mark stands. Linux only: elsewhere there is no /proc.
 */
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { findNeedle } from './marks.mjs';

/** Pause between two passes. A pass over 200 processes takes a few milliseconds. */
const PAUSE_MS = 20;

/**
 * @typedef {object} ProcessLeak
 * @property {'argv' | 'environ'} channel
 * @property {number} pid
 * @property {string} command the command line, without any part that is marked
 * @property {string[]} variables names of the marked ones, where it is the environment
 * @property {string} spelling
 *
 * @typedef {{passes: number, seen: number, leaks: ProcessLeak[]}} ProcessReport
 */

/**
 * Resolves once it watches: on a busy machine a thread takes its time to begin.
 * @param {object} options
 * @param {import('./marks.mjs').Marks} options.marks
 * @param {string} options.root what the environment of our own processes names: the demonstration's mark counts only there
 */
export async function watchProcesses({ marks, root }) {
  const { needles, ownNeedles } = marks;
  const worker = new Worker(new URL(import.meta.url), { workerData: { needles, ownNeedles, root } });
  await once(worker, 'message');
  worker.unref();
  return {
    /** @returns {Promise<ProcessReport>} */
    async stop() {
      /** @type {Promise<ProcessReport>} */
      const report = new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      worker.ref();
      worker.postMessage('stop');
      return report;
    },
  };
}

if (!isMainThread && workerData?.ownNeedles !== undefined) watch(workerData);

/** @param {{needles: import('./marks.mjs').Needle[], ownNeedles: import('./marks.mjs').Needle[], root: string}} options */
function watch({ needles, ownNeedles, root }) {
  /** @type {Map<string, ProcessLeak>} */
  const leaks = new Map();
  /** @type {Set<string>} */
  const seen = new Set();
  let passes = 0;
  /** @param {ProcessLeak['channel']} channel @param {number} pid @param {Buffer} cmdline @param {Buffer} environ @param {boolean} isOurs */
  const look = (channel, pid, cmdline, environ, isOurs) => {
    const wanted = isOurs ? needles : ownNeedles;
    const spelling = findNeedle(channel === 'argv' ? cmdline : environ, wanted);
    if (spelling === undefined) return;
    const isMarked = (/** @type {string} */ text) => findNeedle(Buffer.from(text), wanted) !== undefined;
    const command = split(cmdline).filter((text) => !isMarked(text));
    const variables = channel === 'argv' ? [] : split(environ).filter(isMarked);
    leaks.set(`${channel} ${pid} ${spelling}`, {
      channel,
      pid,
      command: command.join(' ').slice(0, 200),
      variables: variables.map((text) => text.split('=')[0] ?? ''),
      spelling,
    });
  };
  const pass = () => {
    passes += 1;
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      const cmdline = Number.isInteger(pid) ? read(pid, 'cmdline') : undefined;
      if (cmdline === undefined || cmdline.length === 0) continue;
      // A process gets another command line when it becomes another program; only then its environment can differ.
      const key = `${name} ${cmdline.toString('latin1')}`;
      if (seen.has(key)) continue;
      const environ = read(pid, 'environ') ?? Buffer.alloc(0);
      // Between fork and exec a child still has its parent's: an empty one is looked at again.
      if (environ.length > 0) seen.add(key);
      const isOurs = environ.includes(root) || cmdline.includes(root);
      for (const channel of /** @type {const} */ (['argv', 'environ'])) look(channel, pid, cmdline, environ, isOurs);
    }
  };
  pass();
  parentPort?.postMessage('watching');
  const timer = setInterval(pass, PAUSE_MS);
  parentPort?.once('message', () => {
    clearInterval(timer);
    pass();
    parentPort?.postMessage({ passes, seen: seen.size, leaks: [...leaks.values()] });
  });
}

/** @param {Buffer} texts each ends with a zero */
const split = (texts) => texts.toString().split('\0').filter(Boolean);

/** @param {number} pid @param {string} file */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch {
    return undefined; // It ended, or belongs to the kernel.
  }
}
