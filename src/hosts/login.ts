import type { PackedWorker } from '../gateway/workerBoot.ts';
import type { ProcessPipes } from '../platform/process.ts';
import type { Disposable } from '../platform/lifetime.ts';
import type { Timers } from '../platform/timers.ts';
import { bootInput, parseBootLine, type BootLine, type BootRequest, type NodeProblem } from './bootstrap.ts';
import { HostFailure } from './hostFailure.ts';

export interface LoginOptions {
  readonly boot: BootRequest;
  /** Sent once the host has named a Node; not for a probe. */
  readonly worker: PackedWorker | null;
  readonly timers: Timers;
  readonly timeoutMs: number;
}

export interface LoggedIn {
  /** What the host said of itself. */
  readonly lines: readonly BootLine[];
  /** What came after the worker's first line. */
  readonly rest: Buffer;
}

/** Of start-up files; more is a failure. */
const MAX_NOISE_BYTES = 4 * 1024 * 1024;
/** Of one line of ours. */
const MAX_LINE_BYTES = 8 * 1024;
/** The pipes of a process that could not be started never end; they are only closed. */
const ENDS = ['end', 'close'] as const;

/**
 * Talks with a host until the worker runs there, or for a probe until the host has described itself. Whatever is printed without
 * the mark is noise. Rejects with a `HostFailure`; how the process ends is for the caller to look at (`ended`).
 */
export function logIn({ input, output }: ProcessPipes, options: LoginOptions): Promise<LoggedIn> {
  const { boot, worker, timers, timeoutMs } = options;
  const lines: BootLine[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let bytes = 0;
  return new Promise((resolve, reject) => {
    let limit: Disposable | null = null;
    const stop = (settle: () => void): void => {
      limit?.dispose();
      output.off('data', take);
      for (const event of ENDS) output.off(event, onEnd);
      output.pause();
      settle();
    };
    const fail = (failure: HostFailure): void => stop(() => reject(failure));
    const onEnd = (): void =>
      worker === null ? stop(() => resolve({ lines, rest })) : fail(new HostFailure('loginEnded'));
    const hear = (line: string): boolean => {
      if (worker !== null && line === `${boot.mark} up`) {
        stop(() => resolve({ lines, rest }));
        return false;
      }
      const said = parseBootLine(line, boot.mark);
      if (said === null) return true;
      lines.push(said);
      if (worker === null) return true;
      if (said.kind === 'node') input.write(worker.bytes);
      if (said.kind === 'noNode') fail(failureOf(said.problem));
      return said.kind !== 'noNode';
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = rest.toString('utf8', 0, end).trimEnd();
        rest = rest.subarray(end + 1);
        if (!hear(line)) return;
      }
      // The end of a line that is too long begins with no mark.
      if (rest.length > MAX_LINE_BYTES) rest = Buffer.from('…');
      if (bytes > MAX_NOISE_BYTES) fail(new HostFailure('loginTooNoisy', { bytes }));
    };
    output.on('data', take);
    for (const event of ENDS) output.once(event, onEnd);
    limit = timers.after(timeoutMs, () => fail(new HostFailure('loginTimedOut')));
    input.write(bootInput(boot));
  });
}

function failureOf(problem: NodeProblem): HostFailure {
  if (problem.kind === 'tooOld') return new HostFailure('nodeTooOld', { version: problem.version });
  return new HostFailure(problem.kind === 'missing' ? 'nodeMissing' : 'nodeBroken');
}
