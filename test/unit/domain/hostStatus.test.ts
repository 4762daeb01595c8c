import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../../src/domain/findings.ts';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot, StoreExposure } from '../../../src/domain/snapshot.ts';
import type { HostStatus } from '../../../src/domain/status.ts';
import { aConfig, aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

const status = (host: HostSnapshot) => deriveHostStatus(host, { now: NOW, warnMs: DAY_MS });
const oneAgent = (
  profiles: Record<string, ProfileSpec>,
  order: Record<string, string[]> = {},
  host: Partial<HostSnapshot> = {},
) => status(aHost([anAgent('main', aSet(profiles, order))], host));

describe('health', () => {
  test.each<[string, ProfileSpec, string]>([
    ['a token with a year left', { expiresIn: 365 * DAY_MS }, 'ok'],
    ['more than the warning period left', { expiresIn: DAY_MS + 1 }, 'ok'],
    ['exactly the warning period left', { expiresIn: DAY_MS }, 'expiring'],
    ['a millisecond left', { expiresIn: 1 }, 'expiring'],
    ['nothing left', { expiresIn: 0 }, 'expired'],
    ['no expiry recorded', {}, 'unknown'],
    ['an API key', { type: 'api_key' }, 'ok'],
    ['OAuth that the gateway refreshes', { type: 'oauth', expiresIn: -1, isRefreshable: true }, 'refreshable'],
    ['OAuth without a refresh token', { type: 'oauth', expiresIn: -1 }, 'expired'],
    ['cooling down', { type: 'api_key', usage: { cooldownUntil: NOW + 1 } }, 'coolingDown'],
    ['a cooldown that is over', { type: 'api_key', usage: { cooldownUntil: NOW } }, 'ok'],
    ['blocked by quota', { type: 'api_key', usage: { blockedUntil: NOW + 1 } }, 'coolingDown'],
    [
      'disabled and cooling down',
      { type: 'api_key', usage: { cooldownUntil: NOW + 1, disabledUntil: NOW + 1 } },
      'disabled',
    ],
    ['expired and disabled', { expiresIn: -1, usage: { disabledUntil: NOW + 1 } }, 'expired'],
    ['no credential', { material: { kind: 'missing' } }, 'invalid'],
    ['an expiry that is not a date', { expiry: { kind: 'invalid' } }, 'invalid'],
  ])('%s', (_, spec, health) => {
    const profiles = oneAgent({ 'anthropic:a': spec }).agents[0]?.providers[0]?.profiles;
    expect(profiles?.map((profile) => profile.health)).toEqual([health]);
  });
});

describe('findings and the exit code of `check`', () => {
  const soon = { expiresIn: DAY_MS / 4 };
  const ok = { expiresIn: 200 * DAY_MS };
  const expired = { expiresIn: -DAY_MS };
  test.each<[string, Record<string, ProfileSpec>, string[] | null, number, string]>([
    ['a valid token', { 'anthropic:a': ok }, null, 0, ''],
    ['the winner expires soon', { 'anthropic:a': soon }, null, 2, 'tokenExpiring'],
    [
      'the winner expires soon, with a fallback',
      { 'anthropic:a': soon, 'anthropic:b': ok },
      ['anthropic:a', 'anthropic:b'],
      2,
      'tokenExpiring',
    ],
    ['a fallback expires soon', { 'anthropic:a': ok, 'anthropic:b': soon }, ['anthropic:a', 'anthropic:b'], 0, ''],
    ['expired, with another that is used', { 'anthropic:a': expired, 'anthropic:b': ok }, null, 0, 'tokenExpired'],
    ['only an expired one', { 'anthropic:a': expired }, null, 1, 'tokenExpired'],
    [
      'only one without a credential',
      { 'anthropic:a': { material: { kind: 'missing' } } },
      null,
      1,
      'noCredentials credentialMissing',
    ],
    ['no expiry known', { 'anthropic:a': {} }, null, 0, 'noExpiryKnown'],
    ['all cooling down', { 'anthropic:a': { ...ok, usage: { cooldownUntil: NOW + 1 } } }, null, 0, 'allCoolingDown'],
    [
      'disabled',
      { 'anthropic:a': ok, 'anthropic:b': { ...ok, usage: { disabledUntil: NOW + 1, disabledReason: 'billing' } } },
      null,
      0,
      'profileDisabled',
    ],
    ['an order with a ghost', { 'anthropic:a': ok }, ['anthropic:ghost', 'anthropic:a'], 0, 'orderNamesMissingProfile'],
    [
      'an order that leaves out a key',
      { 'anthropic:a': ok, 'anthropic:k': { type: 'api_key' } },
      ['anthropic:a'],
      0,
      'orderExcludesValid',
    ],
    ['nothing at all', {}, null, 1, 'noCredentials'],
  ])('%s', (_, profiles, order, exitCode, codes) => {
    const { findings } = oneAgent(profiles, order ? { anthropic: order } : {});
    expect(findings.map((finding) => finding.code).join(' ')).toBe(codes);
    expect(exitCodeOf(findings)).toBe(exitCode);
  });

  test('what an agent inherits is told once, where it stands', () => {
    const main = aSet({ 'anthropic:a': soon, 'openai:x': { material: { kind: 'missing' } } });
    const heirs = [...main.profiles].map(
      ([id, profile]) => [id, { ...profile, origin: 'inherited' as const }] as const,
    );
    const heir = anAgent('ops', { ...main, profiles: new Map(heirs) });
    const codes = (agents: HostSnapshot['agents']) =>
      status(aHost(agents)).findings.map((f) => `${f.agentId} ${f.code}`);
    expect(codes([anAgent('main', main), heir])).toEqual([
      'main noCredentials',
      'ops noCredentials',
      'main tokenExpiring',
      'main credentialMissing',
    ]);
    expect(codes([heir])).toContain('ops tokenExpiring');
  });

  test('no agents: the state directory is not there', () => {
    const { findings } = status(aHost([]));
    expect(findings.map((finding) => finding.code)).toEqual(['stateDirMissing']);
  });

  test('what others may do with a store is said with its evidence, until they may not', () => {
    const findings = (exposure: StoreExposure | null) =>
      status(aHost([anAgent('main', aSet({ 'anthropic:a': { expiresIn: 90 * DAY_MS } }), { exposure })])).findings;
    expect(findings({ path: '/s/a\nb', mode: 0o666, kind: 'writable' })).toMatchObject([
      {
        ...{ code: 'storePermissions', severity: 'warning', agentId: 'main' },
        message: 'main: Other users may write /s/a\\nb (mode 0666); run chmod go-w on it.',
      },
    ]);
    const readable = findings({ path: '/s', mode: 0o44, kind: 'readable' });
    expect(readable[0]?.message).toContain('may read /s (mode 0044)');
    expect(exitCodeOf(readable)).toBe(0);
    expect(findings(null)).toEqual([]);
  });

  test.each(['malformed', 'unreadable', 'retired'] as const)(
    'a store that is %s is an error, and the only one',
    (state) => {
      const config = { ...aConfig(), providersInUse: new Set([providerId('anthropic')]) };
      const { findings } = status(aHost([anAgent('main', aSet({}), { state, problem: 'syntax' })], { config }));
      expect(findings.map((finding) => finding.code)).toEqual([`store${state[0]?.toUpperCase()}${state.slice(1)}`]);
      expect(exitCodeOf(findings)).toBe(1);
    },
  );

  test('a hostile id stays on one line', () => {
    const { findings } = oneAgent({ 'anthropic:a\nb\u001b[31m': { expiresIn: 1 } });
    expect(findings[0]?.message).toMatch(/^main: anthropic:a\\nb\\u001b\[31m expires in 0 h\.$/);
  });

  test('a key in the environment is the winner where there is no profile', () => {
    const environment = new Map([[providerId('openai'), [{ name: 'OPENAI_API_KEY', source: 'dotenv' as const }]]]);
    const result = status(aHost([anAgent('main', aSet({}))], { environment }));
    expect(result.agents[0]?.providers).toMatchObject([
      { id: 'openai', winner: { kind: 'environment', variable: 'OPENAI_API_KEY' } },
    ]);
    expect(result.findings).toEqual([]);
  });

  test('a provider that a model names and nothing serves has no credentials', () => {
    const config = { ...aConfig(), providersInUse: new Set([providerId('anthropic')]) };
    const result = status(aHost([anAgent('main', aSet({}))], { config }));
    expect(result.findings).toMatchObject([{ code: 'noCredentials', provider: 'anthropic', severity: 'error' }]);
  });
});

test('an order that names only what is gone is told, also where the release makes nothing of it', () => {
  const result = oneAgent({ 'anthropic:a': {} }, { anthropic: ['anthropic:gone'] });
  expect(result.agents[0]?.providers[0]?.order).toEqual({
    source: 'default',
    profileIds: ['anthropic:a'],
    listed: ['anthropic:gone'],
    listedIn: 'stored',
  });
  expect(result.findings).toMatchObject([
    { code: 'orderNamesMissingProfile', profileId: 'anthropic:gone' },
    { code: 'noExpiryKnown' },
  ]);
});

test('profiles stand in the order in which they are tried, the others after them', () => {
  const result = oneAgent(
    { 'anthropic:x': {}, 'anthropic:a': { type: 'api_key' }, 'anthropic:b': { expiresIn: -1 } },
    { anthropic: ['anthropic:b', 'anthropic:a'] },
  );
  const [provider] = result.agents[0]?.providers ?? [];
  expect(provider?.order).toEqual({
    source: 'stored',
    profileIds: ['anthropic:a'],
    listed: ['anthropic:b', 'anthropic:a'],
    listedIn: 'stored',
  });
  expect(provider?.profiles.map((profile) => `${profile.id} ${profile.reason}`)).toEqual([
    'anthropic:a winner',
    'anthropic:x excludedByOrder',
    'anthropic:b expired',
  ]);
});

test.each([
  ['a block behind a cooldown that has passed', { cooldownUntil: NOW - DAY_MS, blockedUntil: NOW + 1 }, 1],
  ['a cooldown that ends before the block', { cooldownUntil: NOW + 1, blockedUntil: NOW + 2 }, 2],
  ['a cooldown alone', { cooldownUntil: NOW + 1 }, 1],
  ['a cooldown that has passed', { cooldownUntil: NOW - 1 }, -1],
])('the end that is shown of %s', (_, usage, left) => {
  const [profile] = oneAgent({ 'openai:a': { type: 'api_key', usage } }).agents[0]?.providers[0]?.profiles ?? [];
  expect(profile?.cooldownUntil).toBe(NOW + left);
});

describe('an expiry that only the vault knows', () => {
  const set = aSet({
    'anthropic:work': {},
    'anthropic:dated': { expiresIn: 9 * DAY_MS },
    'openai:a': { type: 'api_key' },
  });
  const known = (expiresAt: number | null) =>
    deriveHostStatus(aHost([anAgent('main', set)]), {
      now: NOW,
      warnMs: DAY_MS,
      known: () => ({ issuedAt: NOW - DAY_MS, expiresAt }),
    });
  const shown = (host: HostStatus) =>
    Object.fromEntries(
      host.agents
        .flatMap(({ providers }) => providers)
        .flatMap(({ profiles }) => profiles)
        .map(({ id, health, expiresAt, expirySource, issuedAt }) => [
          id,
          [health, expiresAt && (expiresAt - NOW) / DAY_MS, expirySource, issuedAt && (issuedAt - NOW) / DAY_MS],
        ]),
    );

  test('counts for a token of which the store does not say when it ends, and for no other', () => {
    expect(shown(known(NOW + 3 * DAY_MS))).toEqual({
      'anthropic:work': ['ok', 3, 'vault', -1],
      'anthropic:dated': ['ok', 9, 'store', -1],
      'openai:a': ['ok', null, null, -1],
    });
    expect(shown(known(null))['anthropic:work']).toEqual(['unknown', null, null, -1]);
  });

  test('is warned of, and does not change what the gateway tries', () => {
    const host = known(NOW - DAY_MS);
    expect(shown(host)['anthropic:work']?.[0]).toBe('expired');
    const anthropic = host.agents[0]?.providers.find(({ id }) => id === 'anthropic');
    expect([anthropic?.winner, anthropic?.order.profileIds]).toEqual([
      { kind: 'profile', profileId: 'anthropic:work' },
      ['anthropic:work', 'anthropic:dated'],
    ]);
    expect(host.findings.map(({ code, severity, profileId }) => [code, severity, profileId])).toContainEqual([
      'tokenExpired',
      'error',
      'anthropic:work',
    ]);
  });
});
