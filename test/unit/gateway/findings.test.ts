import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { seenCredential, seenOrder } from '../../../src/domain/expectation.ts';
import { FINDING_CODES, type FindingCode } from '../../../src/domain/findings.ts';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot } from '../../../src/domain/snapshot.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { fakeToken, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

/**
 * Every finding: a home that raises it, what mends it, and that it is gone then, while the mended home is also one that does not
 * raise it. Homes are real files; stores are changed through the service, as the editor does it.
 */

const NOW = Date.UTC(2026, 10, 22, 12);
const MAIN = agentId('main');
const ANTHROPIC = providerId('anthropic');
const id = (name: string) => profileId(`anthropic:${name}`);

type Json = Readonly<Record<string, unknown>>;
const token = (mark: string, more: Json = {}): Json => ({
  ...{ type: 'token', provider: 'anthropic', token: fakeToken(mark) },
  ...more,
});
const KEY: Json = { type: 'api_key', provider: 'anthropic', key: 'sk-ant-api03-FAKE-FAKE-FAKE' };

interface Home {
  readonly root: string;
  readonly stateDir: string;
  readonly service: GatewayService;
  readonly file: string;
  readonly write: (store: Json, state?: Json) => Promise<void>;
  readonly writeConfig: (config: Json) => Promise<void>;
  readonly apply: (change: Omit<Change, 'expected' | 'agentId' | 'provider'>) => Promise<void>;
  readonly programs: string;
}

interface Case {
  /** The store and its state; a healthy one when left out. */
  readonly store?: Json;
  readonly state?: Json;
  readonly config?: Json;
  readonly env?: Readonly<Record<string, string>>;
  readonly release?: string;
  readonly raise?: (home: Home) => Promise<unknown>;
  readonly fix: (home: Home) => Promise<unknown>;
  /** The host's clock is ahead by so much, ms. */
  readonly clock?: { readonly raised: number; readonly fixed: number };
}

const HEALTHY: Json = { 'anthropic:a': token('A', { expires: NOW + 200 * DAY_MS }) };

const put =
  (name: string, secret: string, expiresAt: number | null = NOW + 200 * DAY_MS) =>
  (home: Home) =>
    home.apply({
      ...{ kind: 'putCredential', profileId: id(name) },
      credential: { type: 'token', secret: Secret.of(secret), expiresAt },
    } as never);
const putKey = (name: string) => (home: Home) =>
  home.apply({
    ...{ kind: 'putCredential', profileId: id(name) },
    credential: { type: 'api_key', secret: Secret.of('sk-ant-api03-FAKE-FAKE-FAKE') },
  } as never);
const setOrder =
  (...names: readonly string[]) =>
  (home: Home) =>
    home.apply({ kind: 'setOrder', profileIds: names.map(id) } as never);
const clearOrder = (home: Home): Promise<void> => home.apply({ kind: 'clearOrder' } as never);
const rewrite =
  (store: Json, state?: Json) =>
  (home: Home): Promise<void> =>
    home.write(store, state);
const WAITING = { usageStats: { 'anthropic:a': { cooldownUntil: NOW + 3_600_000 } } };
const DISABLED = { usageStats: { 'anthropic:a': { disabledUntil: NOW + 3_600_000, disabledReason: 'billing' } } };
const LOGIN: Json = {
  type: 'oauth',
  provider: 'anthropic',
  access: 'FAKE',
  refresh: 'FAKE',
  accountId: 'one',
  expires: 5,
};

const CASES = {
  noCredentials: {
    store: {},
    config: { agents: { defaults: { model: 'anthropic/x' } } },
    fix: put('a', fakeToken('A')),
  },
  tokenExpired: { store: { 'anthropic:a': token('A', { expires: NOW - 1 }) }, fix: put('a', fakeToken('B')) },
  tokenExpiring: { store: { 'anthropic:a': token('A', { expires: NOW + 1000 }) }, fix: put('a', fakeToken('B')) },
  noExpiryKnown: { store: { 'anthropic:a': token('A') }, fix: put('a', fakeToken('A')) },
  allCoolingDown: { state: WAITING, fix: put('b', fakeToken('B')) },
  profileDisabled: { state: DISABLED, fix: rewrite(HEALTHY) },
  orderNamesMissingProfile: { state: { order: { anthropic: ['anthropic:gone', 'anthropic:a'] } }, fix: clearOrder },
  orderExcludesValid: {
    store: { ...HEALTHY, 'anthropic:b': token('B', { expires: NOW + 90 * DAY_MS }) },
    state: { order: { anthropic: ['anthropic:a'] } },
    fix: setOrder('a', 'b'),
  },
  credentialMissing: { store: { ...HEALTHY, 'anthropic:b': { ...KEY, key: '' } }, fix: putKey('b') },
  credentialMisshaped: {
    store: { 'anthropic:a': token('A', { token: fakeToken('A').slice(0, 90), expires: NOW + 90 * DAY_MS }) },
    fix: put('a', fakeToken('B')),
  },
  meteredWinner: {
    store: { ...HEALTHY, 'anthropic:k': KEY },
    state: { order: { anthropic: ['anthropic:k', 'anthropic:a'] } },
    fix: setOrder('a', 'k'),
  },
  duplicateAccount: {
    store: { 'anthropic:a': LOGIN, 'anthropic:b': LOGIN },
    fix: (home) => home.apply({ kind: 'removeProfile', profileId: id('b') } as never),
  },
  configDisagrees: {
    config: { auth: { profiles: { 'anthropic:lost': { provider: 'anthropic', mode: 'token' } } } },
    fix: (home) => home.writeConfig({}),
  },
  invalidExpires: {
    store: { ...HEALTHY, 'anthropic:b': token('B', { expires: 'soon' }) },
    fix: put('b', fakeToken('B')),
  },
  profileUnreadable: { store: { ...HEALTHY, 'anthropic:b': 7 }, fix: rewrite(HEALTHY) },
  storeMalformed: { raise: (home) => writeFile(home.file, '{'), fix: rewrite(HEALTHY) },
  storeUnreadable: {
    raise: async (home) => {
      await rm(home.file);
      await mkdir(home.file);
    },
    fix: async (home) => {
      await rm(home.file, { recursive: true });
      await home.write(HEALTHY);
    },
  },
  // What `openclaw doctor --fix` does, which other suites run: the file is imported, and archived.
  storeRetired: {
    release: '2026.9.6',
    fix: async (home) => {
      await rm(home.file);
      importStore(home);
    },
  },
  retiredFileBeside: {
    release: '2026.9.6',
    raise: async (home) => {
      importStore(home);
      await Promise.resolve();
    },
    fix: (home) => rm(home.file),
  },
  downgraded: {
    release: '2026.6.1',
    config: { meta: { lastTouchedVersion: '2026.9.6' } },
    raise: (home) => writeProgram(home, 'openclaw', '2026.6.1'),
    fix: (home) => writeProgram(home, 'openclaw', '2026.9.6'),
  },
  storePermissions: { raise: (home) => chmod(home.file, 0o666), fix: (home) => chmod(home.file, 0o600) },
  daemonLacksVariable: {
    env: { OPENAI_API_KEY: 'FAKE' },
    raise: writeUnit('Environment=A=1'),
    fix: (home) => home.service.putVariable({ name: 'OPENAI_API_KEY', value: Secret.of('FAKE-2'), expected: null }),
  },
  variableShadowed: {
    raise: async (home) => {
      await writeUnit('Environment=OPENAI_API_KEY=one')(home);
      await writeFile(path.join(home.stateDir, '.env'), 'OPENAI_API_KEY=two\n');
    },
    fix: (home) => writeFile(path.join(home.stateDir, '.env'), ''),
  },
  configUnreadable: {
    raise: (home) => writeFile(path.join(home.stateDir, 'openclaw.json'), '{'),
    fix: (home) => home.writeConfig({}),
  },
  stateDirMissing: {
    raise: (home) => rm(home.stateDir, { recursive: true }),
    fix: async (home) => {
      await mkdir(path.dirname(home.file), { recursive: true });
      await home.writeConfig({});
      await home.write(HEALTHY);
    },
  },
  openclawMissing: { fix: (home) => writeProgram(home, 'openclaw', '2026.6.1') },
  openclawTooOld: {
    release: '2025.12.1',
    fix: (home) => home.writeConfig({ meta: { lastTouchedVersion: '2026.6.1' } }),
  },
  claudeMissing: { fix: (home) => writeProgram(home, 'claude', '1') },
  claudeTooOld: {
    raise: (home) => writeProgram(home, 'claude', '1.0.43', '@anthropic-ai/claude-code'),
    fix: (home) => writeProgram(home, 'claude', '1.0.44', '@anthropic-ai/claude-code'),
  },
  clockOff: { fix: () => Promise.resolve(), clock: { raised: 61_000, fixed: 59_000 } },
} satisfies Partial<Record<FindingCode, Case>>;

/** Of a gateway that runs: raised, mended and gone in other suites. */
const ELSEWHERE: Partial<Record<FindingCode, string>> = {
  changeUndone: 'test/unit/gateway/undoneChanges.test.ts',
  changeReapplied: 'test/unit/gateway/undoneChanges.test.ts',
  restartNeeded: 'test/conformance/environment.test.ts',
};

it('has a home for every finding', () => {
  expect([...Object.keys(CASES), ...Object.keys(ELSEWHERE)].toSorted()).toEqual([...FINDING_CODES].toSorted());
});

describe.each(Object.entries(CASES) as [FindingCode, Case][])('%s', (code, given) => {
  it('is raised, and gone when it is mended', async () => {
    const home = await makeHome(given);
    const offset = given.clock ?? { raised: 0, fixed: 0 };
    expect(codesOf(await home.service.snapshot(), offset.raised)).toContain(code);
    await given.fix(home);
    expect(codesOf(await home.service.snapshot(), offset.fixed)).not.toContain(code);
  });
});

function codesOf(snapshot: HostSnapshot, clockOffsetMs: number): readonly FindingCode[] {
  const status = deriveHostStatus(snapshot, { now: NOW, warnMs: DAY_MS, clockOffsetMs });
  return status.findings.map(({ code }) => code);
}

async function makeHome(given: Case): Promise<Home> {
  const { store = HEALTHY, state = {}, config = {}, env = {}, release = '2026.6.1', raise } = given;
  const root = await tempFolder();
  const stateDir = path.join(root, '.openclaw');
  const folder = path.join(stateDir, 'agents/main/agent');
  const programs = path.join(root, 'bin');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(programs);
  const file = path.join(folder, 'auth-profiles.json');
  const options = { mode: 0o600 };
  const service = createLocalService({
    ...{ env: { ...env, HOME: root, PATH: programs }, home: root, machine: 'test machine' },
    ...{ clock: { now: () => NOW }, runProcess, logger: silentLogger, workerPath: '/nowhere/worker.mjs' },
    fingerprint: (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12)),
  });
  const home: Home = {
    ...{ root, stateDir, service, file, programs },
    write: async (profiles, more = {}) => {
      await writeFile(file, JSON.stringify({ version: 1, profiles }), options);
      await writeFile(path.join(folder, 'auth-state.json'), JSON.stringify({ version: 1, ...more }), options);
    },
    writeConfig: (more) => {
      const meta = { lastTouchedVersion: release };
      const text = JSON.stringify({ agents: { list: [{ id: 'main', default: true }] }, meta, ...more });
      return writeFile(path.join(stateDir, 'openclaw.json'), text);
    },
    apply: async (wanted) => {
      const change = await seen(service, wanted as Change);
      expect(await service.apply(change)).toMatchObject({ kind: 'done' });
    },
  };
  await home.write(store, state);
  await home.writeConfig(config);
  await raise?.(home);
  return home;
}

/** The change as a user makes it who sees what stands there. */
async function seen(service: GatewayService, wanted: Change): Promise<Change> {
  const status = deriveHostStatus(await service.snapshot(), { now: NOW, warnMs: DAY_MS });
  const about = { agentId: MAIN, provider: ANTHROPIC };
  if (wanted.kind === 'setOrder' || wanted.kind === 'clearOrder') {
    const order = status.agents[0]?.providers.find(({ id: provider }) => provider === ANTHROPIC)?.order;
    return { ...wanted, ...about, expected: order === undefined ? null : seenOrder(order) };
  }
  const { agents } = await service.snapshot();
  const profile = agents[0]?.set.profiles.get(wanted.profileId) ?? null;
  return { ...wanted, ...about, expected: seenCredential(profile) } as Change;
}

function importStore({ stateDir }: Home): void {
  const store = { version: 1, profiles: HEALTHY };
  writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store }).close();
}

/** A stand-in: only its `package.json` says which release it is. */
async function writeProgram({ root, programs }: Home, name: string, version: string, packed = name): Promise<void> {
  const folder = path.join(root, 'lib', name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: packed, version }));
  await writeFile(path.join(folder, `${name}.mjs`), '#!/usr/bin/env node\n', { mode: 0o755 });
  await rm(path.join(programs, name), { force: true });
  await symlink(path.join(folder, `${name}.mjs`), path.join(programs, name));
}

function writeUnit(line: string) {
  return async ({ root }: Home): Promise<void> => {
    const folder = path.join(root, '.config/systemd/user');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'openclaw-gateway.service'), `[Service]\n${line}\n`);
  };
}
