import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { PassThrough, Readable, type Writable } from 'node:stream';
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
  /** Of what is collected: `latin1` keeps each byte as a character, for programs that do not print UTF-8. */
  readonly encoding?: 'utf8' | 'latin1';
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
    const { encoding = 'utf8' } = spec;
    const stdout = spec.talk === undefined ? collect(child.stdout, { limit, encoding }, tooLarge) : NOTHING;
    const stderr = collect(child.stderr, { limit, encoding }, tooLarge);
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

/** How a process that was opened has ended. */
export type ProcessEnd =
  Extract<ProcessResult, { kind: 'killed' | 'notStarted' }> | { readonly kind: 'exited'; readonly code: number };

/** A process that stays until its input ends. */
export interface OpenedProcess extends ProcessPipes {
  /** The end of what it has printed to stderr. */
  readonly stderr: () => Buffer;
  /** Never rejects. What the process printed to stderr is there by then. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the whole process group at once. */
  readonly kill: () => void;
}

/** Starts a process as data. Never throws: one that could not be started has ended. */
export type OpenProcess = (spec: Pick<ProcessSpec, 'file' | 'args' | 'env'>) => OpenedProcess;

const STDERR_TAIL_BYTES = 64 * 1024;

export const openProcess: OpenProcess = (spec) => {
  const child = start(spec);
  if ('errno' in child) {
    const ended = Promise.resolve<ProcessEnd>({ kind: 'notStarted', errno: child.errno });
    return {
      input: new PassThrough().resume(),
      output: Readable.from([]),
      stderr: () => Buffer.alloc(0),
      ended,
      kill() {},
    };
  }
  let tail = Buffer.alloc(0);
  child.stderr.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-STDERR_TAIL_BYTES);
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<ProcessEnd>((resolve) => {
    let end: ProcessEnd = { kind: 'killed', signal: 'unknown' };
    const conclude = (): void => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      resolve(end);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      end = { kind: 'notStarted', errno: error.code ?? 'UNKNOWN' };
      conclude();
    });
    child.once('exit', (code, signal) => {
      end = code === null ? { kind: 'killed', signal: signal ?? 'unknown' } : { kind: 'exited', code };
      // A descendant may keep the pipes: that of ssh which others share does.
      setTimeout(conclude, DRAIN_MS);
    });
    child.once('close', conclude);
  });
  return { input: child.stdin, output: child.stdout, stderr: () => tail, ended, kill: () => killGroup(child.pid) };
};

/**
 * Some failures are thrown (arguments that are too long, a NUL in them, a file where a folder should be), and out of descriptors
 * there are no pipes, and the event comes later than the first use of them.
 */
function start(spec: Pick<ProcessSpec, 'file' | 'args' | 'env' | 'cwd'>): Child | { readonly errno: string } {
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

function collect(
  stream: Readable,
  { limit, encoding }: { readonly limit: number; readonly encoding: 'utf8' | 'latin1' },
  onTooLarge: () => void,
): Collected {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onTooLarge();
    else chunks.push(chunk);
  });
  return { text: () => Buffer.concat(chunks).toString(encoding), size: () => size };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
