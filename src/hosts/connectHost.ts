import { randomBytes } from 'node:crypto';
import { HELLO, type HelloAnswer } from '../gateway/linkProtocol.ts';
import { withoutNodeOptions } from '../gateway/nodeProgram.ts';
import type { PackedWorker } from '../gateway/workerBoot.ts';
import { encodeKey } from '../gateway/applyMessage.ts';
import { AppError } from '../domain/errors.ts';
import type { OpenProcess, OpenedProcess, ProcessResult, RunProcess } from '../platform/process.ts';
import type { Secret } from '../platform/secret.ts';
import type { Timers } from '../platform/timers.ts';
import type { BootLine, BootMode } from './bootstrap.ts';
import { classifyEnding } from './classify.ts';
import { scriptCommand, sharingCommand, type Reach, type SharingTask } from './hostCommand.ts';
import { HostFailure } from './hostFailure.ts';
import type { HostSpec } from './hostSpec.ts';
import { logIn, type LoggedIn } from './login.ts';
import { WorkerLink } from './workerLink.ts';

export interface HostAccess {
  readonly spec: HostSpec;
  readonly reach: Reach;
  /** The editor's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly open: OpenProcess;
  readonly run: RunProcess;
  readonly timers: Timers;
}

export interface WorkerToSend {
  readonly packed: PackedWorker;
  /** Of the extension: a worker of another one is not talked with. */
  readonly version: string;
  /** `LocalOptions.machine` of the host. */
  readonly machine: string;
  readonly fingerprintKey: Secret;
}

/** For start-up files and the search for a Node, and for 100 KiB over a slow link. */
const LOGIN_LIMIT_MS = 150_000;
const PROBE_LIMIT_MS = 60_000;
const HELLO_LIMIT_MS = 30_000;
const SHARING_LIMIT_MS = 3_000;
const MARK_BYTES = 16;

/** Starts a worker on a host. Throws `HostFailure`, and `AppError` `cancelled`. */
export async function connectHost(access: HostAccess, worker: WorkerToSend, signal?: AbortSignal): Promise<WorkerLink> {
  const started = start(access, signal);
  const { rest } = await started.logIn('run', worker.packed);
  const { spec, timers } = access;
  const link = new WorkerLink({ process: started.process, rest, timers, explain: () => started.explain(true) });
  try {
    const { version, packed, machine, fingerprintKey } = worker;
    const hello = { version, machine, stateDir: spec.stateDir ?? null, openclaw: spec.openclaw ?? null };
    const params = { ...hello, fingerprintKey: encodeKey(fingerprintKey) };
    const answer = await link.request(HELLO, params, { timeoutMs: HELLO_LIMIT_MS, signal });
    if (!isOurs(answer, worker.version, packed)) throw new HostFailure('workerMismatch');
    return link;
  } catch (thrown) {
    link.dispose();
    throw thrown;
  }
}

/** Asks a host what it is, and starts nothing there. Throws as {@link connectHost} does. */
export async function probeHost(access: HostAccess, signal?: AbortSignal): Promise<readonly BootLine[]> {
  const { lines } = await start(access, signal).logIn('probe', null);
  return lines;
}

/** So that the next connection does not go through a shared one that is dead. Never throws. */
export async function closeSharing(access: HostAccess): Promise<void> {
  await askSharing('stop', access);
}

/** Whether a shared connection stands, so that nobody has to log in. Asks nothing of the host. Never throws. */
export async function isSharing(access: HostAccess): Promise<boolean> {
  const result = await askSharing('check', access);
  return result?.kind === 'exited' && result.code === 0;
}

async function askSharing(task: SharingTask, { spec, reach, env, run }: HostAccess): Promise<ProcessResult | null> {
  const command = sharingCommand(task, spec, reach);
  if (command === null) return null;
  return run({ ...command, env: { ...env, ...command.env }, timeoutMs: SHARING_LIMIT_MS });
}

function isOurs(answer: HelloAnswer | null, version: string, packed: PackedWorker): boolean {
  return answer !== null && answer.version === version && answer.sha256 === packed.sha256;
}

interface Started {
  readonly process: OpenedProcess;
  /** Ends the process where it fails. */
  readonly logIn: (mode: BootMode, worker: PackedWorker | null) => Promise<LoggedIn>;
  /** Why the process ended, once it has. */
  readonly explain: (wasUp: boolean) => Promise<HostFailure>;
}

function start({ spec, reach, env, open, timers }: HostAccess, signal: AbortSignal | undefined): Started {
  if (signal?.aborted === true) throw new AppError('cancelled');
  const command = scriptCommand(spec, reach);
  const process = open({ ...command, env: { ...withoutNodeOptions(env), ...command.env } });
  const hasAgent = (env['SSH_AUTH_SOCK'] ?? '') !== '';
  const explain = async (wasUp: boolean): Promise<HostFailure> =>
    classifyEnding({ kind: spec.kind, end: await process.ended, stderr: process.stderr(), hasAgent, wasUp });
  return {
    process,
    explain,
    logIn: async (mode, worker) => {
      const boot = { mark: randomBytes(MARK_BYTES).toString('hex'), node: spec.node, mode };
      const timeoutMs = worker === null ? PROBE_LIMIT_MS : LOGIN_LIMIT_MS;
      const onAbort = (): void => process.kill();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        const found = await logIn(process, { boot, worker, timers, timeoutMs });
        // A probe ends like a connection that failed, only that it has said something.
        if (worker === null && found.lines.length === 0) throw new HostFailure('loginEnded');
        return found;
      } catch (thrown) {
        const isEnd = thrown instanceof HostFailure && thrown.code === 'loginEnded';
        if (!isEnd) process.kill();
        if (signal?.aborted === true) throw new AppError('cancelled', {}, { cause: thrown });
        throw isEnd ? await explain(false) : thrown;
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}
