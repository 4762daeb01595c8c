import type { Readable, Writable } from 'node:stream';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { READ_CELLS } from './protocol.ts';
import { readCellsHere } from './sqliteTexts.ts';

/** Serves requests until the input ends and everything asked before has been answered. */
export async function serveRpc(input: Readable, output: Writable): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  const running = new Set<Promise<unknown>>();
  connection.onRequest(READ_CELLS, ({ path, role }) => {
    const answer = readCellsHere(path, role);
    running.add(answer);
    void answer.finally(() => running.delete(answer));
    return answer;
  });
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  connection.listen();
  await closed;
  await Promise.allSettled(running);
  // The answers of the last requests are written after their promises settle.
  await new Promise((resolve) => setImmediate(resolve));
}
