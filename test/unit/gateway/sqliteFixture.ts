import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FixtureDocument {
  readonly store?: unknown;
  readonly state?: unknown;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function create(file: string, userVersion: number): DatabaseSync {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA user_version=${String(userVersion)}`);
  database.exec(
    'CREATE TABLE schema_meta (meta_key TEXT PRIMARY KEY, role TEXT, schema_version INTEGER, app_version TEXT)',
  );
  return database;
}

/** An agent's database as 2026.6.5 (`user_version` 1) to 2026.9.6 (23) make it. */
export function writeAgentDatabase(file: string, { store, state }: FixtureDocument, userVersion = 23): DatabaseSync {
  const database = create(file, userVersion);
  database.exec('CREATE TABLE auth_profile_store (store_key TEXT PRIMARY KEY, store_json TEXT, updated_at INTEGER)');
  database.exec('CREATE TABLE auth_profile_state (state_key TEXT PRIMARY KEY, state_json TEXT, updated_at INTEGER)');
  if (store !== undefined) database.prepare("INSERT INTO auth_profile_store VALUES ('primary', ?, 1)").run(text(store));
  if (state !== undefined) database.prepare("INSERT INTO auth_profile_state VALUES ('primary', ?, 1)").run(text(state));
  return database;
}

/** The state database as 2026.8.2 and 2026.9.6 make it. */
export function writeStateDatabase(
  file: string,
  { store, state, location = 'state-db' }: FixtureDocument & { readonly location?: string },
  userVersion = 18,
): DatabaseSync {
  const database = create(file, userVersion);
  database.exec("INSERT INTO schema_meta VALUES ('primary', 'global', 18, '2026.9.6')");
  database.exec(
    'CREATE TABLE config_machine_state (state_key TEXT PRIMARY KEY, value_json TEXT, updated_at_ms INTEGER)',
  );
  const insert = database.prepare('INSERT INTO config_machine_state VALUES (?, ?, 1)');
  insert.run('auth.sharedStore', text({ location }));
  if (store !== undefined) insert.run('authProfiles.store', text(store));
  if (state !== undefined) insert.run('authProfiles.state', text(state));
  return database;
}

export const fakeToken = (mark: string): string =>
  `sk-ant-oat01-${'FAKE'.repeat(24)}`.slice(0, 108 - mark.length) + mark;

/** A document with one token per name. */
export function documentOf(...names: readonly string[]): object {
  const profiles = names.map((name) => [name, { type: 'token', provider: 'anthropic', token: fakeToken(name) }]);
  return { version: 1, profiles: Object.fromEntries(profiles) as unknown };
}
