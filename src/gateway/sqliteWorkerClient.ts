import { parseJson } from '../platform/json.ts';
import type { RunProcess } from '../platform/process.ts';
import { withoutNodeOptions, type NodeLocator, type NodeSearch } from './nodeProgram.ts';
import { READ_CELLS, type ReadCellsParams } from './protocol.ts';
import { readCellsHere, type DatabaseCells, type ReadCells } from './sqliteTexts.ts';

export interface SqliteReaderOptions {
  readonly run: RunProcess;
  readonly nodes: NodeLocator;
  readonly search: NodeSearch;
  /** `dist/worker.mjs` beside the extension. */
  readonly workerPath: string;
}

const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Reads databases in this process or, where its Node has no `node:sqlite`, in the worker under a Node that has. */
export function createReadCells(options: SqliteReaderOptions): ReadCells {
  return async (path, role) => (await readCellsHere(path, role)) ?? (await readInWorker(options, { path, role }));
}

async function readInWorker(options: SqliteReaderOptions, params: ReadCellsParams): Promise<DatabaseCells | null> {
  const node = await options.nodes.findWithSqlite(options.search);
  if (node === null) return null;
  const result = await options.run({
    file: node.file,
    args: [options.workerPath, 'rpc'],
    env: { ...withoutNodeOptions(options.search.env), ...node.env },
    stdin: frame({ jsonrpc: '2.0', id: 1, method: READ_CELLS.method, params }),
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (result.kind !== 'exited') return { kind: 'problem', problem: 'ioError' };
  const answer = parseAnswer(result.stdout);
  return answer === null ? { kind: 'problem', problem: 'ioError' } : (answer.result as DatabaseCells | null);
}

function frame(message: object): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;
}

/** The first framed message; `null` for an output that is no complete answer. */
function parseAnswer(output: string): { readonly result: unknown } | null {
  const header = /^Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(output);
  if (header === null) return null;
  const body = Buffer.from(output.slice(header[0].length)).subarray(0, Number(header[1]));
  const message = parseJson(body.toString('utf8'));
  return typeof message === 'object' && message !== null && 'result' in message ? message : null;
}
