import { spawn } from 'node:child_process';
import * as path from 'node:path';

/** Without the advice to rename every `.ts` file that Node runs. */
const QUIET = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  /** Words before `node`, such as `unshare` with its options. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly onStart?: (pid: number) => void;
  /** Called with all of the standard output so far. */
  readonly onOutput?: (stdout: string) => void;
  /** The process, and what it started, is ended with SIGKILL after this time, or when the signal says so. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs one of the programs beside this file under this Node.js, to its end. */
export function runSupport(file: string, args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const program = [process.execPath, QUIET, path.join(import.meta.dirname, file), ...args];
  const [command = '', ...rest] = [...(options.prefix ?? []), ...program];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a process behind `unshare` or `faketime` is ended with it.
      detached: true,
    });
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(end, options.timeoutMs);
    options.signal?.addEventListener('abort', end);
    process.once('exit', end);
    if (child.pid !== undefined) options.onStart?.(child.pid);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onOutput?.(stdout);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      process.off('exit', end);
      resolve({ code, stdout, stderr });
    });
  });
}

/** As `runSupport`, but it must end by itself without an error. */
export async function runSupportWell(file: string, args: readonly string[], options?: ChildOptions): Promise<string> {
  const { code, stdout, stderr } = await runSupport(file, args, options);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${String(code)}:\n${stderr}`);
  return stdout;
}
