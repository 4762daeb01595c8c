import type { Readable, Writable } from 'node:stream';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { LockHolder } from '../domain/change.ts';
import { systemClock } from '../platform/clock.ts';
import { decodeApply, encodeOutcome, type OutcomeMessage } from './applyMessage.ts';
import { limitHold } from './holdLimit.ts';
import { writeJsonChange } from './jsonStore/writer.ts';
import { APPLY, READ_CELLS, READ_SESSION_ROWS, WAITING } from './protocol.ts';
import { readSessionRowsHere } from './sqliteSessions.ts';
import { readCellsHere } from './sqliteTexts.ts';

const STOP_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Serves requests until the input ends and everything asked before has been answered. */
export async function serveRpc(input: Readable, output: Writable): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  // Whoever asked may be gone; what was begun is finished all the same.
  connection.onError(() => {});
  output.on('error', () => {});
  const running = new Set<Promise<unknown>>();
  const track = <T>(answer: Promise<T>): Promise<T> => {
    running.add(answer);
    void answer.finally(() => running.delete(answer)).catch(() => {});
    return answer;
  };
  connection.onRequest(READ_CELLS, ({ path, role }) => track(readCellsHere(path, role)));
  connection.onRequest(READ_SESSION_ROWS, ({ path }) => track(readSessionRowsHere(path)));
  connection.onRequest(APPLY, (params, token) => track(apply(connection, params, token)));
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  connection.listen();
  // Who read the worker's own text from it has stopped it.
  input.resume();
  await closed;
  await Promise.allSettled(running);
  // The answers of the last requests are written after their promises settle.
  await new Promise((resolve) => setImmediate(resolve));
}

/** The asker may cancel, end the input or stop the process: each means the same, as long as nothing has been written. */
async function apply(
  connection: MessageConnection,
  params: unknown,
  token: CancellationToken,
): Promise<OutcomeMessage | null> {
  const message = decodeApply(params, systemClock);
  if (message === null) return null;
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  token.onCancellationRequested(cancel);
  connection.onClose(cancel);
  for (const signal of STOP_SIGNALS) process.on(signal, cancel);
  const onWaiting = (holder: LockHolder): void => {
    // Nobody listens any more.
    connection.sendNotification(WAITING, holder).catch(() => {});
  };
  try {
    const context = { ...message.context, onWaiting, onHeld: () => limitHold() };
    return encodeOutcome(await writeJsonChange(message.change, context, controller.signal));
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, cancel);
  }
}
