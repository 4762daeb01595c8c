import type { RunProcess } from '../platform/process.ts';
import type { NodeLocator, NodeSearch } from './nodeProgram.ts';
import { READ_CELLS, READ_SESSION_ROWS, type ReadCellsParams } from './protocol.ts';
import { readSessionRowsHere, type ReadSessionRows } from './sqliteSessions.ts';
import { readCellsHere, type DatabaseCells, type ReadCells } from './sqliteTexts.ts';
import { askWorker } from './workerClient.ts';

export interface SqliteReaderOptions {
  readonly run: RunProcess;
  readonly nodes: NodeLocator;
  readonly search: NodeSearch;
  /** `dist/worker.mjs` beside the extension. */
  readonly workerPath: string;
}

const TIMEOUT_MS = 20_000;

/** Reads databases in this process or, where its Node has no `node:sqlite`, in the worker under a Node that has. */
export function createReadCells(options: SqliteReaderOptions): ReadCells {
  return async (path, role) => (await readCellsHere(path, role)) ?? (await readInWorker(options, { path, role }));
}

async function readInWorker(options: SqliteReaderOptions, params: ReadCellsParams): Promise<DatabaseCells | null> {
  const node = await options.nodes.findWithSqlite(options.search);
  if (node === null) return null;
  const { run, workerPath, search } = options;
  const program = { run, node, workerPath, env: search.env };
  const answer = await askWorker(program, READ_CELLS, params, { timeoutMs: TIMEOUT_MS });
  return answer.kind === 'answered' ? answer.result : { kind: 'problem', problem: 'ioError' };
}

export function createReadSessionRows({ run, nodes, search, workerPath }: SqliteReaderOptions): ReadSessionRows {
  return async (path) => {
    const here = await readSessionRowsHere(path);
    const node = here === null ? await nodes.findWithSqlite(search) : null;
    if (node === null) return here;
    const program = { run, node, workerPath, env: search.env };
    const answer = await askWorker(program, READ_SESSION_ROWS, { path }, { timeoutMs: TIMEOUT_MS });
    return answer.kind === 'answered' ? answer.result : { kind: 'problem' };
  };
}
