import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, Outcome, SeenCredential, SeenOrder } from '../../../../src/domain/change.ts';
import { canonicalText, type Credential } from '../../../../src/domain/credential.ts';
import { agentId, fingerprint, profileId, providerId, type Fingerprinter } from '../../../../src/domain/ids.ts';
import { parseRelease } from '../../../../src/domain/release.ts';
import { readJsonAgent, type JsonView } from '../../../../src/gateway/jsonStore/reader.ts';
import { writeJsonChange, type JsonWriteContext } from '../../../../src/gateway/jsonStore/writer.ts';
import { Secret } from '../../../../src/platform/secret.ts';

const print: Fingerprinter = (text) => fingerprint(`#${text.length}#${text.slice(-4)}`);
const PROFILE = profileId('anthropic:work');
let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'json-writer-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const agentDir = (id: string): string => join(home, 'agents', id, 'agent');
const pathOf = (name: string, id = 'main'): string => join(agentDir(id), name);
const CREDENTIALS = 'auth-profiles.json';
const STATE = 'auth-state.json';
const config = (): string => join(home, 'openclaw.json');

function plant(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const isText = typeof content === 'string' || Buffer.isBuffer(content);
  writeFileSync(path, isText ? content : JSON.stringify(content), { mode: 0o600 });
}
const load = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function context(release: string | null, id = 'main'): JsonWriteContext {
  return {
    dirs: { agentDir: agentDir(id), sharedAgentDir: agentDir('main') },
    agentDirs: ['main', 'coder'].map(agentDir),
    configPath: config(),
    release: release === null ? null : parseRelease(release),
    fingerprint: print,
    clock: { now: () => Date.now() },
    lockWaitMs: 50,
  };
}
const write = (change: Change, release: string | null = '2026.6.1', id = 'main'): Promise<Outcome> =>
  writeJsonChange(change, context(release, id));
const view = (id = 'main', release = '2026.6.1'): Promise<JsonView> =>
  readJsonAgent(context(release, id).dirs, parseRelease(release), print);

const token = (text = 'FAKE-token', expiresAt: number | null = 1826914722242): Credential => ({
  type: 'token',
  secret: Secret.of(text),
  expiresAt,
});
const ids = { agentId: agentId('main'), provider: providerId('anthropic') };
const put = (more: Partial<Extract<Change, { kind: 'putCredential' }>> = {}): Change => ({
  kind: 'putCredential',
  ...ids,
  profileId: PROFILE,
  credential: token(),
  expected: null,
  ...more,
});
const remove = (id = PROFILE, expected: SeenCredential = 'hidden'): Change => ({
  ...{ kind: 'removeProfile', ...ids },
  profileId: id,
  expected,
});
const listOf = (names: readonly string[]): SeenOrder => (names.length === 0 ? null : names.map(profileId));
const order = (names: readonly string[], seen: readonly string[] = []): Change => ({
  ...{ kind: 'setOrder', ...ids },
  profileIds: names.map(profileId),
  expected: listOf(seen),
});
const clear = (seen: readonly string[] = []): Change => ({ kind: 'clearOrder', ...ids, expected: listOf(seen) });
const RELEASES = ['2026.2.3', '2026.3.13', '2026.4.15', '2026.6.1'];
/** Not the account's own group; only root can give a file to it. */
const SHARED_GROUP = process.getuid?.() === 0 ? 1 : (process.getgid?.() ?? 1);
const DONE = { kind: 'done', isNoop: false };
const NOOP = { kind: 'done', isNoop: true };

describe('writeJsonChange', () => {
  it.each(RELEASES)('%s: the first credential, with its configuration entry', async (release) => {
    expect(await write(put(), release)).toEqual(DONE);
    expect(load(pathOf(CREDENTIALS))).toEqual({
      version: 1,
      profiles: { [PROFILE]: { type: 'token', provider: 'anthropic', token: 'FAKE-token', expires: 1826914722242 } },
    });
    expect(load(config())).toEqual({ auth: { profiles: { [PROFILE]: { provider: 'anthropic', mode: 'token' } } } });
    expect(statSync(pathOf(CREDENTIALS)).mode & 0o777).toBe(0o600);
    expect(readdirSync(agentDir('main'))).toEqual([CREDENTIALS]);
    expect((await view('main', release)).readCredential(PROFILE)?.secret.reveal()).toBe('FAKE-token');
  });

  it.each([
    ['2026.6.5', 'storeRetired'],
    ['2026.9.6', 'storeRetired'],
    ['2026.1.4', 'storeUnknownRelease'],
    [null, 'storeUnknownRelease'],
  ])('%s: never makes the file', async (release, code) => {
    for (const change of [put(), order(['a']), remove(), clear()])
      expect(await write(change, release)).toMatchObject({ kind: 'notDone', error: { code } });
    expect(readdirSync(home)).toEqual([]);
  });

  it('replaces what the user saw, and nothing else', async () => {
    await write(put());
    const seen = print(canonicalText('token', 'FAKE-token'));
    const next = put({ credential: token('FAKE-other'), expected: seen });
    expect(await write(next)).toEqual(DONE);
    expect(await write(next)).toMatchObject({
      kind: 'notDone',
      error: { code: 'changeConflict', details: { reason: 'changed' } },
    });
    expect(await write(put())).toMatchObject({ kind: 'notDone', error: { details: { reason: 'exists' } } });
    expect(await write(put({ profileId: profileId('x'), expected: seen }))).toMatchObject({
      kind: 'notDone',
      error: { details: { reason: 'gone' } },
    });
    expect((await view()).readCredential(PROFILE)?.secret.reveal()).toBe('FAKE-other');
    expect(readdirSync(home).toSorted()).toEqual(['agents', 'openclaw.json']);
  });

  it('adds what the agent only inherits, so that an entry of its own can come back', async () => {
    const profiles = { [PROFILE]: { type: 'token', provider: 'anthropic', token: 'FAKE-shared' } };
    plant(pathOf(CREDENTIALS), { profiles });
    plant(pathOf(CREDENTIALS, 'coder'), { profiles: {} });
    const seen = print(canonicalText('token', 'FAKE-shared'));
    expect(await write(put({ expected: seen }), '2026.6.1', 'coder')).toMatchObject({
      error: { code: 'changeConflict', details: { reason: 'gone' } },
    });
    expect(await write(put(), '2026.6.1', 'coder')).toEqual(DONE);
    expect((await view('coder')).readCredential(PROFILE)?.secret.reveal()).toBe('FAKE-token');
    expect(await write(put(), '2026.6.1', 'coder')).toMatchObject({ error: { details: { reason: 'exists' } } });
    expect(load(pathOf(CREDENTIALS))).toEqual({ profiles });
  });

  it('removes only what the user saw', async () => {
    await write(put());
    const before = readFileSync(pathOf(CREDENTIALS), 'utf8');
    const stale = print(canonicalText('token', 'FAKE-refreshed-since'));
    expect(await write(remove(PROFILE, stale))).toMatchObject({
      ...{ kind: 'notDone', error: { code: 'changeConflict', details: { profileId: PROFILE, reason: 'changed' } } },
    });
    expect(readFileSync(pathOf(CREDENTIALS), 'utf8')).toBe(before);
    expect(await write(remove(PROFILE, print(canonicalText('token', 'FAKE-token'))))).toEqual(DONE);
  });

  it('changes an order only where it is the one that the user saw', async () => {
    plant(pathOf(CREDENTIALS), { profiles: {} });
    plant(pathOf(STATE), { order: { ' Anthropic ': ['x', 'y'] } });
    const before = statSync(pathOf(STATE), { bigint: true });
    for (const change of [order(['b']), order(['b'], ['y', 'x']), order(['b'], ['x']), clear(), clear(['x'])])
      expect(await write(change)).toMatchObject({
        ...{ kind: 'notDone', error: { code: 'changeConflict', details: { reason: 'orderChanged' } } },
      });
    expect(statSync(pathOf(STATE), { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect(await write(order(['b'], ['x', 'y']))).toEqual(DONE);
    expect(await write(clear(['b']))).toEqual(DONE);
  });

  it('writes nothing, and takes no lock, when nothing changes', async () => {
    await write(put());
    await write(order([PROFILE]));
    writeFileSync(pathOf(`${CREDENTIALS}.lock`), 'held by somebody');
    const before = statSync(pathOf(CREDENTIALS), { bigint: true });
    const state = statSync(pathOf(STATE), { bigint: true });
    expect(await write(put({ expected: 'hidden' }))).toEqual(NOOP);
    expect(await write(order([PROFILE], [PROFILE]))).toEqual(NOOP);
    expect(await write({ ...clear(), provider: providerId('openai') })).toEqual(NOOP);
    expect(statSync(pathOf(STATE), { bigint: true })).toMatchObject({ ino: state.ino, mtimeNs: state.mtimeNs });
    expect(statSync(pathOf(CREDENTIALS), { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
  });

  it('removes a profile from store, state and configuration', async () => {
    const entry = { type: 'token', provider: 'anthropic', token: 'FAKE' };
    plant(pathOf(CREDENTIALS), {
      version: 1,
      profiles: { a: entry, [PROFILE]: entry },
      order: { anthropic: [PROFILE, 'a'] },
    });
    plant(pathOf(STATE), {
      version: 1,
      order: { anthropic: ['a', PROFILE] },
      usageStats: { [PROFILE]: { lastUsed: 1 } },
    });
    plant(config(), { auth: { profiles: { [PROFILE]: {} }, order: { anthropic: [PROFILE] } }, meta: {} });
    expect(await write(remove())).toEqual(DONE);
    expect(load(pathOf(CREDENTIALS))).toEqual({ version: 1, profiles: { a: entry }, order: { anthropic: ['a'] } });
    expect(load(pathOf(STATE))).toEqual({ version: 1, order: { anthropic: ['a'] } });
    expect(load(config())).toEqual({ auth: { profiles: {}, order: {} }, meta: {} });
    expect(readFileSync(`${config()}.bak`, 'utf8')).toContain(PROFILE);
    expect(await write(remove())).toMatchObject({ kind: 'notDone', error: { code: 'profileMissing' } });
  });

  it('takes nothing out while the state beside it cannot be read', async () => {
    await write(put());
    // A name that is too long is no answer to what stands there.
    symlinkSync('x'.repeat(300), pathOf(STATE));
    const before = readFileSync(pathOf(CREDENTIALS), 'utf8');
    const error = { code: 'storeUnreadable', details: { path: pathOf(STATE), problem: 'ioError' } };
    expect(await write(remove())).toMatchObject({ kind: 'notDone', error });
    expect(readFileSync(pathOf(CREDENTIALS), 'utf8')).toBe(before);
  });

  it('keeps the configuration of a profile that another agent has too', async () => {
    const profiles = { [PROFILE]: { type: 'token', provider: 'anthropic', token: 'FAKE' } };
    plant(pathOf(CREDENTIALS), { profiles });
    plant(pathOf(CREDENTIALS, 'coder'), { profiles });
    plant(config(), { auth: { profiles: { [PROFILE]: {} } } });
    expect(await write(remove(), '2026.6.1', 'coder')).toEqual(DONE);
    expect(load(config())).toEqual({ auth: { profiles: { [PROFILE]: {} } } });
    expect((await view('coder')).set.profiles.get(PROFILE)?.origin).toBe('inherited');
    expect(await write(remove(), '2026.6.1', 'coder')).toMatchObject({
      kind: 'notDone',
      error: { code: 'profileMissing' },
    });
  });

  it.each([
    ['2026.2.3', CREDENTIALS],
    ['2026.3.13', CREDENTIALS],
    ['2026.4.5', CREDENTIALS],
    ['2026.4.15', STATE],
    ['2026.6.1', STATE],
  ])('%s: keeps the order in %s', async (release, file) => {
    await write(put(), release);
    const before = readFileSync(pathOf(CREDENTIALS), 'utf8');
    expect(await write(order([PROFILE, 'b']), release)).toEqual(DONE);
    expect(load(pathOf(file))).toMatchObject({ order: { anthropic: [PROFILE, 'b'] } });
    expect((await view('main', release)).set.order.get(ids.provider)).toEqual([PROFILE, 'b']);
    expect(await write(order([PROFILE, 'b']), release)).toEqual(NOOP);
    expect(await write(clear([PROFILE, 'b']), release)).toEqual(DONE);
    expect((await view('main', release)).set.order.size).toBe(0);
    expect(readFileSync(pathOf(CREDENTIALS), 'utf8')).toBe(before);
  });

  it('makes the credentials file that the gateway needs to read an order of an agent that only inherits', async () => {
    plant(pathOf(CREDENTIALS), { profiles: { a: { type: 'token', provider: 'anthropic', token: 'FAKE' } } });
    mkdirSync(agentDir('coder'), { recursive: true });
    expect(await write(order(['a']), '2026.6.1', 'coder')).toEqual(DONE);
    expect(load(pathOf(CREDENTIALS, 'coder'))).toEqual({ version: 1, profiles: {} });
    expect((await view('coder')).set.order.get(ids.provider)).toEqual(['a']);
  });

  it.each([
    ['{"profiles":{}} // mine', { problem: 'syntax', offset: 16, line: 1, column: 17 }],
    ['{"profiles":{"a":{},"a":{}}}', { problem: 'duplicateKey', offset: 20, line: 1, column: 21 }],
    [
      '{\r\n  "profiles": {\r\n    "a": {},\n    "a": {}}}',
      { problem: 'duplicateKey', offset: 37, line: 4, column: 5 },
    ],
    ['{\n  /* mine */ "profiles": {}}', { problem: 'syntax', offset: 4, line: 2, column: 3 }],
    [
      Buffer.concat([Buffer.from('{\n "é🙂'), Buffer.from([0xff]), Buffer.from('":1}')]),
      { problem: 'notUtf8', offset: 7, line: 2, column: 6 },
    ],
    [Buffer.concat([Buffer.from('{"é'), Buffer.from([0xf0, 0x9f])]), { problem: 'notUtf8', offset: 3 }],
  ])('leaves a malformed store alone (%#)', async (text, details) => {
    plant(pathOf(CREDENTIALS), text);
    const before = statSync(pathOf(CREDENTIALS), { bigint: true });
    expect(await write(put())).toMatchObject({ kind: 'notDone', error: { code: 'storeMalformed', details } });
    expect(statSync(pathOf(CREDENTIALS), { bigint: true }).mtimeNs).toBe(before.mtimeNs);
    expect(existsSync(config())).toBe(false);
  });

  it.each(['{"profiles": {', { profiles: { [PROFILE]: 'what is this' } }])(
    'keeps the configuration of a profile that another agent may have, whose store reads %j',
    async (other) => {
      await write(put());
      plant(pathOf(CREDENTIALS, 'coder'), other);
      const before = readFileSync(config(), 'utf8');
      expect(await write(remove())).toEqual(DONE);
      expect(readFileSync(config(), 'utf8')).toBe(before);
    },
  );

  it.each([{ tokenRef: { source: 'env', provider: 'default', id: 'FAKE_NAME' } }, { token: '' }])(
    'does not remove in the place of a value what has become %j',
    async (material) => {
      plant(pathOf(CREDENTIALS), { profiles: { [PROFILE]: { type: 'token', provider: 'anthropic', ...material } } });
      const seen = print(canonicalText('token', 'FAKE-token'));
      expect(await write(remove(PROFILE, seen))).toMatchObject({
        ...{ kind: 'notDone', error: { code: 'changeConflict', details: { reason: 'changed' } } },
      });
    },
  );

  it('touches nothing when the configuration cannot be edited', async () => {
    plant(config(), '{ auth: {} }');
    expect(await write(put())).toMatchObject({ kind: 'notDone', error: { code: 'configUnreadable' } });
    expect(existsSync(pathOf(CREDENTIALS))).toBe(false);
  });

  it('says that the store is written when the configuration then fails', async () => {
    mkdirSync(join(home, 'elsewhere'));
    const outcome = await writeJsonChange(put(), {
      ...context('2026.6.1'),
      configPath: join(home, 'none', 'openclaw.json'),
    });
    expect(outcome).toMatchObject({
      kind: 'unknown',
      error: { code: 'storeWriteFailed', details: { errno: 'ENOENT' } },
    });
    expect((await view()).set.profiles.has(PROFILE)).toBe(true);
  });

  it('does nothing while another process holds the lock', async () => {
    await write(put());
    writeFileSync(
      pathOf(`${CREDENTIALS}.lock`),
      JSON.stringify({ pid: process.pid, createdAt: new Date().toISOString() }),
    );
    expect(await write(remove())).toMatchObject({ kind: 'notDone', error: { code: 'storeBusy' } });
    expect((await view()).set.profiles.has(PROFILE)).toBe(true);
  });

  it('stops before the write when cancelled', async () => {
    const outcome = await writeJsonChange(put(), context('2026.6.1'), AbortSignal.abort());
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'cancelled' } });
    expect(existsSync(pathOf(CREDENTIALS))).toBe(false);
  });

  it.each([
    ['the file', () => pathOf(CREDENTIALS), 0o620],
    ['the state file', () => pathOf(STATE), 0o606],
    ['its directory', () => agentDir('main'), 0o777],
    ['the configuration', () => config(), 0o666],
  ])('refuses when others may write %s, before anything is touched', async (_name, place, mode) => {
    await write(put());
    plant(pathOf(STATE), { order: { anthropic: [PROFILE] } });
    chmodSync(place(), mode);
    if (mode === 0o620) chownSync(place(), process.getuid?.() ?? 0, SHARED_GROUP);
    const before = [CREDENTIALS, STATE].map((name) => readFileSync(pathOf(name), 'utf8'));
    expect(await write(remove())).toMatchObject({
      ...{ kind: 'notDone', error: { code: 'storeExposed', details: { path: place() } } },
    });
    expect([CREDENTIALS, STATE].map((name) => readFileSync(pathOf(name), 'utf8'))).toEqual(before);
    expect(readdirSync(agentDir('main')).toSorted()).toEqual([CREDENTIALS, STATE]);
  });

  it('says once that others could read the store', async () => {
    await write(put());
    chmodSync(pathOf(CREDENTIALS), 0o644);
    const seen = { expected: 'hidden' } as const;
    const outcomes = [];
    for (const text of ['FAKE-1', 'FAKE-2']) outcomes.push(await write(put({ credential: token(text), ...seen })));
    expect(outcomes).toEqual([{ ...DONE, notices: ['tightened'] }, DONE]);
    expect(statSync(pathOf(CREDENTIALS)).mode & 0o777).toBe(0o600);
  });

  it('writes through a link, with the lock beside the link and nothing left on either side', async () => {
    const elsewhere = join(home, 'elsewhere');
    mkdirSync(elsewhere);
    const target = join(elsewhere, 'kept.json');
    plant(target, { profiles: {} });
    mkdirSync(agentDir('main'), { recursive: true });
    symlinkSync(target, pathOf(CREDENTIALS));
    const suffix = `openclaw-auth-${String(2 ** 22 + 1)}-${'0'.repeat(24)}`;
    writeFileSync(`${target}.${suffix}.tmp`, 'FAKE');
    writeFileSync(pathOf(`${CREDENTIALS}.lock.${suffix}.stale`), 'FAKE');
    const locks: string[][] = [];
    const onHeld = (): (() => void) => {
      locks.push(readdirSync(agentDir('main')).filter((name) => name.endsWith('.lock')));
      return () => locks.push(readdirSync(agentDir('main')).filter((name) => name.endsWith('.lock')));
    };
    expect(await writeJsonChange(put(), { ...context('2026.6.1'), onHeld })).toEqual(DONE);
    expect(locks).toEqual([[`${CREDENTIALS}.lock`], []]);
    expect(readlinkSync(pathOf(CREDENTIALS))).toBe(target);
    expect(load(target)).toMatchObject({ profiles: { [PROFILE]: {} } });
    expect([readdirSync(agentDir('main')), readdirSync(elsewhere)]).toEqual([[CREDENTIALS], ['kept.json']]);
  });

  it('counts no longer as a holder where the lock cannot be released', async () => {
    let held = 0;
    const onHeld = (): (() => void) => {
      held += 1;
      // Nothing can be looked at or removed in what is no directory any more.
      renameSync(agentDir('main'), join(home, 'moved'));
      writeFileSync(agentDir('main'), '');
      return () => (held -= 1);
    };
    const outcome = await writeJsonChange(put(), { ...context('2026.6.1'), onHeld });
    expect(outcome).toMatchObject({ kind: 'notDone', error: { details: { reason: 'lockLeft' } } });
    expect(held).toBe(0);
  });

  it('writes nothing where a link leads nowhere', async () => {
    mkdirSync(agentDir('main'), { recursive: true });
    symlinkSync(join(home, 'nothing'), pathOf(CREDENTIALS));
    expect(await write(put())).toMatchObject({ kind: 'notDone', error: { code: 'storeUnreadable' } });
    expect(readdirSync(home)).toEqual(['agents']);
  });

  it('leaves the temporary file of a live process alone, unless it is a day old', async () => {
    await write(put());
    const own = pathOf(`${CREDENTIALS}.openclaw-auth-${String(process.pid)}-${'0'.repeat(24)}.tmp`);
    writeFileSync(own, 'FAKE');
    await write(order([PROFILE]));
    expect(existsSync(own)).toBe(true);
    utimesSync(own, 1, 1);
    await write(clear([PROFILE]));
    expect(existsSync(own)).toBe(false);
  });

  it('stops when it is cancelled under the lock, and finishes when that comes after the first file', async () => {
    await write(put());
    const before = readFileSync(pathOf(CREDENTIALS), 'utf8');
    const early = new AbortController();
    const onHeld = (): (() => void) => {
      early.abort();
      return () => {};
    };
    expect(await writeJsonChange(remove(), { ...context('2026.6.1'), onHeld }, early.signal)).toMatchObject({
      ...{ kind: 'notDone', error: { code: 'cancelled' } },
    });
    expect(readFileSync(pathOf(CREDENTIALS), 'utf8')).toBe(before);
    expect(readdirSync(agentDir('main'))).toEqual([CREDENTIALS]);
    // Cancelled from the moment on in which the first of two files is written.
    plant(pathOf(STATE), { order: { anthropic: ['a', PROFILE] } });
    const isWritten = (): boolean => !readFileSync(pathOf(CREDENTIALS), 'utf8').includes(PROFILE);
    const late = Object.defineProperty(new AbortController().signal, 'aborted', { get: isWritten });
    expect(await writeJsonChange(remove(), context('2026.6.1'), late)).toEqual(DONE);
    expect(late.aborted).toBe(true);
    expect(load(pathOf(STATE))).toEqual({ order: { anthropic: ['a'] } });
    expect(load(config())).toEqual({ auth: { profiles: {} } });
  });

  it('clears away what a dead process of ours left', async () => {
    await write(put());
    const suffix = `openclaw-auth-${String(2 ** 22 + 1)}-${'0'.repeat(24)}.tmp`;
    writeFileSync(pathOf(`${CREDENTIALS}.${suffix}`), 'FAKE');
    await write(remove());
    expect(readdirSync(agentDir('main'))).toEqual([CREDENTIALS]);
  });

  it('rotates the backups of the configuration', async () => {
    for (const name of ['a', 'b', 'c']) await write(put({ profileId: profileId(name) }));
    expect(Object.keys((load(`${config()}.bak`) as { auth: { profiles: object } }).auth.profiles)).toEqual(['a', 'b']);
    expect(Object.keys((load(`${config()}.bak.1`) as { auth: { profiles: object } }).auth.profiles)).toEqual(['a']);
    expect(statSync(`${config()}.bak`).mode & 0o777).toBe(0o600);
  });
});

describe('readJsonAgent', () => {
  it('reads a missing, an empty and a broken store as what they are', async () => {
    expect((await view()).store).toMatchObject({
      kind: 'json',
      state: 'missing',
      problem: null,
      isValueReadable: false,
    });
    plant(pathOf(CREDENTIALS), '\n');
    expect((await view()).store.state).toBe('empty');
    plant(pathOf(CREDENTIALS), '{"profiles":');
    expect((await view()).store).toMatchObject({ state: 'malformed', problem: 'syntax', offset: 12 });
    rmSync(pathOf(CREDENTIALS));
    mkdirSync(pathOf(CREDENTIALS));
    expect((await view()).store).toMatchObject({ state: 'unreadable', problem: 'notARegularFile' });
  });

  it('changes its revision when a file of the agent or of the shared one changes, and only then', async () => {
    plant(pathOf(CREDENTIALS), { profiles: {} });
    plant(pathOf(CREDENTIALS, 'coder'), { profiles: {} });
    const revisions = [(await view('coder')).store.revision];
    expect((await view('coder')).store.revision).toBe(revisions[0]);
    plant(pathOf(STATE), { order: {} });
    revisions.push((await view('coder')).store.revision);
    plant(pathOf(CREDENTIALS, 'coder'), '{ "profiles": {} }');
    revisions.push((await view('coder')).store.revision);
    expect(new Set(revisions).size).toBe(3);
  });

  it('lets the state file win, key by key, where the release has it', async () => {
    plant(pathOf(CREDENTIALS), { profiles: {}, order: { anthropic: ['a'], openai: ['b'] } });
    plant(pathOf(STATE), { order: { anthropic: ['c'] } });
    expect([...(await view()).set.order]).toEqual([
      ['anthropic', ['c']],
      ['openai', ['b']],
    ]);
    expect([...(await view('main', '2026.3.13')).set.order]).toEqual([
      ['anthropic', ['a']],
      ['openai', ['b']],
    ]);
  });

  it('plans the configuration again when another program wrote it in between', async () => {
    const agents = Array.from({ length: 8 }, (_, index) => `agent${String(index)}`);
    const outcomes = await Promise.all(
      agents.map((id) =>
        write(
          {
            kind: 'putCredential',
            agentId: agentId(id),
            provider: providerId('anthropic'),
            profileId: profileId(`anthropic:${id}`),
            credential: token(),
            expected: null,
          },
          '2026.6.1',
          id,
        ),
      ),
    );
    expect(outcomes).toEqual(agents.map(() => ({ kind: 'done', isNoop: false })));
  });
});
