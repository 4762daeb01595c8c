import { spawn } from 'node:child_process';
import { Secret } from './secret.ts';

/** A process as data. There is no shell: `args` arrive as they are. Nothing secret may stand in `args` or `env`. */
export interface ProcessSpec {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Written to stdin, which is then closed. */
  readonly stdin?: string | Secret;
  readonly timeoutMs: number;
  /** Per stream; a process that prints more is killed. */
  readonly maxOutputBytes?: number;
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

const DEFAULT_MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** The one place that starts processes. Ends the whole process group on time-out, cancellation or too much output. */
export const runProcess: RunProcess = (spec, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve({ kind: 'cancelled' });
    const limit = spec.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
    const child = spawn(spec.file, spec.args, {
      cwd: spec.cwd,
      env: spec.env as NodeJS.ProcessEnv | undefined,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let early: ProcessResult | null = null;
    const end = (why: ProcessResult): void => {
      early ??= why;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => end({ kind: 'timedOut' }), spec.timeoutMs);
    const onAbort = (): void => end({ kind: 'cancelled' });
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (result: ProcessResult): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };

    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) end({ kind: 'outputTooLarge' });
        else chunks.push(chunk);
      });
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.once('error', (error: NodeJS.ErrnoException) =>
      settle({ kind: 'notStarted', errno: error.code ?? 'UNKNOWN' }),
    );
    child.once('close', (code, killedBy) => {
      if (early) settle(early);
      else if (code === null) settle({ kind: 'killed', signal: killedBy ?? 'unknown' });
      else settle({ kind: 'exited', code, stdout: stdout(), stderr: stderr() });
    });
    // A child that never reads its stdin closes the pipe: its exit code tells the story, not our EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(spec.stdin instanceof Secret ? spec.stdin.reveal() : (spec.stdin ?? ''));
  });

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
