import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { agentId } from '../../../src/domain/ids.ts';
import { MAX_SESSIONS, pinsOf } from '../../../src/domain/sessionPin.ts';
import type { AgentPlace } from '../../../src/gateway/agentDirs.ts';
import { decodeSessions, encodeSessions } from '../../../src/gateway/sessionMessage.ts';
import { readSessions } from '../../../src/gateway/sessionPins.ts';
import { readSessionRowsHere } from '../../../src/gateway/sqliteSessions.ts';
import { writeAgentDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

function place(stateDir: string, id: string, isOutside = false): AgentPlace {
  const agentDir = path.join(stateDir, 'agents', id, 'agent');
  return { id: agentId(id), agentDir, isDefault: id === 'main', isShared: id === 'main', isOutside };
}

async function writeFileStore(stateDir: string, id: string, text: string): Promise<void> {
  const folder = path.join(stateDir, 'agents', id, 'sessions');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'sessions.json'), text);
}

function writeNodes(stateDir: string, id: string, entries: Readonly<Record<string, unknown>>, version = 23): void {
  const file = path.join(place(stateDir, id).agentDir, 'openclaw-agent.sqlite');
  const database = writeAgentDatabase(file, {}, version);
  database.exec('CREATE TABLE session_nodes (session_key TEXT PRIMARY KEY, entry_json TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO session_nodes VALUES (?, ?)');
  for (const [key, entry] of Object.entries(entries))
    insert.run(key, typeof entry === 'string' ? entry : JSON.stringify(entry));
  database.close();
}

const read = (stateDir: string, ...ids: readonly string[]) =>
  readSessions(
    stateDir,
    ids.map((id) => place(stateDir, id)),
    readSessionRowsHere,
  );

/** As the gateways wrote them after `/model fakellm/m@fakellm:b` (2026.2.3 and 2026.9.6), without what has nothing to do with it. */
const OF_2 = {
  sessionId: 's',
  updatedAt: 20,
  modelProvider: 'fakellm',
  model: 'm',
  authProfileOverride: 'fakellm:b',
  authProfileOverrideSource: 'user',
};
const OF_9 = {
  ...OF_2,
  displayName: 't1',
  providerOverride: 'other',
  modelOverride: 'n',
  skillsSnapshot: { prompt: 'x' },
};

it('reads the sessions of a file and of a database, those with a profile first', async () => {
  const stateDir = await tempFolder();
  await writeFileStore(stateDir, 'main', JSON.stringify({ free: { updatedAt: 30 }, 'agent:main:t1': OF_2 }));
  writeNodes(stateDir, 'work', { 'agent:work:free': { updatedAt: 40, label: 'Free' }, 'agent:work:t1': OF_9 });
  const found = await read(stateDir, 'main', 'work');
  expect(found).toMatchObject({ unread: [], isCut: false });
  expect(found.sessions).toEqual([
    {
      ...{ agentId: 'main', sessionKey: 'agent:main:t1', displayName: 'agent:main:t1', profileId: 'fakellm:b' },
      ...{ source: 'user', model: 'fakellm/m', updatedAt: 20 },
    },
    {
      ...{ agentId: 'main', sessionKey: 'free', displayName: 'free', profileId: null },
      ...{ source: 'user', model: null, updatedAt: 30 },
    },
    {
      ...{ agentId: 'work', sessionKey: 'agent:work:t1', displayName: 't1', profileId: 'fakellm:b' },
      ...{ source: 'user', model: 'other/n', updatedAt: 20 },
    },
    {
      ...{ agentId: 'work', sessionKey: 'agent:work:free', displayName: 'Free', profileId: null },
      ...{ source: 'user', model: null, updatedAt: 40 },
    },
  ]);
  expect(pinsOf(found).map(({ sessionKey }) => sessionKey)).toEqual(['agent:main:t1', 'agent:work:t1']);
  expect(decodeSessions(encodeSessions(found))).toEqual(found);
});

it.each([
  ['user', { authProfileOverrideSource: 'user' }],
  ['user', { authProfileOverrideSource: 'user-link' }],
  ['auto', { authProfileOverrideSource: 'auto' }],
  ['auto', { authProfileOverrideCompactionCount: 0 }],
  ['user', {}],
  ['unknown', { authProfileOverrideSource: 'new kind' }],
] as const)('tells who pinned: %s for %o, in a file and in a database', async (source, more) => {
  const stateDir = await tempFolder();
  const entry = { authProfileOverride: 'a:b', ...more };
  await writeFileStore(stateDir, 'main', JSON.stringify({ k: entry }));
  writeNodes(stateDir, 'work', { k: entry });
  const { sessions } = await read(stateDir, 'main', 'work');
  expect(sessions.map((session) => session.source)).toEqual([source, source]);
});

it('takes what can be taken of entries that are wrong', async () => {
  const stateDir = await tempFolder();
  const wrong = { authProfileOverride: { id: 'a' }, updatedAt: 'yesterday', displayName: ' ' };
  const long = { authProfileOverride: 'x'.repeat(5000) };
  await writeFileStore(stateDir, 'main', JSON.stringify({ wrong, long, list: [], ['k'.repeat(5000)]: {} }));
  writeNodes(stateDir, 'work', { wrong, long, cut: '{"authProfileOverride":"a' });
  const { sessions } = await read(stateDir, 'main', 'work');
  expect(
    sessions.map(({ agentId: id, sessionKey, profileId, updatedAt }) => [id, sessionKey, profileId, updatedAt]),
  ).toEqual([
    ['main', 'long', null, null],
    ['main', 'wrong', null, null],
    ['work', 'long', null, null],
    ['work', 'wrong', null, null],
  ]);
});

it('lists so many, and the pins among them', async () => {
  const stateDir = await tempFolder();
  const many = Array.from(
    { length: MAX_SESSIONS + 1 },
    (_, at) => [`s${String(at)}`, { updatedAt: 100 + at }] as const,
  );
  const entries = { ...Object.fromEntries(many), pinned: { ...OF_2, updatedAt: 1 } };
  await writeFileStore(stateDir, 'main', JSON.stringify(entries));
  writeNodes(stateDir, 'work', entries);
  for (const id of ['main', 'work']) {
    const { sessions, isCut } = await read(stateDir, id);
    expect([sessions.length, isCut, sessions[0]?.sessionKey]).toEqual([MAX_SESSIONS, true, 'pinned']);
  }
});

it('names the agents whose sessions it cannot read', async () => {
  const stateDir = await tempFolder();
  const wrong = ['', '{"a":', '[]', '7', 'null'];
  for (const [at, text] of wrong.entries()) await writeFileStore(stateDir, `cut${String(at)}`, text);
  const cut = wrong.map((_, at) => `cut${String(at)}`);
  writeNodes(stateDir, 'later', { a: OF_9 }, 24);
  await mkdir(path.join(stateDir, 'agents/folder/sessions/sessions.json'), { recursive: true });
  expect(await read(stateDir, 'none', ...cut, 'later', 'folder')).toEqual({
    ...{ sessions: [], isCut: false },
    unread: [...cut, 'later', 'folder'],
  });
  const outside = await readSessions(stateDir, [place(stateDir, 'main', true)], readSessionRowsHere);
  expect(outside.unread).toEqual(['main']);
  const blind = await readSessions(stateDir, [place(stateDir, 'none')], () => Promise.resolve(null));
  expect(blind.unread).toEqual(['none']);
});

it.each([null, {}, { sessions: [{}], unread: [], isCut: false }, { sessions: [], unread: [1], isCut: false }])(
  'refuses what a host must not say: %o',
  (message) => {
    expect(decodeSessions(message)).toBeNull();
  },
);
