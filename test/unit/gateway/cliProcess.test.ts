import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Change, Outcome } from '../../../src/domain/change.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { readAgentThroughCli } from '../../../src/gateway/cliReader.ts';
import { runOpenclaw, type CliCall, type CliContext } from '../../../src/gateway/cliRun.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { documentOf, fakeToken, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

const FAKE = path.resolve(import.meta.dirname, '../../fakes/fakeOpenclaw.mjs');
const ENV = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };

type Answer = 'work' | 'busy' | 'hang' | 'die' | 'flood' | 'otherShape' | 'migrate' | 'halfDone';

async function setUp(answers: readonly Answer[] = []): Promise<{ stateDir: string; service: GatewayService }> {
  const stateDir = await tempFolder();
  writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store: documentOf('anthropic:a') }).close();
  await writeFile(path.join(stateDir, 'fake.json'), JSON.stringify({ answers }));
  const service = createLocalService({
    env: ENV,
    home: '/nowhere',
    machine: 'this machine',
    stateDirOverride: stateDir,
    openclawPath: FAKE,
    clock: systemClock,
    runProcess,
    logger: silentLogger,
    fingerprint: (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12)),
    workerPath: '/nowhere/worker.mjs',
  });
  return { stateDir, service };
}

const put = (name: string): Change => ({
  kind: 'putCredential',
  agentId: agentId('main'),
  provider: providerId('anthropic'),
  profileId: profileId(`anthropic:${name}`),
  credential: { type: 'token', secret: Secret.of(fakeToken(name)), expiresAt: null },
  expected: null,
});

const codeOf = (outcome: Outcome): string =>
  outcome.kind === 'done' ? 'done' : `${outcome.kind} ${outcome.error.code}`;

const idsOf = async (service: GatewayService): Promise<string[]> => [
  ...((await service.snapshot()).agents[0]?.set.profiles.keys() ?? []),
];

function contextOf(stateDir: string): CliContext {
  return {
    program: { path: FAKE, release: parseRelease('2026.9.6'), file: FAKE, leadingArgs: [], env: {} },
    paths: { stateDir, configPath: `${stateDir}/openclaw.json`, sharedAgentDir: stateDir, movedAgentDir: null },
    env: ENV,
    run: runProcess,
    logger: silentLogger,
    busyWaitMs: 1,
  };
}

/** What the stand-in noted: the pid and arguments of each call. */
const callsOf = async (stateDir: string): Promise<string[]> =>
  (await readFile(path.join(stateDir, 'fake.log'), 'utf8')).trim().split('\n');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Until the system has buried those that were killed. */
async function areGone(stateDir: string): Promise<void> {
  for (const line of await callsOf(stateDir))
    while (isAlive(Number.parseInt(line, 10))) await new Promise(setImmediate);
}

describe('writes through a stand-in for the CLI', () => {
  it('loses none of four callers’ writes and keeps them apart', async () => {
    const { stateDir, service } = await setUp();
    const outcomes = await Promise.all(['b', 'c', 'd', 'e'].map((name) => service.apply(put(name))));
    expect(outcomes.map(codeOf)).toEqual(['done', 'done', 'done', 'done']);
    expect(await idsOf(service)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `anthropic:${name}`));
    // No call met another one: the stand-in would have answered 78, and been asked again.
    expect(await callsOf(stateDir)).toHaveLength(4);
  });

  it.each<[Answer[], string, boolean]>([
    [['busy', 'busy', 'work'], 'done', true],
    [['busy', 'busy', 'busy', 'busy', 'busy', 'work'], 'notDone storeBusy', false],
    [['die'], 'notDone processFailed', false],
    [['flood'], 'notDone processFailed', false],
    [['migrate'], 'notDone storeRetired', false],
    // It says that it failed, and did the work: what the store shows counts.
    [['halfDone'], 'done', true],
    // It says that all is well, and did nothing.
    [['otherShape'], 'notDone writeNotConfirmed', false],
  ])('after %j: %s', async (answers, expected, isThere) => {
    const { service } = await setUp(answers);
    expect(codeOf(await service.apply(put('b')))).toBe(expected);
    expect((await idsOf(service)).includes('anthropic:b')).toBe(isThere);
  });

  it('ends the whole process group of a call that takes too long, or is cancelled', async () => {
    const { stateDir } = await setUp(['hang', 'hang']);
    const call: CliCall = { name: 'list', args: ['models', 'auth', 'list'] };
    const late = await runOpenclaw(contextOf(stateDir), { ...call, timeoutMs: 1500 });
    expect(late).toMatchObject({ kind: 'failed', error: { code: 'processTimedOut', details: { timeoutMs: 1500 } } });
    await areGone(stateDir);
    const signal = AbortSignal.timeout(1500);
    expect(await runOpenclaw(contextOf(stateDir), { ...call, signal })).toMatchObject({ error: { code: 'cancelled' } });
    await areGone(stateDir);
    expect(await callsOf(stateDir)).toEqual(
      Array.from({ length: 2 }, () => [/models auth list/, /child/])
        .flat()
        .map((text) => expect.stringMatching(text) as unknown),
    );
  });

  it('reads nothing into an answer of another shape', async () => {
    const { stateDir } = await setUp(['otherShape', 'otherShape']);
    const place = { id: agentId('main'), agentDir: stateDir, isDefault: true, isShared: true, isOutside: false };
    const view = await readAgentThroughCli(contextOf(stateDir), place, (text) => fingerprint(text));
    expect(view.store).toMatchObject({ state: 'unreadable', problem: 'cliFailed' });
    // Who cancelled learns nothing of the store, and neither does anybody after them.
    const cancelled = readAgentThroughCli(contextOf(stateDir), place, (text) => fingerprint(text), AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('repair through a stand-in for the CLI', () => {
  async function retire(stateDir: string): Promise<void> {
    const folder = path.join(stateDir, 'agents', 'main', 'agent');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'auth-profiles.json'), JSON.stringify(documentOf('anthropic:old')));
    writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite.other'), {}).close();
  }

  async function setUpRetired(answers: readonly Answer[]): Promise<{ stateDir: string; service: GatewayService }> {
    const { stateDir, service } = await setUp(answers);
    await retire(stateDir);
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path.join(stateDir, 'state', 'openclaw.sqlite'));
    database.exec("DELETE FROM config_machine_state WHERE state_key = 'authProfiles.store'");
    database.close();
    expect((await service.snapshot()).agents[0]?.store.state).toBe('retired');
    return { stateDir, service };
  }

  it('copies the credential files aside, private to the user, and runs the doctor', async () => {
    const { stateDir, service } = await setUpRetired([]);
    const outcome = await service.repair();
    expect(outcome).toMatchObject({ kind: 'repaired' });
    expect(await callsOf(stateDir)).toEqual([expect.stringMatching(/ doctor --fix --non-interactive --yes$/)]);
    const backup = 'backup' in outcome ? outcome.backup : '';
    expect(path.dirname(backup)).toBe(path.join(stateDir, 'openclaw-auth-backups'));
    const files = (await readdir(backup, { recursive: true })).filter((name) => /\.\w+$/.test(name)).toSorted();
    expect(files).toEqual(['agents/main/agent/auth-profiles.json', 'state/openclaw.sqlite']);
    const copy = path.join(backup, 'agents/main/agent/auth-profiles.json');
    expect(await readFile(copy, 'utf8')).toContain('anthropic:old');
    const modes = await Promise.all([path.dirname(backup), backup, copy].map(async (file) => (await stat(file)).mode));
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
  });

  it.each<[Answer, object]>([
    ['die', { kind: 'unrepaired', error: { code: 'processFailed' } }],
    ['otherShape', { kind: 'unrepaired', error: null }],
  ])('says so when the doctor mends nothing (%s)', async (answer, expected) => {
    const { service } = await setUpRetired([answer]);
    expect(await service.repair()).toMatchObject(expected);
  });

  it('runs nothing when no copy can be made', async () => {
    const { stateDir, service } = await setUpRetired([]);
    await writeFile(path.join(stateDir, 'openclaw-auth-backups'), 'not a directory');
    expect(await service.repair()).toMatchObject({ kind: 'notStarted', error: { code: 'storeWriteFailed' } });
    await expect(callsOf(stateDir)).rejects.toThrow('ENOENT');
  });
});
