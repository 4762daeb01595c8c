import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { WriterAnswer, WriterRequest } from './scene.ts';

/** How strace stands beside the writer. */
export interface Trace {
  readonly strace: string;
  /** Its own arguments, for a writer with this pid. */
  readonly args: (pid: number) => readonly string[];
  /** Where to leave what it saw; `null`: nowhere. */
  readonly logFile: string | null;
}

export interface WriterRun {
  readonly answer: WriterAnswer | null;
  readonly signal: NodeJS.Signals | null;
  readonly pid: number;
  readonly trace: string;
  readonly stderr: string;
}

/** Longer than the writer waits for anything. */
const TIMEOUT_MS = 60_000;

/**
 * One file of the writer program, which starts in a third of the time. `root` holds `src` and `test/faults/support`: the
 * repository, or a copy with a safeguard taken out.
 */
export async function bundleWriter(root: string, outFile: string): Promise<void> {
  await build({
    entryPoints: [path.join(root, 'test/faults/support/writer.ts')],
    outfile: outFile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // The UMD builds call `require` in ways that a bundler cannot follow.
    mainFields: ['module', 'main'],
    nodePaths: [path.resolve(import.meta.dirname, '../../../node_modules')],
    logLevel: 'silent',
  });
}

/** Starts the writer, lets strace attach when it is ready, and hands it the request. `prefix` goes before the command. */
export async function runWriter(
  bundle: string,
  request: WriterRequest,
  trace: Trace | null = null,
  prefix: readonly string[] = [],
): Promise<WriterRun> {
  const [command, ...args] = [...prefix, process.execPath, bundle];
  // strace counts calls by thread, so there is to be one for the files.
  const env = { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const output = collect(child);
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  child.stdin.on('error', () => {});
  try {
    await output.has('ready\n', closed);
    const pid = child.pid ?? 0;
    const tracer = trace === null ? null : await attach(trace, pid);
    child.stdin.end(`${JSON.stringify(request)}\n`);
    const [, signal] = await closed;
    await tracer?.ended;
    const line = output
      .stdout()
      .split('\n')
      .find((text) => text.startsWith('{'));
    return {
      answer: line === undefined ? null : (JSON.parse(line) as WriterAnswer),
      signal,
      pid,
      trace: takeLog(trace),
      stderr: output.stderr(),
    };
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}

async function attach({ strace, args, logFile }: Trace, pid: number): Promise<{ ended: Promise<unknown> }> {
  const tracer = spawn(strace, ['-f', '-o', logFile ?? '/dev/null', ...args(pid), '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(tracer, 'close');
  const output = collect(tracer);
  await output.has('attached', ended, 'stderr');
  return { ended };
}

function takeLog(trace: Trace | null): string {
  if (trace?.logFile == null) return '';
  const text = readFileSync(trace.logFile, 'utf8');
  rmSync(trace.logFile);
  return text;
}

function collect(child: ChildProcess): {
  stdout: () => string;
  stderr: () => string;
  has: (text: string, closed: Promise<unknown>, stream?: 'stdout' | 'stderr') => Promise<void>;
} {
  const texts = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  return {
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    has: async (wanted, closed, stream = 'stdout') => {
      const state = { isClosed: false };
      void closed.then(() => (state.isClosed = true));
      while (!texts[stream].includes(wanted)) {
        if (state.isClosed) throw new Error(`A child ended before it said “${wanted.trim()}”: ${texts.stderr}`);
        const source = child[stream];
        if (source === null) throw new Error('A child without output.');
        await Promise.race([once(source, 'data'), closed]);
      }
    },
  };
}
