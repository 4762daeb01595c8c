import { NotificationType, RequestType } from 'vscode-jsonrpc/node';
import type { LockHolder } from '../domain/change.ts';
import type { ApplyParams, OutcomeMessage } from './applyMessage.ts';
import type { SessionRows } from './sqliteSessions.ts';
import type { DatabaseCells, DatabaseRole } from './sqliteTexts.ts';

export interface ReadCellsParams {
  readonly path: string;
  readonly role: DatabaseRole;
}

/** Reads one database in the worker; `null` where its Node cannot. The answer holds secrets and goes through the pipe only. */
export const READ_CELLS = new RequestType<ReadCellsParams, DatabaseCells | null, never>('store/readCells');

/** The sessions in one agent's database; `null` where the worker's Node cannot read it. */
export const READ_SESSION_ROWS = new RequestType<{ readonly path: string }, SessionRows | null, never>(
  'store/readSessionRows',
);

/**
 * Makes one change in the files of a JSON era. Cancelling it, or ending the input, stops it while it waits for the lock; a
 * write that has begun is finished. `null`: the request was not understood.
 */
export const APPLY = new RequestType<ApplyParams, OutcomeMessage | null, never>('store/apply');

/** While a change waits: who holds the lock. */
export const WAITING = new NotificationType<LockHolder>('store/waiting');
