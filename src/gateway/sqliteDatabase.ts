import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { StoreProblem } from '../domain/snapshot.ts';

/** The part of `node:sqlite` that is used; its types come with newer Node definitions than the oldest Node we run on has. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): {
    get(...values: (string | number)[]): unknown;
    all(...values: (string | number)[]): unknown[];
  };
  close(): void;
}
type OpenDatabase = (location: string) => Database;

export type DatabaseRead<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'problem'; readonly problem: StoreProblem };

/** How a database is opened so that nothing is created or changed beside it. */
type OpenMode = 'immutable' | 'sharedIndex' | 'sharedIndexWritable' | 'privateIndex';

/** Ways of reading that take no part in SQLite's locking. */
const LOCK_FREE: ReadonlySet<OpenMode | undefined> = new Set<OpenMode>(['immutable', 'privateIndex']);

const BUSY_TIMEOUT_MS = 2000;
const ATTEMPTS = 4;

/** First Node whose `node:sqlite` takes a file URI. OpenClaw's SQLite releases need Node 22.19 or newer. */
const FIRST_NODE_WITH_SQLITE = [22, 15] as const;

/** `null` where this Node has no usable `node:sqlite`. */
export async function loadSqlite(nodeVersion: string = process.versions.node): Promise<OpenDatabase | null> {
  if (!hasSqlite(nodeVersion)) return null;
  try {
    const { DatabaseSync } = (await importSqlite()) as {
      DatabaseSync: new (location: string, options: { readOnly: boolean; timeout: number }) => Database;
    };
    return (location) => new DatabaseSync(location, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  } catch {
    return null;
  }
}

export function hasSqlite(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const [needMajor, needMinor] = FIRST_NODE_WITH_SQLITE;
  return major > needMajor || (major === needMajor && minor >= needMinor);
}

let sqlite: Promise<unknown> | null = null;

/** Imported once: two imports at a time would restore each other's silence and leave it in place. */
function importSqlite(): Promise<unknown> {
  sqlite ??= importSilently();
  return sqlite;
}

/** `node:sqlite` announces itself as experimental on stderr, which is the report's stream in a headless run. */
async function importSilently(): Promise<unknown> {
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (): void => {};
  try {
    // A name that the bundler does not see: older Nodes must be able to load the bundle.
    const name = ['node', 'sqlite'].join(':');
    return await import(name);
  } finally {
    process.emitWarning = emit;
  }
}

/**
 * Reads one database and leaves every byte of its folder as it was. SQLite itself would create `-wal` and `-shm` beside a
 * database in WAL mode that nobody has open, and would write to the `-shm` of one that the gateway has open.
 */
export async function readDatabase<T>(
  open: OpenDatabase,
  path: string,
  read: (database: Database) => T,
): Promise<DatabaseRead<T>> {
  let problem: StoreProblem = 'ioError';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await look(path);
    if (before.kind !== 'file') return before;
    const result = readOnce(open, path, before.modes, read);
    // Where the files were read without locks, what was read counts only if nobody wrote meanwhile.
    const after = await look(path);
    const isSteady = after.kind === 'file' && (after.stamp === before.stamp || !LOCK_FREE.has(before.modes[0]));
    if (result.kind === 'ok' && isSteady) return result;
    problem = result.kind === 'problem' ? result.problem : 'locked';
    if (isSteady && problem !== 'locked' && problem !== 'ioError') break;
  }
  return { kind: 'problem', problem };
}

function readOnce<T>(
  open: OpenDatabase,
  path: string,
  modes: readonly OpenMode[],
  read: (database: Database) => T,
): DatabaseRead<T> {
  let problem: StoreProblem = 'ioError';
  for (const mode of modes) {
    let database: Database | null = null;
    try {
      database = open(locationOf(path, mode));
      database.exec(mode === 'privateIndex' ? 'PRAGMA locking_mode=EXCLUSIVE' : 'PRAGMA query_only=ON');
      return { kind: 'ok', value: read(database) };
    } catch (error) {
      problem = problemOf(error);
    } finally {
      database?.close();
    }
  }
  return { kind: 'problem', problem };
}

function locationOf(path: string, mode: OpenMode): string {
  const url = pathToFileURL(path);
  if (mode === 'immutable') url.searchParams.set('immutable', '1');
  if (mode === 'sharedIndex') url.searchParams.set('readonly_shm', '1');
  if (mode === 'privateIndex') url.searchParams.set('vfs', process.platform === 'win32' ? 'win32' : 'unix-none');
  return url.href;
}

type Look =
  | { readonly kind: 'file'; readonly modes: readonly OpenMode[]; readonly stamp: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'problem'; readonly problem: StoreProblem };

/** Decides how to open by what lies beside the database. */
async function look(path: string): Promise<Look> {
  try {
    const [main, wal, index] = await Promise.all([
      stat(path, { bigint: true }),
      versionOf(`${path}-wal`),
      versionOf(`${path}-shm`),
    ]);
    // A pipe would make SQLite wait for a writer for ever.
    if (!main.isFile()) return { kind: 'problem', problem: 'notARegularFile' };
    const stamp = [main.ino, main.size, main.mtimeNs, wal, index === null].join(' ');
    if (index !== null) return { kind: 'file', modes: ['sharedIndex', 'sharedIndexWritable'], stamp };
    // A write-ahead log without its index: left by a copy or a backup, and nobody has the database open.
    if (wal !== null && !wal.startsWith('0 ')) return { kind: 'file', modes: ['privateIndex'], stamp };
    return { kind: 'file', modes: ['immutable'], stamp };
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'problem', problem: errno === 'EACCES' || errno === 'EPERM' ? 'permission' : 'ioError' };
  }
}

/** Size first, then what else changes with every write; `null` where there is no such file. */
async function versionOf(path: string): Promise<string | null> {
  try {
    const { size, ino, mtimeNs } = await stat(path, { bigint: true });
    return [size, ino, mtimeNs].join(' ');
  } catch {
    return null;
  }
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** SQLite's result codes, the low byte of `errcode`. Its message may quote the database and is dropped. */
function problemOf(error: unknown): StoreProblem {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  switch (typeof code === 'number' ? code & 0xff : -1) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return 'locked';
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return 'corruptDatabase';
    case SQLITE_CANTOPEN:
      return 'permission';
    default:
      return 'ioError';
  }
}
