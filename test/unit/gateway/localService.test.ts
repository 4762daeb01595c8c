import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Change, Outcome } from '../../../src/domain/change.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot } from '../../../src/domain/snapshot.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import { writeJsonChange, type WriteJson } from '../../../src/gateway/jsonStore/writer.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import { documentOf, fakeToken, writeAgentDatabase, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

const agentFile = (stateDir: string, id: string, name: string): string =>
  path.join(stateDir, 'agents', id, 'agent', name);

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(value));
}

const touchedBy = (stateDir: string, release: string): Promise<void> =>
  writeJson(path.join(stateDir, 'openclaw.json'), { meta: { lastTouchedVersion: release } });

/** A program that only says which release it is. */
async function writeCli(folder: string, release: string): Promise<string> {
  const file = path.join(folder, 'openclaw');
  await writeFile(file, `#!/bin/sh\n[ "$1" = --version ] && echo "OpenClaw ${release}" && exit 0\nexit 1\n`);
  await chmod(file, 0o755);
  return file;
}

function open(
  stateDir: string | undefined,
  more: {
    openclawPath?: string;
    machine?: string;
    env?: Record<string, string>;
    home?: string;
    writeJson?: WriteJson;
  } = {},
): GatewayService {
  return createLocalService({
    env: more.env ?? {},
    home: more.home ?? '/nowhere',
    machine: more.machine ?? 'this machine',
    stateDirOverride: stateDir,
    openclawPath: more.openclawPath,
    writeJson: more.writeJson,
    clock: systemClock,
    runProcess,
    logger: silentLogger,
    fingerprint: (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12)),
    workerPath: '/nowhere/worker.mjs',
  });
}

const storesOf = (snapshot: HostSnapshot): unknown[] =>
  snapshot.agents.map(({ id, store, set }) => [id, store.kind, store.state, store.problem, [...set.profiles.keys()]]);

const findings = (snapshot: HostSnapshot): string[] =>
  deriveHostStatus(snapshot, { now: snapshot.readAt, warnMs: 0 })
    .findings.map(({ code }) => code)
    .filter((code) => code.startsWith('change'));

const put = (id: string): Change => ({
  kind: 'putCredential',
  agentId: agentId('main'),
  provider: providerId('anthropic'),
  profileId: profileId(id),
  credential: { type: 'token', secret: Secret.of(fakeToken('NEW')), expiresAt: null },
  expected: null,
});

const codeOf = (outcome: Outcome): string =>
  outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.error.code}`;

describe('snapshot', () => {
  it('reads the files of a JSON era, by the release that wrote the configuration', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.4.15');
    await writeJson(agentFile(stateDir, 'main', 'auth-profiles.json'), documentOf('anthropic:a'));
    await writeJson(agentFile(stateDir, 'work', 'auth-profiles.json'), documentOf('anthropic:w'));
    const snapshot = await open(stateDir).snapshot();
    expect(snapshot).toMatchObject({ era: 'json-file-lock', releaseSource: 'config', cliPath: null });
    expect(storesOf(snapshot)).toEqual([
      ['main', 'json', 'ok', null, ['anthropic:a']],
      ['work', 'json', 'ok', null, ['anthropic:a', 'anthropic:w']],
    ]);
  });

  it('trusts the installed program before the configuration', async () => {
    const [stateDir, bin] = [await tempFolder(), await tempFolder()];
    await touchedBy(stateDir, '2026.3.13');
    const openclawPath = await writeCli(bin, '2026.6.1');
    const snapshot = await open(stateDir, { openclawPath }).snapshot();
    expect(snapshot).toMatchObject({ era: 'json-owned-lock', releaseSource: 'cli', cliPath: openclawPath });
    await touchedBy(stateDir, '2026.9.6');
    // A downgrade: what is on disk belongs to the later release.
    const downgraded = await open(stateDir, { openclawPath }).snapshot();
    expect([downgraded.era, downgraded.laterRelease?.text]).toEqual(['unknown', '2026.9.6']);
    const { findings } = deriveHostStatus(downgraded, { now: downgraded.readAt, warnMs: 1 });
    expect(findings.map(({ code, severity }) => [code, severity])).toContainEqual(['downgraded', 'error']);
  });

  it('recognises a downgrade by the state database, and one within an era', async () => {
    const [stateDir, bin] = [await tempFolder(), await tempFolder()];
    writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store: documentOf('anthropic:s') }).close();
    const earlier = await open(stateDir, { openclawPath: await writeCli(bin, '2026.6.1') }).snapshot();
    expect([earlier.era, earlier.laterRelease?.text]).toEqual(['unknown', '2026.9.6']);
    const close = await open(stateDir, { openclawPath: await writeCli(bin, '2026.9.5') }).snapshot();
    expect([close.era, close.laterRelease?.text]).toEqual(['sqlite', '2026.9.6']);
    const same = await open(stateDir, { openclawPath: await writeCli(bin, '2026.9.6') }).snapshot();
    expect([same.era, same.laterRelease]).toEqual(['sqlite', null]);
  });

  it('learns the release from the state database when nothing else tells', async () => {
    const stateDir = await tempFolder();
    writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store: documentOf('anthropic:s') }).close();
    const snapshot = await open(stateDir).snapshot();
    expect(snapshot).toMatchObject({ era: 'sqlite', releaseSource: 'database' });
    expect(storesOf(snapshot)).toEqual([['main', 'sqlite', 'ok', null, ['anthropic:s']]]);
  });

  it('reads whatever is there when the release is not known', async () => {
    const [json, sqlite] = [await tempFolder(), await tempFolder()];
    await writeJson(agentFile(json, 'main', 'auth-profiles.json'), documentOf('anthropic:a'));
    writeAgentDatabase(agentFile(sqlite, 'main', 'openclaw-agent.sqlite'), {
      store: documentOf('anthropic:b'),
    }).close();
    expect(storesOf(await open(json).snapshot())).toEqual([['main', 'json', 'ok', null, ['anthropic:a']]]);
    const snapshot = await open(sqlite).snapshot();
    expect(snapshot).toMatchObject({ era: 'unknown', release: null, releaseSource: 'none' });
    expect(storesOf(snapshot)).toEqual([['main', 'sqlite', 'ok', null, ['anthropic:b']]]);
  });

  it('calls a file retired where the release keeps databases, unless they hold credentials', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.9.6');
    await writeJson(agentFile(stateDir, 'main', 'auth-profiles.json'), documentOf('anthropic:old'));
    expect(storesOf(await open(stateDir).snapshot())).toEqual([['main', 'sqlite', 'retired', 'migrationRequired', []]]);
    writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store: documentOf('anthropic:s') }).close();
    expect(storesOf(await open(stateDir).snapshot())).toEqual([
      ['main', 'sqlite', 'ok', 'jsonBesideSqlite', ['anthropic:s']],
    ]);
  });

  it('is another host for the vault on another machine and with another state directory, whatever the way to it', async () => {
    const [a, b] = [await tempFolder(), await tempFolder()];
    const hostOf = async (stateDir: string, machine?: string) =>
      (await open(stateDir, machine === undefined ? {} : { machine }).snapshot()).hostId;
    await symlink(a, path.join(b, 'link'));
    expect(await hostOf(path.join(b, 'link'))).toBe(await hostOf(a));
    expect(await hostOf(b)).not.toBe(await hostOf(a));
    expect(await hostOf(a, 'other machine')).not.toBe(await hostOf(a));
  });

  it('is empty without a state directory, and hands out no secret', async () => {
    const stateDir = await tempFolder();
    expect((await open(path.join(stateDir, 'nothing')).snapshot()).agents).toEqual([]);
    await writeJson(agentFile(stateDir, 'main', 'auth-profiles.json'), documentOf('anthropic:a'));
    const service = open(stateDir, { env: { ANTHROPIC_API_KEY: 'sk-ant-FAKE-environment' } });
    const snapshot = await service.snapshot();
    const seen = JSON.stringify(snapshot, (_key, value: unknown) =>
      value instanceof Map ? [...(value as ReadonlyMap<unknown, unknown>)] : value,
    );
    expect(seen).toContain('anthropic:a');
    expect(seen).not.toContain('FAKE');
    const credential = await service.readCredential(agentId('main'), profileId('anthropic:a'));
    expect(credential?.secret.reveal()).toBe(fakeToken('anthropic:a'));
    expect(await service.readCredential(agentId('nobody'), profileId('anthropic:a'))).toBeNull();
  });

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(open(await tempFolder()).snapshot({ signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('leftovers of writers that died', () => {
  it('go at the first reading of a process that writes, and stay for one that only reports', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.6.1');
    await writeJson(agentFile(stateDir, 'work', 'auth-profiles.json'), documentOf('anthropic:a'));
    const mark = (pid: number): string => `openclaw-auth-${String(pid)}-${'0'.repeat(24)}`;
    const dead = 2 ** 22 + 1;
    const left = [`auth-profiles.json.${mark(dead)}.tmp`, `auth-profiles.json.lock.${mark(dead)}.stale`];
    const kept = [`auth-profiles.json.${mark(process.pid)}.tmp`, 'auth-profiles.json.tmp'];
    const planted = [...left, ...kept].map((name) => agentFile(stateDir, 'work', name));
    const inState = path.join(stateDir, `openclaw.json.${mark(dead)}.tmp`);
    for (const file of [...planted, inState]) await writeFile(file, 'FAKE');
    await open(stateDir).snapshot();
    expect(await readdir(agentFile(stateDir, 'work', '.'))).toHaveLength(5);
    const service = open(stateDir, { writeJson: writeJsonChange });
    await service.snapshot();
    // Changes come after the cleaning.
    expect(codeOf(await service.apply({ ...put('anthropic:b'), agentId: agentId('nobody') }))).toContain(
      'storeMissing',
    );
    expect((await readdir(agentFile(stateDir, 'work', '.'))).toSorted()).toEqual(['auth-profiles.json', ...kept]);
    expect(await readdir(stateDir)).not.toContain(path.basename(inState));
  });
});

describe('apply', () => {
  it('writes the file of a JSON era and the configuration entry', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.6.1');
    await writeJson(agentFile(stateDir, 'main', 'auth-profiles.json'), documentOf('anthropic:a'));
    const service = open(stateDir);
    expect(codeOf(await service.apply(put('anthropic:b')))).toBe('done');
    expect(storesOf(await service.snapshot())).toEqual([['main', 'json', 'ok', null, ['anthropic:a', 'anthropic:b']]]);
    expect(await readFile(path.join(stateDir, 'openclaw.json'), 'utf8')).toContain('anthropic:b');
  });

  it('makes changes one after another', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.6.1');
    await writeJson(agentFile(stateDir, 'main', 'auth-profiles.json'), documentOf('anthropic:a'));
    const service = open(stateDir);
    const outcomes = await Promise.all(['b', 'c', 'd'].map((name) => service.apply(put(`anthropic:${name}`))));
    expect(outcomes.map(codeOf)).toEqual(['done', 'done', 'done']);
    expect((await service.snapshot()).agents[0]?.set.profiles.size).toBe(4);
  });

  it('never makes the file where the release keeps databases, nor without knowing the release', async () => {
    for (const release of ['2026.9.6', '2027.1.0']) {
      const stateDir = await tempFolder();
      await touchedBy(stateDir, release);
      await mkdir(path.join(stateDir, 'agents', 'main', 'agent'), { recursive: true });
      const expected = release === '2026.9.6' ? 'notDone cliMissing' : 'notDone storeUnknownRelease';
      expect(codeOf(await open(stateDir).apply(put('anthropic:b')))).toBe(expected);
      expect(await readdir(path.join(stateDir, 'agents', 'main', 'agent'))).toEqual([]);
    }
  });

  it('makes no first file on the word of the configuration alone', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.6.1');
    expect(codeOf(await open(stateDir).apply(put('anthropic:b')))).toBe('notDone storeUnknownRelease');
    expect(await readdir(stateDir)).toEqual(['openclaw.json']);
  });

  it('makes a change again that the gateway undid, and says what is gone for good', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.3.13');
    const file = agentFile(stateDir, 'main', 'auth-profiles.json');
    await writeJson(file, documentOf('anthropic:a'));
    const service = open(stateDir);
    const stored = async (): Promise<boolean> => (await readFile(file, 'utf8')).includes('anthropic:b');
    expect(codeOf(await service.apply(put('anthropic:b')))).toBe('done');
    expect((await service.snapshot()).undone).toEqual([]);
    for (const isBack of [true, false]) {
      await writeJson(file, documentOf('anthropic:a'));
      expect(findings(await service.snapshot())).toEqual(isBack ? [] : ['changeUndone']);
      // The queue is empty when a further change has been made.
      expect(codeOf(await service.apply({ ...put('anthropic:x'), agentId: agentId('nobody') }))).toContain('notDone');
      expect(await stored()).toBe(isBack);
      expect(findings(await service.snapshot())).toEqual([isBack ? 'changeReapplied' : 'changeUndone']);
    }
  });

  it('refuses an agent that is not there', async () => {
    const stateDir = await tempFolder();
    await touchedBy(stateDir, '2026.6.1');
    const change = { ...put('anthropic:b'), agentId: agentId('nobody') };
    expect(codeOf(await open(stateDir).apply(change))).toBe('notDone storeMissing');
  });

  it('reports a program that fails as not done', async () => {
    const [stateDir, bin] = [await tempFolder(), await tempFolder()];
    const openclawPath = await writeCli(bin, '2026.9.6');
    expect(codeOf(await open(stateDir, { openclawPath }).apply(put('anthropic:b')))).toBe('notDone cliFailed');
  });
});

/** Writes until the service says that something changed: nothing tells when the system has begun to listen. */
async function isNoticed(service: GatewayService, file: string): Promise<void> {
  let calls = 0;
  const watcher = service.watch(() => void (calls += 1));
  onTestFinished(() => watcher.dispose());
  // The first call is for what happened before anybody listened.
  while (calls === 0) await sleep(5);
  for (let text = ' '; calls < 2; text += ' ') {
    await writeFile(file, text);
    await sleep(20);
  }
}

describe('watch', () => {
  it.each([
    { release: '2026.2.3', name: 'the directory of an earlier product name', dir: '.moltbot', file: 'moltbot.json' },
    { release: '2026.9.6', name: 'the current directory', dir: '.openclaw', file: 'openclaw.json' },
  ])('$release: listens in $name', async ({ release, dir, file }) => {
    const [home, bin] = [await tempFolder(), await tempFolder()];
    await mkdir(path.join(home, dir));
    const openclawPath = await writeCli(bin, release);
    await isNoticed(open(undefined, { home, openclawPath }), path.join(home, dir, file));
  });

  it.each([
    { release: '2026.2.3', variable: 'CLAWDBOT_STATE_DIR', file: '.env' },
    { release: '2026.5.7', variable: 'PI_CODING_AGENT_DIR', file: 'auth-profiles.json' },
    { release: '2026.9.6', variable: 'OPENCLAW_AGENT_DIR', file: 'openclaw-agent.sqlite-wal' },
  ])('$release: listens where $variable says', async ({ release, variable, file }) => {
    const [home, bin, elsewhere] = [await tempFolder(), await tempFolder(), await tempFolder()];
    await mkdir(path.join(home, '.openclaw'));
    const openclawPath = await writeCli(bin, release);
    const service = open(undefined, { home, openclawPath, env: { [variable]: elsewhere } });
    await isNoticed(service, path.join(elsewhere, file));
  });

  it('listens for a configuration of any name', async () => {
    const [home, elsewhere] = [await tempFolder(), await tempFolder()];
    const file = path.join(elsewhere, 'mine.json5');
    await isNoticed(open(undefined, { home, env: { OPENCLAW_CONFIG_PATH: file } }), file);
  });

  it('follows an agent directory that the configuration names later', async () => {
    const [stateDir, elsewhere] = [await tempFolder(), await tempFolder()];
    await touchedBy(stateDir, '2026.6.1');
    const service = open(stateDir);
    let calls = 0;
    const watcher = service.watch(async () => {
      await service.snapshot();
      calls += 1;
    });
    onTestFinished(() => watcher.dispose());
    while (calls === 0) await sleep(5);
    await writeJson(path.join(stateDir, 'openclaw.json'), { agents: { list: [{ id: 'work', agentDir: elsewhere }] } });
    for (let text = '{}', before = calls; calls < before + 3; text += ' ') {
      await writeFile(path.join(elsewhere, 'auth-profiles.json'), text);
      await sleep(20);
    }
  });
});
