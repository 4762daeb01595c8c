import { createHash } from 'node:crypto';
import { cp, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { agentId, fingerprint, profileId, type Fingerprinter } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { runProcess } from '../../../src/platform/process.ts';
import type { AgentPlace } from '../../../src/gateway/agentDirs.ts';
import type { AgentView } from '../../../src/gateway/agentView.ts';
import { readSharedStore, readSqliteAgent } from '../../../src/gateway/sqliteStore.ts';
import { readCellsHere } from '../../../src/gateway/sqliteTexts.ts';
import { documentOf, fakeToken, writeAgentDatabase, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

const hash: Fingerprinter = (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12));

function place(stateDir: string, id: string): AgentPlace {
  const agentDir = path.join(stateDir, 'agents', id, 'agent');
  return { id: agentId(id), agentDir, isDefault: id === 'main', isShared: id === 'main', isOutside: false };
}

const databaseOf = (stateDir: string, id: string): string =>
  path.join(place(stateDir, id).agentDir, 'openclaw-agent.sqlite');
const stateDatabaseOf = (stateDir: string): string => path.join(stateDir, 'state', 'openclaw.sqlite');

async function read(stateDir: string, id: string, release = '2026.9.6'): Promise<AgentView> {
  const sharedAgentDir = place(stateDir, 'main').agentDir;
  const shared = await readSharedStore({ stateDir, sharedAgentDir }, parseRelease(release), readCellsHere);
  return readSqliteAgent(place(stateDir, id), shared, readCellsHere, hash);
}

const idsOf = ({ set }: AgentView): string[] =>
  [...set.profiles.values()].map((profile) => `${profile.id} ${profile.origin}`);

/** Names, sizes, times and content of everything in a folder. */
async function takeStock(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names.toSorted().map(async (name) => {
      const file = path.join(folder, name);
      const { mode, mtimeMs, size, ino } = await stat(file);
      const content = (await stat(file)).isFile() ? hash((await readFile(file)).toString('base64')) : '';
      return [name, mode, mtimeMs, size, ino, content].join(' ');
    }),
  );
}

it('reads the agents’ databases of 2026.6.5 to 2026.7.x, the main agent’s credentials being inherited', async () => {
  const stateDir = await tempFolder();
  const order = { order: { anthropic: ['anthropic:b', 'anthropic:a'] } };
  writeAgentDatabase(
    databaseOf(stateDir, 'main'),
    { store: documentOf('anthropic:a', 'anthropic:b'), state: order },
    1,
  ).close();
  writeAgentDatabase(databaseOf(stateDir, 'work'), { store: documentOf('anthropic:w') }, 1).close();
  const main = await read(stateDir, 'main', '2026.7.1');
  expect(main.store).toMatchObject({ kind: 'sqlite', state: 'ok', problem: null, isValueReadable: true });
  expect(idsOf(main)).toEqual(['anthropic:a own', 'anthropic:b own']);
  expect([...main.set.order]).toEqual([['anthropic', ['anthropic:b', 'anthropic:a']]]);
  const work = await read(stateDir, 'work', '2026.7.1');
  expect(idsOf(work)).toEqual(['anthropic:w own', 'anthropic:a inherited', 'anthropic:b inherited']);
  expect(work.readCredential(profileId('anthropic:a'))?.secret.reveal()).toBe(fakeToken('anthropic:a'));
});

it('reads the shared credentials of 2026.8 and later from the state database', async () => {
  const stateDir = await tempFolder();
  writeStateDatabase(stateDatabaseOf(stateDir), { store: documentOf('anthropic:s') }).close();
  const order = { order: { anthropic: ['anthropic:s'] } };
  writeAgentDatabase(databaseOf(stateDir, 'main'), { store: { version: 1, profiles: {} }, state: order }).close();
  writeAgentDatabase(databaseOf(stateDir, 'work'), { store: documentOf('anthropic:w') }).close();
  const main = await read(stateDir, 'main');
  expect(main.store.path).toBe(stateDatabaseOf(stateDir));
  expect(idsOf(main)).toEqual(['anthropic:s own']);
  expect([...main.set.order.values()]).toEqual([['anthropic:s']]);
  const work = await read(stateDir, 'work');
  expect(idsOf(work)).toEqual(['anthropic:w own', 'anthropic:s inherited']);
  expect([...work.set.order]).toEqual([]);
  expect(work.readCredential(profileId('anthropic:w'))?.secret.reveal()).toBe(fakeToken('anthropic:w'));
  expect(work.readCredential(profileId('anthropic:none'))).toBeNull();
});

it('follows the state database when it leaves the credentials with the main agent', async () => {
  const stateDir = await tempFolder();
  writeStateDatabase(stateDatabaseOf(stateDir), { store: documentOf('anthropic:no'), location: 'legacy-main' }).close();
  writeAgentDatabase(databaseOf(stateDir, 'main'), { store: documentOf('anthropic:a') }).close();
  expect(idsOf(await read(stateDir, 'main'))).toEqual(['anthropic:a own']);
});

it('gives a new revision when a document changes, and only then', async () => {
  const stateDir = await tempFolder();
  const database = writeAgentDatabase(databaseOf(stateDir, 'main'), { store: documentOf('anthropic:a') }, 1);
  const before = (await read(stateDir, 'main', '2026.7.1')).store.revision;
  expect((await read(stateDir, 'main', '2026.7.1')).store.revision).toBe(before);
  database.prepare('UPDATE auth_profile_store SET store_json = ?').run(JSON.stringify(documentOf('anthropic:b')));
  expect((await read(stateDir, 'main', '2026.7.1')).store.revision).not.toBe(before);
  database.close();
});

it.each(['closed', 'open', 'crashed', 'crashed, without its index'] as const)(
  'changes no byte and creates no file beside a database that is %s',
  async (condition) => {
    const [origin, stateDir] = [await tempFolder(), await tempFolder()];
    const file = databaseOf(origin, 'main');
    const database = writeAgentDatabase(file, { store: documentOf('anthropic:a') }, 1);
    database.prepare('UPDATE auth_profile_store SET store_json = ?').run(JSON.stringify(documentOf('anthropic:b')));
    if (condition === 'closed') database.close();
    // A copy of the files of an open database is what a crash leaves behind.
    await cp(origin, stateDir, { recursive: true });
    if (condition === 'crashed, without its index') await rm(`${databaseOf(stateDir, 'main')}-shm`);
    const where = condition === 'open' ? origin : stateDir;
    const before = await takeStock(where);
    expect(idsOf(await read(where, 'main', '2026.7.1'))).toEqual(['anthropic:b own']);
    const after = await takeStock(where);
    // An open database's index notes who reads; its other files stay as they were.
    const isStable = (line: string): boolean => condition !== 'open' || !line.includes('-shm');
    expect(after.filter(isStable)).toEqual(before.filter(isStable));
    expect(after.map((line) => line.split(' ')[0])).toEqual(before.map((line) => line.split(' ')[0]));
    if (condition !== 'closed') database.close();
  },
);

it('sees what a writer has committed while another of its transactions is open', async () => {
  const stateDir = await tempFolder();
  const database = writeAgentDatabase(databaseOf(stateDir, 'main'), { store: documentOf('anthropic:a') }, 1);
  onTestFinished(() => database.close());
  database.exec('BEGIN IMMEDIATE; DELETE FROM auth_profile_store');
  expect(idsOf(await read(stateDir, 'main', '2026.7.1'))).toEqual(['anthropic:a own']);
  database.exec('COMMIT');
  expect((await read(stateDir, 'main', '2026.7.1')).set.profiles.size).toBe(0);
});

function inDatabase(database: DatabaseSync): Promise<void> {
  database.close();
  return Promise.resolve();
}

interface HostileCase {
  readonly name: string;
  readonly make: (file: string) => Promise<unknown>;
  readonly expected: { readonly state: string; readonly problem: string | null };
}

const HOSTILE: readonly HostileCase[] = [
  { name: 'nothing', make: () => Promise.resolve(), expected: { state: 'missing', problem: null } },
  {
    name: 'text',
    make: (file) => writeFile(file, 'not a database '.repeat(200)),
    expected: { state: 'malformed', problem: 'corruptDatabase' },
  },
  {
    name: 'a directory',
    make: (file) => mkdir(file),
    expected: { state: 'unreadable', problem: 'notARegularFile' },
  },
  {
    name: 'a pipe',
    make: (file) => runProcess({ file: 'mkfifo', args: [file], timeoutMs: 10_000 }),
    expected: { state: 'unreadable', problem: 'notARegularFile' },
  },
  {
    name: '100 MB of zeros',
    make: async (file) => {
      const handle = await open(file, 'w');
      await handle.truncate(100 * 1024 * 1024);
      await handle.close();
    },
    expected: { state: 'malformed', problem: 'corruptDatabase' },
  },
  {
    name: 'a cut-off database',
    make: async (file) => {
      writeAgentDatabase(file, { store: documentOf('anthropic:a') }, 1).close();
      await writeFile(file, (await readFile(file)).subarray(0, 4096 + 100));
    },
    expected: { state: 'malformed', problem: 'corruptDatabase' },
  },
  {
    name: 'a later schema',
    make: (file) => inDatabase(writeAgentDatabase(file, { store: documentOf('anthropic:a') }, 24)),
    expected: { state: 'unreadable', problem: 'unknownSchema' },
  },
  {
    name: 'other columns',
    make: (file) => {
      const database = new DatabaseSync(file);
      database.exec('CREATE TABLE auth_profile_store (id TEXT, secret TEXT)');
      database.close();
      return Promise.resolve();
    },
    expected: { state: 'unreadable', problem: 'unknownSchema' },
  },
  {
    name: 'a view in the place of the table',
    make: (file) => {
      const database = new DatabaseSync(file);
      database.exec("CREATE VIEW auth_profile_store AS SELECT 'primary' AS store_key, '{}' AS store_json");
      database.close();
      return Promise.resolve();
    },
    expected: { state: 'unreadable', problem: 'unknownSchema' },
  },
  {
    name: 'a document that is not JSON',
    make: (file) => inDatabase(writeAgentDatabase(file, { store: '{"profiles":' }, 1)),
    expected: { state: 'malformed', problem: 'syntax' },
  },
  {
    name: 'an empty document',
    make: (file) => inDatabase(writeAgentDatabase(file, { store: '' }, 1)),
    expected: { state: 'empty', problem: null },
  },
  {
    name: 'a document of 20 MB',
    make: (file) => inDatabase(writeAgentDatabase(file, { store: ' '.repeat(20 * 1024 * 1024) }, 1)),
    expected: { state: 'malformed', problem: 'tooLarge' },
  },
  {
    name: 'an order that is not JSON',
    make: (file) => inDatabase(writeAgentDatabase(file, { store: documentOf('anthropic:a'), state: '{' }, 1)),
    expected: { state: 'ok', problem: 'syntax' },
  },
];

it.each(HOSTILE)('gives a row for $name', async ({ make, expected }) => {
  const stateDir = await tempFolder();
  const file = databaseOf(stateDir, 'main');
  await mkdir(path.dirname(file), { recursive: true });
  await make(file);
  expect((await read(stateDir, 'main', '2026.7.1')).store).toMatchObject(expected);
});

it('fails every agent when the shared credentials cannot be read, as the gateway does', async () => {
  const stateDir = await tempFolder();
  writeStateDatabase(stateDatabaseOf(stateDir), { store: 'x' }).close();
  writeAgentDatabase(databaseOf(stateDir, 'work'), { store: documentOf('anthropic:w') }).close();
  expect((await read(stateDir, 'work')).store).toMatchObject({ state: 'malformed', problem: 'syntax' });
});

it('says so where no Node can read databases', async () => {
  const stateDir = await tempFolder();
  const none = (): Promise<null> => Promise.resolve(null);
  const shared = await readSharedStore({ stateDir, sharedAgentDir: place(stateDir, 'main').agentDir }, null, none);
  const view = await readSqliteAgent(place(stateDir, 'main'), shared, none, hash);
  expect(view.store).toMatchObject({ state: 'unreadable', problem: 'noSqliteReader' });
});
