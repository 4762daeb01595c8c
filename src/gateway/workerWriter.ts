import type { Change, LockHolder, Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { ProcessResult, RunProcess } from '../platform/process.ts';
import type { Secret } from '../platform/secret.ts';
import { decodeOutcome, encodeApply } from './applyMessage.ts';
import { readBack, revisionBefore } from './jsonStore/readBack.ts';
import { LOCK_WAIT_MS, MAX_HOLD_MS } from './jsonStore/storeLock.ts';
import type { JsonWriteContext, WriteJson } from './jsonStore/writer.ts';
import { isWorkerNode, type NodeLocator } from './nodeProgram.ts';
import { APPLY, WAITING } from './protocol.ts';
import { askWorker } from './workerClient.ts';

export interface WorkerWriterOptions {
  readonly run: RunProcess;
  readonly nodes: NodeLocator;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The account's home directory, absolute. */
  readonly home: string;
  /** `dist/worker.mjs`. */
  readonly workerPath: string;
  /** Of the fingerprints that changes carry. */
  readonly fingerprintKey: Secret;
  readonly logger: Logger;
}

/** Starting a Node on a busy machine, and reading and writing beside the time for the lock. */
const MARGIN_MS = 20_000;

/**
 * Writes in a worker that lives for one change: an editor that stays open for days never holds the gateway's lock, and one that
 * is killed leaves a worker that finishes, or gives up while it waits. A worker that dies is followed by a look at the files.
 */
export function createWorkerWriter(options: WorkerWriterOptions): WriteJson {
  return async (change, context, signal) => {
    try {
      return await writeInWorker(options, change, context, signal);
    } catch (thrown) {
      return { kind: 'notDone', error: AppError.from(thrown) };
    }
  };
}

async function writeInWorker(
  { run, nodes, env, home, workerPath, fingerprintKey, logger }: WorkerWriterOptions,
  change: Change,
  context: JsonWriteContext,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const params = encodeApply(change, context, fingerprintKey);
  const node = await nodes.find({ env, home, besides: [] }, isWorkerNode);
  if (node === null) throw new AppError('processFailed', { reason: 'noNode' });
  const before = await revisionBefore(context);
  signal?.throwIfAborted();
  const answer = await askWorker({ run, node, workerPath, env }, APPLY, params, {
    timeoutMs: (context.lockWaitMs ?? LOCK_WAIT_MS) + MAX_HOLD_MS + MARGIN_MS,
    signal,
    prepare: (connection) =>
      void connection.onNotification(WAITING, (holder: LockHolder) => context.onWaiting?.(holder)),
  });
  const outcome = answer.kind === 'answered' ? decodeOutcome(answer.result) : null;
  if (outcome !== null) return outcome;
  const error = failureOf(answer.kind === 'ended' ? answer.how : null);
  logger.warn('the worker ended without an answer', error.details);
  return readBack(change, context, before, error);
}

function failureOf(how: ProcessResult | null): AppError {
  const details = { reason: how?.kind ?? 'noOutcome' };
  if (how?.kind === 'exited') return new AppError('processFailed', { ...details, exitCode: how.code });
  if (how?.kind === 'notStarted') return new AppError('processFailed', { ...details, errno: how.errno });
  return new AppError('processFailed', how?.kind === 'killed' ? { ...details, signal: how.signal } : details);
}
