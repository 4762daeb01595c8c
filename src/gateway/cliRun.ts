import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';
import type { Release } from '../domain/release.ts';
import type { Logger } from '../platform/logger.ts';
import type { ProcessResult, RunProcess } from '../platform/process.ts';
import type { Secret } from '../platform/secret.ts';
import { withoutNodeOptions } from './nodeProgram.ts';
import type { OpenclawProgram } from './openclawProgram.ts';
import type { GatewayPaths } from './paths.ts';

export interface CliContext {
  readonly program: OpenclawProgram;
  readonly paths: GatewayPaths;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunProcess;
  readonly logger: Logger;
  /** First wait behind a busy store, ms. */
  readonly busyWaitMs?: number;
}

export interface CliCall {
  /** For the log; the arguments hold ids, which may hold anything. */
  readonly name: string;
  /** No secret among them. */
  readonly args: readonly string[];
  readonly stdin?: Secret;
  readonly signal?: AbortSignal | undefined;
  /** Exit codes that come with an answer on stdout, beside 0. */
  readonly answers?: readonly number[];
  /** 60 s when left out. */
  readonly timeoutMs?: number;
  /** Conditions that a failure is searched for, in turn; the first that is found is the `reason` of the error `cliFailed`. */
  readonly conditions?: readonly (readonly [RegExp, string])[];
}

export type CliAnswer =
  { readonly kind: 'ok'; readonly stdout: string } | { readonly kind: 'failed'; readonly error: AppError };

const TIMEOUT_MS = 60_000;
/** Another command of the release holds the store (2026.9.6). */
const EXIT_BUSY = 78;
const BUSY_TRIES = 5;
const BUSY_WAIT_MS = 300;

/** Runs one `openclaw` command on exactly the gateway that the paths name; a busy store is tried again, with longer and longer waits. */
export async function runOpenclaw(context: CliContext, call: CliCall): Promise<CliAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await runOnce(context, call);
    const isBusy = result.kind === 'exited' && result.code === EXIT_BUSY;
    if (!isBusy || attempt === BUSY_TRIES) return toAnswer(result, context.program.release, call);
    const waitMs = (context.busyWaitMs ?? BUSY_WAIT_MS) * 2 ** (attempt - 1);
    // A cancellation ends the wait; the next run then answers it.
    await sleep(waitMs, undefined, call.signal ? { signal: call.signal } : {}).catch(() => {});
  }
}

async function runOnce({ program, paths, env, run, logger }: CliContext, call: CliCall): Promise<ProcessResult> {
  const result = await run(
    {
      file: program.file,
      args: [...program.leadingArgs, ...call.args],
      env: callEnvironment(env, paths, program),
      cwd: paths.stateDir,
      timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
      ...(call.stdin ? { stdin: call.stdin } : {}),
    },
    call.signal,
  );
  const details = { kind: result.kind, exitCode: result.kind === 'exited' ? result.code : null };
  logger.info('openclaw was run', { command: call.name, ...details });
  return result;
}

/** The user's environment, pinned to this gateway. */
function callEnvironment(
  env: CliContext['env'],
  paths: GatewayPaths,
  program: OpenclawProgram,
): Record<string, string | undefined> {
  return {
    ...withoutNodeOptions(env),
    // With a moved directory 2026.9.6 would write beside the store that the gateway's agents inherit from.
    OPENCLAW_AGENT_DIR: undefined,
    PI_CODING_AGENT_DIR: undefined,
    OPENCLAW_PROFILE: undefined,
    ...program.env,
    OPENCLAW_STATE_DIR: paths.stateDir,
    OPENCLAW_CONFIG_PATH: paths.configPath,
    OPENCLAW_HIDE_BANNER: '1',
    NO_COLOR: '1',
  };
}

/** Its output is searched for known conditions and otherwise dropped: it may quote what it was given. */
function toAnswer(result: ProcessResult, release: Release | null, call: CliCall): CliAnswer {
  const details = { release: release?.text ?? null };
  switch (result.kind) {
    case 'exited': {
      if (result.code === 0 || call.answers?.includes(result.code) === true)
        return { kind: 'ok', stdout: result.stdout };
      const output = result.stdout + result.stderr;
      if (/AUTH_PROFILE_MIGRATION_REQUIRED|requires legacy credential migration/.test(output))
        return failed('storeRetired', details);
      if (/(?:has no command|does not recognize|unknown command|unknown option)/i.test(output))
        return failed('cliUnsupported', details);
      if (result.code === EXIT_BUSY) return failed('storeBusy', { ...details, exitCode: result.code });
      const reason = call.conditions?.find(([words]) => words.test(output))?.[1];
      return failed('cliFailed', { ...details, exitCode: result.code, ...(reason === undefined ? {} : { reason }) });
    }
    case 'timedOut':
      return failed('processTimedOut', { ...details, timeoutMs: call.timeoutMs ?? TIMEOUT_MS });
    case 'cancelled':
      return failed('cancelled', {});
    case 'notStarted':
      return failed(result.errno === 'ENOENT' ? 'cliMissing' : 'processFailed', { ...details, errno: result.errno });
    case 'killed':
      return failed('processFailed', { ...details, signal: result.signal });
    case 'outputTooLarge':
      return failed('processFailed', { ...details, reason: 'outputTooLarge' });
  }
}

function failed(code: AppError['code'], details: AppError['details']): CliAnswer {
  return { kind: 'failed', error: new AppError(code, details) };
}
