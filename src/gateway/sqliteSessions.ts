import { MAX_SESSIONS, SESSION_FIELDS } from '../domain/sessionPin.ts';
import { loadSqlite, readDatabase, type Database, type DatabaseRead } from './sqliteDatabase.ts';
import { columnsOf, isKnownSchema, isShape } from './sqliteTexts.ts';

/** The named fields of one session, and nothing else of its entry. */
export interface SessionRow {
  readonly key: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** `none`: this database keeps no sessions. `problem`: it may, and they could not be read. */
export type SessionRows =
  | { readonly kind: 'rows'; readonly rows: readonly SessionRow[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'problem' };

/** `null`: no Node here reads databases. */
export type ReadSessionRows = (path: string) => Promise<SessionRows | null>;

export const readSessionRowsHere: ReadSessionRows = async (path) => {
  const open = await loadSqlite();
  if (open === null) return null;
  const read: DatabaseRead<SessionRows> = await readDatabase(open, path, readRows);
  if (read.kind === 'ok') return read.value;
  return { kind: read.kind === 'missing' ? 'none' : 'problem' };
};

/** `session_nodes` in an agent's database (2026.9.6): the entry is one document of JSON, of which only the fields leave the database. */
function readRows(database: Database): SessionRows {
  const columns = columnsOf(database, 'session_nodes');
  if (columns === null) return { kind: 'none' };
  if (!isKnownSchema(database, 'agent') || !isShape(columns, ['session_key', 'entry_json'])) return { kind: 'problem' };
  const picked = SESSION_FIELDS.map((name) => `${valueOf(name)} AS ${name}`).join(', ');
  // One more than is listed tells that there are more.
  const rows = database
    .prepare(
      `SELECT substr(session_key, 1, 2048) AS sessionKey, ${picked} FROM session_nodes WHERE json_valid(entry_json) ` +
        `ORDER BY authProfileOverride IS NULL, updatedAt DESC LIMIT ${String(MAX_SESSIONS + 1)}`,
    )
    .all() as Record<string, unknown>[];
  return {
    kind: 'rows',
    rows: rows.map(({ sessionKey, ...entry }) => ({ key: String(sessionKey), entry: { ...entry } })),
  };
}

/** Texts and numbers only: anything else could be of any size. */
function valueOf(name: string): string {
  const at = `entry_json, '$.${name}'`;
  return `CASE json_type(${at}) WHEN 'text' THEN substr(json_extract(${at}), 1, 2048) WHEN 'integer' THEN json_extract(${at}) END`;
}
