import { cp, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { loadSqlite, readDatabase, type Database } from '../../../src/gateway/sqliteDatabase.ts';
import { documentOf, writeAgentDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

const storeOf = (database: Database): string =>
  String((database.prepare('SELECT store_json AS text FROM auth_profile_store').get() as { text: unknown }).text);

async function openSqlite(): Promise<(location: string) => Database> {
  const open = await loadSqlite();
  if (open === null) throw new Error('this Node has no node:sqlite');
  return open;
}

/** A file that nobody has open, or with a log but no index: both are read without locks. */
async function writeClosed(hasLog: boolean): Promise<string> {
  const [origin, copy] = [await tempFolder(), await tempFolder()];
  const database = writeAgentDatabase(path.join(origin, 'db'), { store: documentOf('anthropic:a') }, 1);
  if (!hasLog) database.close();
  await cp(origin, copy, { recursive: true });
  if (hasLog) {
    await rm(path.join(copy, 'db-shm'));
    database.close();
  }
  return path.join(copy, 'db');
}

it.each([
  { name: 'a closed database', hasLog: false },
  { name: 'a database with a log and no index', hasLog: true },
])('reads $name again when somebody wrote meanwhile', async ({ hasLog }) => {
  const file = await writeClosed(hasLog);
  let reads = 0;
  const result = await readDatabase(await openSqlite(), file, (database) => {
    reads += 1;
    const text = storeOf(database);
    if (reads === 1) {
      const writer = new DatabaseSync(file);
      writer.prepare('UPDATE auth_profile_store SET store_json = ?').run('"later"');
      // Left open, as a gateway does: the second reading meets its index.
      onTestFinished(() => writer.close());
    }
    return text;
  });
  expect(result).toEqual({ kind: 'ok', value: '"later"' });
  expect(reads).toBe(2);
});

it('gives up on a file that changes during every reading', async () => {
  const file = await writeClosed(false);
  const other = await writeClosed(false);
  const result = await readDatabase(await openSqlite(), file, (database) => {
    const text = storeOf(database);
    const writer = new DatabaseSync(file);
    writer.exec(`ATTACH '${other}' AS other; PRAGMA journal_mode=DELETE`);
    writer.prepare("UPDATE auth_profile_store SET store_json = store_json || ' '").run();
    writer.close();
    return text;
  });
  expect(result).toEqual({ kind: 'problem', problem: 'locked' });
});
