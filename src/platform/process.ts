import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Secret } from './secret.ts';

/** A process as data. There is no shell: `args` arrive as they are. Nothing secret may stand in `args` or `env`. */
export interface ProcessSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Written to stdin, which is then closed. */
  readonly stdin?: string | Secret;
  /** Speaks with the process in place of `stdin` and the collected `stdout`; it has to end `input` for the process to end. */
  readonly talk?: (pipes: ProcessPipes) => void;
  readonly timeoutMs: number;
  /** Per stream; a process that prints more is killed. */
  readonly maxOutputBytes?: number;
}

export interface ProcessPipes {
  readonly input: Writable;
  readonly output: Readable;
}

export type ProcessResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'outputTooLarge' }
  | { readonly kind: 'notStarted'; readonly errno: string };

/** Runs a process to its end. */
export type RunProcess = (spec: ProcessSpec, signal?: AbortSignal) => Promise<ProcessResult>;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const DEFAULT_MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
/** What a process has printed is in the pipes when it exits; who keeps them open longer is a descendant. */
const DRAIN_MS = 200;
const DRAIN_ROUNDS = 8;
/** A process that even SIGKILL does not end (it waits for a device) is not waited for. */
const KILL_GRACE_MS = 2_000;

/**
 * The one place that starts processes. Ends the whole process group on time-out, cancellation or too much output. A result is
 * there soon after the process itself has ended, also when a descendant keeps its pipes open. Never throws.
 */
export const runProcess: RunProcess = (spec, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve({ kind: 'cancelled' });
    const child = start(spec);
    if ('errno' in child) return resolve({ kind: 'notStarted', errno: child.errno });
    let early: ProcessResult | null = null;
    let ended: { readonly code: number | null; readonly killedBy: string | null } | null = null;
    const settle = (result: ProcessResult): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal?.removeEventListener('abort', onAbort);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      child.unref();
      resolve(result);
    };
    const conclude = (): void => {
      if (early) settle(early);
      else if (ended?.code == null) settle({ kind: 'killed', signal: ended?.killedBy ?? 'unknown' });
      else settle({ kind: 'exited', code: ended.code, stdout: stdout.text(), stderr: stderr.text() });
    };
    const end = (why: ProcessResult): void => {
      if (early !== null) return;
      early = why;
      killGroup(child.pid);
      clearTimeout(grace);
      grace = setTimeout(conclude, KILL_GRACE_MS);
    };
    /** Waits as long as something still comes: after this process was busy, a timer runs before what waits in the pipes. */
    const drain = (rounds: number): void => {
      const seen = stdout.size() + stderr.size();
      grace = setTimeout(
        () =>
          setImmediate(() => {
            const isQuiet = stdout.size() + stderr.size() === seen;
            if (isQuiet || rounds <= 1) conclude();
            else drain(rounds - 1);
          }),
        DRAIN_MS,
      );
    };
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => end({ kind: 'timedOut' }), spec.timeoutMs);
    const onAbort = (): void => end({ kind: 'cancelled' });
    signal?.addEventListener('abort', onAbort, { once: true });

    const limit = spec.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
    const tooLarge = (): void => end({ kind: 'outputTooLarge' });
    const stdout = spec.talk === undefined ? collect(child.stdout, limit, tooLarge) : NOTHING;
    const stderr = collect(child.stderr, limit, tooLarge);
    child.once('error', (error: NodeJS.ErrnoException) =>
      settle({ kind: 'notStarted', errno: error.code ?? 'UNKNOWN' }),
    );
    child.once('exit', (code, killedBy) => {
      ended = { code, killedBy };
      clearTimeout(timer);
      if (early) conclude();
      else drain(DRAIN_ROUNDS);
    });
    child.once('close', conclude);
    // A child that never reads its stdin closes the pipe: its exit code tells the story, not our EPIPE.
    child.stdin.on('error', () => {});
    if (spec.talk !== undefined) spec.talk({ input: child.stdin, output: child.stdout });
    else child.stdin.end(spec.stdin instanceof Secret ? spec.stdin.reveal() : (spec.stdin ?? ''));
  });

/**
 * Some failures are thrown (arguments that are too long, a NUL in them, a file where a folder should be), and out of descriptors
 * there are no pipes, and the event comes later than the first use of them.
 */
function start(spec: ProcessSpec): Child | { readonly errno: string } {
  try {
    const child: Child = spawn(spec.file, spec.args, {
      cwd: spec.cwd,
      env: spec.env as NodeJS.ProcessEnv | undefined,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    if ((child.stdout as Readable | undefined) !== undefined) return child;
    child.once('error', () => {});
    return { errno: 'EMFILE' };
  } catch (thrown) {
    const code = (thrown as { code?: unknown } | null)?.code;
    return { errno: typeof code === 'string' ? code : 'UNKNOWN' };
  }
}

interface Collected {
  readonly text: () => string;
  /** Bytes so far. */
  readonly size: () => number;
}

const NOTHING: Collected = { text: () => '', size: () => 0 };

function collect(stream: Readable, limit: number, onTooLarge: () => void): Collected {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onTooLarge();
    else chunks.push(chunk);
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), size: () => size };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
