// @ts-check
/**
 * Reads the command line and the environment of every process, over and over, in a thread of its own, and notes where a
 * mark stands. Linux only: elsewhere there is no /proc.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { findNeedle } from './marks.mjs';

/** Pause between two passes. A pass over 200 processes takes a few milliseconds. */
const PAUSE_MS = 20;

/**
 * @typedef {{channel: 'argv' | 'environ', pid: number, program: string, spelling: string}} ProcessLeak
 * @typedef {{passes: number, seen: number, leaks: ProcessLeak[]}} ProcessReport
 */

/**
 * @param {object} options
 * @param {import('./marks.mjs').Marks} options.marks
 * @param {string} options.root what the environment of our own processes names: the demonstration's mark counts only there
 */
export function watchProcesses({ marks, root }) {
  const { needles, ownNeedles } = marks;
  const worker = new Worker(new URL(import.meta.url), { workerData: { needles, ownNeedles, root } });
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
  /** @param {ProcessLeak['channel']} channel @param {number} pid @param {Buffer} bytes @param {boolean} isOurs */
  const look = (channel, pid, bytes, isOurs) => {
    const spelling = findNeedle(bytes, isOurs ? needles : ownNeedles);
    if (spelling === undefined) return;
    const program = read(pid, 'comm')?.toString().trim() ?? 'ended';
    leaks.set(`${channel} ${pid} ${spelling}`, { channel, pid, program, spelling });
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
      look('argv', pid, cmdline, isOurs);
      look('environ', pid, environ, isOurs);
    }
  };
  const timer = setInterval(pass, PAUSE_MS);
  parentPort?.once('message', () => {
    clearInterval(timer);
    pass();
    parentPort?.postMessage({ passes, seen: seen.size, leaks: [...leaks.values()] });
  });
}

/** @param {number} pid @param {string} file */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch {
    return undefined; // It ended, or belongs to the kernel.
  }
}
