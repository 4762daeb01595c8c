import { loadSqlite, readDatabase, type Database, type DatabaseRead } from './sqliteDatabase.ts';
import type { StoreProblem } from '../domain/snapshot.ts';

/** One cell of JSON text in a database. */
export type Cell =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly problem: StoreProblem };

/** The two documents of one owner: credentials, and order with usage. */
export interface Cells {
  readonly store: Cell;
  readonly state: Cell;
}

/** What one database holds for us. The texts hold secrets: they go to the parser and nowhere else. */
export type DatabaseCells =
  | (Cells & {
      readonly kind: 'cells';
      /** State database only: the shared credentials live here and not in the shared agent's database (from 2026.8). */
      readonly isSharedOwner: boolean;
      /** `schema_meta.app_version`, the release that made the database, where it says so (from 2026.8). */
      readonly appVersion: string | null;
    })
  | { readonly kind: 'missing' }
  | { readonly kind: 'problem'; readonly problem: StoreProblem };

export type DatabaseRole = 'state' | 'agent';

/** Reads databases in this process or, where its Node cannot, in another. `null`: no Node here can. */
export type ReadCells = (path: string, role: DatabaseRole) => Promise<DatabaseCells | null>;

/** Newest `user_version` seen per role (2026.9.6). Up to here the shape of the tables decides; a later one is not read. */
const NEWEST_SCHEMA: Readonly<Record<DatabaseRole, number>> = { state: 18, agent: 23 };
const MAX_CELL_BYTES = 16 * 1024 * 1024;
const EMPTY: Cells = { store: { kind: 'absent' }, state: { kind: 'absent' } };

/** Reads the cells in this process; `null` where its Node has no `node:sqlite`. */
export const readCellsHere: ReadCells = async (path, role) => {
  const open = await loadSqlite();
  if (open === null) return null;
  const read: DatabaseRead<DatabaseCells> = await readDatabase(open, path, (database) =>
    role === 'state' ? readStateDatabase(database) : readAgentDatabase(database),
  );
  return read.kind === 'ok' ? read.value : read;
};

/** `auth_profile_store` and `auth_profile_state`, one row `primary` each (2026.6.5 to 2026.9.6). */
function readAgentDatabase(database: Database): DatabaseCells {
  if (!isKnownSchema(database, 'agent')) return { kind: 'problem', problem: 'unknownSchema' };
  const store = columnsOf(database, 'auth_profile_store');
  const state = columnsOf(database, 'auth_profile_state');
  if (!isShape(store, ['store_key', 'store_json']) || !isShape(state, ['state_key', 'state_json']))
    return { kind: 'problem', problem: 'unknownSchema' };
  return {
    kind: 'cells',
    isSharedOwner: false,
    appVersion: appVersionOf(database),
    store: store === null ? EMPTY.store : readCell(database, 'auth_profile_store', 'store', 'primary'),
    state: state === null ? EMPTY.state : readCell(database, 'auth_profile_state', 'state', 'primary'),
  };
}

/** `config_machine_state`, whose key `auth.sharedStore` names the owner of the shared credentials (2026.8.2, 2026.9.6). */
function readStateDatabase(database: Database): DatabaseCells {
  if (!isKnownSchema(database, 'state')) return { kind: 'problem', problem: 'unknownSchema' };
  const appVersion = appVersionOf(database);
  const columns = columnsOf(database, 'config_machine_state');
  if (columns === null) return { kind: 'cells', isSharedOwner: false, appVersion, ...EMPTY };
  if (!isShape(columns, ['state_key', 'value_json'])) return { kind: 'problem', problem: 'unknownSchema' };
  const location = locationOf(readMachineState(database, 'auth.sharedStore'));
  if (location === 'unknown') return { kind: 'problem', problem: 'unknownSchema' };
  if (location === 'agent') return { kind: 'cells', isSharedOwner: false, appVersion, ...EMPTY };
  return {
    kind: 'cells',
    isSharedOwner: true,
    appVersion,
    store: readMachineState(database, 'authProfiles.store'),
    state: readMachineState(database, 'authProfiles.state'),
  };
}

function locationOf(cell: Cell): 'state' | 'agent' | 'unknown' {
  if (cell.kind === 'absent') return 'agent';
  const text = cell.kind === 'text' ? cell.text.replaceAll(/\s/g, '') : '';
  if (text === '{"location":"state-db"}') return 'state';
  return text === '{"location":"legacy-main"}' ? 'agent' : 'unknown';
}

function readMachineState(database: Database, key: string): Cell {
  const where = 'FROM config_machine_state WHERE state_key = ?';
  return toCell(
    () => database.prepare(`SELECT length(CAST(value_json AS BLOB)) AS size ${where}`).get(key),
    () => database.prepare(`SELECT value_json AS text ${where}`).get(key),
  );
}

function readCell(database: Database, table: string, prefix: 'store' | 'state', key: string): Cell {
  const where = `FROM ${table} WHERE ${prefix}_key = ?`;
  return toCell(
    () => database.prepare(`SELECT length(CAST(${prefix}_json AS BLOB)) AS size ${where}`).get(key),
    () => database.prepare(`SELECT ${prefix}_json AS text ${where}`).get(key),
  );
}

/** Asks for the size first: a hostile row could fill the memory. */
function toCell(readSize: () => unknown, readText: () => unknown): Cell {
  const row = readSize() as { size: unknown } | undefined;
  if (row === undefined) return { kind: 'absent' };
  if (typeof row.size !== 'number') return { kind: 'problem', problem: 'notAnObject' };
  if (row.size > MAX_CELL_BYTES) return { kind: 'problem', problem: 'tooLarge' };
  const { text } = readText() as { text: unknown };
  return typeof text === 'string' ? { kind: 'text', text } : { kind: 'problem', problem: 'notUtf8' };
}

/** False for tables of a release that is later than those measured. */
export function isKnownSchema(database: Database, role: DatabaseRole): boolean {
  return schemaOf(database) <= NEWEST_SCHEMA[role];
}

function schemaOf(database: Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version?: unknown } | undefined;
  return typeof row?.user_version === 'number' ? row.user_version : Number.POSITIVE_INFINITY;
}

/** `null` where there is no such table; a view of that name has a wrong shape. */
export function columnsOf(database: Database, table: string): readonly string[] | null {
  const found = database.prepare('SELECT type FROM sqlite_master WHERE name = ?').get(table) as
    { type: unknown } | undefined;
  if (found === undefined) return null;
  if (found.type !== 'table') return [];
  const rows = database.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: unknown }[];
  return rows.map(({ name }) => String(name));
}

export function isShape(columns: readonly string[] | null, needed: readonly string[]): boolean {
  return columns === null || needed.every((name) => columns.includes(name));
}

function appVersionOf(database: Database): string | null {
  const columns = columnsOf(database, 'schema_meta');
  if (columns === null || !isShape(columns, ['meta_key', 'app_version'])) return null;
  const row = database.prepare("SELECT app_version FROM schema_meta WHERE meta_key = 'primary'").get() as
    { app_version: unknown } | undefined;
  return typeof row?.app_version === 'string' && row.app_version.length <= 64 ? row.app_version : null;
}
