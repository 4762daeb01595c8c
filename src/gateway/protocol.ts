import { RequestType } from 'vscode-jsonrpc/node';
import type { DatabaseCells, DatabaseRole } from './sqliteTexts.ts';

export interface ReadCellsParams {
  readonly path: string;
  readonly role: DatabaseRole;
}

/** Reads one database in the worker; `null` where its Node cannot. The answer holds secrets and goes through the pipe only. */
export const READ_CELLS = new RequestType<ReadCellsParams, DatabaseCells | null, never>('store/readCells');
