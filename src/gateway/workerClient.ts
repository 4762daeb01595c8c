import {
  CancellationTokenSource,
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import type { ProcessPipes, ProcessResult, RunProcess } from '../platform/process.ts';
import { withoutNodeOptions, type NodeProgram } from './nodeProgram.ts';
import { startWorkerAt } from './workerBoot.ts';

/** How to start the worker. */
export interface WorkerProgram {
  readonly run: RunProcess;
  readonly node: NodeProgram;
  /** `dist/worker.mjs`, or the URL of a worker that is no file; see `startWorkerAt`. */
  readonly workerPath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface AskOptions {
  /** A worker that takes longer is killed. */
  readonly timeoutMs: number;
  /** Asks the worker to give up; its answer still counts. */
  readonly signal?: AbortSignal | undefined;
  /** Before the request is sent: for notifications. */
  readonly prepare?: (connection: MessageConnection) => void;
}

export type WorkerAnswer<Result> =
  | { readonly kind: 'answered'; readonly result: Result }
  /** The worker has ended, so it does nothing any more. */
  | { readonly kind: 'ended'; readonly how: ProcessResult };

/** Starts a worker for one request and ends it. Never throws. */
export async function askWorker<Params, Result>(
  { run, node, workerPath, env }: WorkerProgram,
  type: RequestType<Params, Result, never>,
  params: Params,
  { timeoutMs, signal, prepare }: AskOptions,
): Promise<WorkerAnswer<Result>> {
  const cancellation = new CancellationTokenSource();
  const cancel = (): void => cancellation.cancel();
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const { args, preamble } = startWorkerAt(workerPath);
  const file = { file: node.file, args: [...args, 'rpc'], env: { ...withoutNodeOptions(env), ...node.env } };
  try {
    return await new Promise((resolve) => {
      const talk = (pipes: ProcessPipes): void => {
        if (preamble !== null) pipes.input.write(preamble);
        const connection = connect(pipes);
        prepare?.(connection);
        connection.listen();
        connection
          .sendRequest<Result>(type.method, params, cancellation.token)
          .then((result) => resolve({ kind: 'answered', result }))
          // No answer: how the process ends says more.
          .catch(() => {})
          .finally(() => pipes.input.end());
      };
      void run({ ...file, timeoutMs, talk }).then((how) => resolve({ kind: 'ended', how }));
    });
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function connect({ input, output }: ProcessPipes): MessageConnection {
  const connection = createMessageConnection(new StreamMessageReader(output), new StreamMessageWriter(input));
  // Broken pipes and foreign output end in no answer.
  connection.onError(() => {});
  return connection;
}
