import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../src/domain/errorContext.ts';
import { ERROR_CAUSES, explainError, type ErrorCause } from '../../../src/domain/errorExplainer.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Outcome } from '../../../src/domain/change.ts';
import { writeJsonChange } from '../../../src/gateway/jsonStore/writer.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { CAUSE_FIXES } from '../../../src/view/causeFixes.ts';
import { documentOf, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const main = { agentId: agentId('main') };
const ANTHROPIC = { ...main, provider: providerId('anthropic') };

const token = (expires: number, length = 108): object => ({
  ...{ type: 'token', provider: 'anthropic', expires: Date.now() + expires },
  token: 'sk-ant-oat01-FAKE-'.padEnd(length, 'FAKE'),
});
const key = (): Credential => ({ type: 'api_key', secret: Secret.of('FAKE-key') });

type Files = Readonly<Record<string, unknown>>;
const store = (profiles: object): Files => ({ 'auth-profiles.json': { version: 1, profiles } });
const using = (profiles: object, usageStats: object): Files => ({
  ...store(profiles),
  'auth-state.json': { version: 1, order: { anthropic: Object.keys(profiles) }, usageStats },
});

interface Scene {
  readonly text: string;
  readonly files: Files;
  /** The release whose files these are, where not 2026.6.1. */
  readonly release?: string;
  readonly fix: (gateway: GatewayService, agentDir: string) => Promise<unknown>;
}

const done = async (outcome: Promise<Outcome>): Promise<void> => expect(await outcome).toMatchObject({ kind: 'done' });
const addKey = (gateway: GatewayService): Promise<void> =>
  done(
    gateway.apply({
      kind: 'putCredential',
      ...ANTHROPIC,
      profileId: profileId('anthropic:key'),
      credential: key(),
      expected: null,
    }),
  );

async function makeKeyFirst(gateway: GatewayService, expected: readonly string[] | null): Promise<void> {
  await addKey(gateway);
  const profileIds = ['anthropic:key', 'anthropic:plan'].map(profileId);
  const seen = expected?.map(profileId) ?? null;
  await done(gateway.apply({ kind: 'setOrder', ...ANTHROPIC, profileIds, expected: seen }));
}

async function putToken(gateway: GatewayService, secret = 'sk-ant-oat01-'.padEnd(108, 'FAKE')): Promise<void> {
  const profile = (await gateway.snapshot()).agents[0]?.set.profiles.get(profileId('anthropic:plan'));
  const expected = profile?.material.kind === 'value' ? profile.material.fingerprint : null;
  const credential: Credential = { type: 'token', secret: Secret.of(secret), expiresAt: Date.now() + 365 * DAY_MS };
  await done(
    gateway.apply({
      kind: 'putCredential',
      ...ANTHROPIC,
      profileId: profileId('anthropic:plan'),
      credential,
      expected,
    }),
  );
}

const PLAN = { 'anthropic:plan': token(90 * DAY_MS) };
const cooling = { cooldownUntil: Date.now() + HOUR_MS, errorCount: 1 };
const ONLY_CLAUDE_CODE = 'This credential is only authorized for use with Claude Code';

/** `null`: only the provider, the gateway or another program knows whether it is over. */
const SCENES: Record<ErrorCause, Scene | null> = {
  claudeCodeOnly: { text: ONLY_CLAUDE_CODE, files: store(PLAN), fix: (gateway) => makeKeyFirst(gateway, null) },
  extraUsage: {
    text: 'You are out of extra usage.',
    files: store(PLAN),
    fix: (gateway) => makeKeyFirst(gateway, null),
  },
  migrationRequired: {
    text: 'Auth profile store main requires legacy credential migration; run openclaw doctor --fix.',
    files: store(PLAN),
    release: '2026.9.6',
    fix: (_gateway, agentDir) => importAsTheDoctorDoes(agentDir),
  },
  gatewayScope: null,
  gatewayToken: null,
  storeBusy: null,
  notASetupToken: {
    text: 'Token looks too short; paste the full setup-token for provider anthropic',
    files: store({ 'anthropic:plan': token(90 * DAY_MS, 70) }),
    fix: (gateway) => putToken(gateway),
  },
  noCredentials: { text: 'No API key found for provider "anthropic".', files: store({}), fix: addKey },
  refreshReused: null,
  refreshFailed: null,
  expired: {
    text: 'OAuth token has expired for profile "anthropic:plan"',
    files: store({ 'anthropic:plan': token(-DAY_MS) }),
    fix: (gateway) => putToken(gateway),
  },
  invalidKey: null,
  billing: {
    text: 'anthropic: Your credit balance is too low, provider anthropic',
    files: using(PLAN, { 'anthropic:plan': { disabledUntil: Date.now() + HOUR_MS, disabledReason: 'billing' } }),
    fix: (gateway) => makeKeyFirst(gateway, ['anthropic:plan']),
  },
  rateLimit: {
    text: '429 rate_limit_error, provider anthropic',
    files: using(PLAN, { 'anthropic:plan': cooling }),
    fix: (_gateway, agentDir) => write(agentDir, using(PLAN, { 'anthropic:plan': { cooldownUntil: Date.now() - 1 } })),
  },
  overloaded: null,
  missingScope: null,
  coolingDown: {
    text: 'No available auth profile for anthropic (all in cooldown or unavailable), provider anthropic',
    files: using(PLAN, { 'anthropic:plan': cooling }),
    fix: (gateway) => makeKeyFirst(gateway, ['anthropic:plan']),
  },
};

async function write(agentDir: string, files: Files): Promise<void> {
  await mkdir(agentDir, { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(agentDir, name), JSON.stringify(content), { mode: 0o600 });
}

/** What `openclaw doctor --fix` leaves behind on 2026.9.6; the doctor itself is run by the tests of Repair Store. */
async function importAsTheDoctorDoes(agentDir: string): Promise<void> {
  const stateDir = path.resolve(agentDir, '../../..');
  await rename(path.join(agentDir, 'auth-profiles.json'), path.join(agentDir, 'auth-profiles.json.migrated-1-fake'));
  writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store: documentOf('anthropic:plan') }).close();
}

async function open({ files, release = '2026.6.1' }: Scene): Promise<{ gateway: GatewayService; agentDir: string }> {
  const stateDir = await tempFolder();
  const agentDir = path.join(stateDir, 'agents', 'main', 'agent');
  await write(agentDir, files);
  await write(stateDir, { 'openclaw.json': { meta: { lastTouchedVersion: release } } });
  const gateway = createLocalService({
    ...{ env: {}, home: '/nowhere', machine: 'this machine', stateDirOverride: stateDir, openclawPath: undefined },
    ...{ clock: systemClock, runProcess, logger: silentLogger, workerPath: '/nowhere/worker.mjs' },
    fingerprint: (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12)),
    // In this process; in another one it is written in workerWriter.test.ts.
    writeJson: writeJsonChange,
  });
  return { gateway, agentDir };
}

async function contextNow(gateway: GatewayService, text: string): Promise<unknown> {
  const snapshot = await gateway.snapshot();
  const status = deriveHostStatus(snapshot, { now: Date.now(), warnMs: DAY_MS });
  const error = explainError(text);
  return error === null ? null : contextOf(error, status);
}

const scenes = ERROR_CAUSES.flatMap((cause) => {
  const scene = SCENES[cause];
  return scene === null ? [] : [{ cause, scene }];
});

describe('what an error comes from', () => {
  it.each(scenes)('$cause: stands in the store until the fix', async ({ cause, scene }) => {
    expect(explainError(scene.text)?.cause).toBe(cause);
    const { gateway, agentDir } = await open(scene);
    expect(await contextNow(gateway, scene.text)).toEqual({ kind: 'standing', agents: ['main'] });
    await scene.fix(gateway, agentDir);
    expect(await contextNow(gateway, scene.text)).toEqual({ kind: 'cleared' });
  });

  it.each(ERROR_CAUSES.filter((cause) => SCENES[cause] === null))('%s: is not told by the store', async (cause) => {
    const { gateway } = await open({ text: '', files: store(PLAN), fix: () => Promise.resolve() });
    const status = deriveHostStatus(await gateway.snapshot(), { now: Date.now(), warnMs: DAY_MS });
    expect(contextOf({ cause, provider: ANTHROPIC.provider, profileId: null }, status)).toEqual({ kind: 'unknown' });
  });

  it('is not told of a provider that nobody has, unless that is the error', async () => {
    const { gateway } = await open({ text: '', files: store(PLAN), fix: () => Promise.resolve() });
    expect(await contextNow(gateway, '429 rate_limit_error, provider openai')).toEqual({ kind: 'unknown' });
    const missing = 'No API key found for provider "openai".';
    expect(await contextNow(gateway, missing)).toEqual({ kind: 'standing', agents: ['main'] });
  });

  it('is a profile that the order names and the store does not have', async () => {
    const files = {
      ...store(PLAN),
      'auth-state.json': { version: 1, order: { anthropic: ['anthropic:gone', 'anthropic:plan'] } },
    };
    const { gateway } = await open({ text: '', files, fix: () => Promise.resolve() });
    const of = (id: string): Promise<unknown> => contextNow(gateway, `No credentials found for profile "${id}".`);
    expect(await of('anthropic:gone')).toEqual({ kind: 'standing', agents: ['main'] });
    expect(await of('anthropic:plan')).toEqual({ kind: 'cleared' });
  });
});

it('has a command that mends it, but where only time does', () => {
  const without = ERROR_CAUSES.filter((cause) => CAUSE_FIXES[cause].length === 0);
  expect(without).toEqual(['overloaded']);
});
