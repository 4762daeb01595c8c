import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { profileId, providerId } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { selectProfiles } from '../../../src/domain/selection.ts';
import { selectionRules } from '../../../src/domain/selectionRules.ts';
import type { ConfigAuth, ProfileSet } from '../../../src/domain/snapshot.ts';
import { aConfig, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

const HOUR = 3_600_000;

function select(set: ProfileSet, config: ConfigAuth = aConfig(), release = '2026.9.6', provider = 'anthropic') {
  const rules = selectionRules(parseRelease(release));
  return selectProfiles({ set, config, provider: providerId(provider), rules, now: NOW });
}

const three: Record<string, ProfileSpec> = {
  'anthropic:key': { type: 'api_key' },
  'anthropic:token': { expiresIn: 100 * HOUR },
  'anthropic:oauth': { type: 'oauth', isRefreshable: true },
};

describe('where the order comes from', () => {
  const config = aConfig(
    { anthropic: ['anthropic:token'] },
    { 'anthropic:key': { provider: 'anthropic', mode: 'api_key' } },
  );

  test('a stored override beats the configured order', () => {
    const result = select(aSet(three, { anthropic: ['anthropic:key'] }), config);
    expect([result.source, result.tried]).toEqual(['stored', ['anthropic:key']]);
    expect(result.reasons.get(profileId('anthropic:token'))).toBe('excludedByOrder');
  });

  test('then the configured order', () => {
    expect(select(aSet(three), config)).toMatchObject({ source: 'config', tried: ['anthropic:token'] });
  });

  test('then the configured profiles, and the others are not tried', () => {
    const result = select(aSet(three), aConfig({}, { 'anthropic:key': { provider: 'anthropic', mode: 'api_key' } }));
    expect([result.source, result.tried]).toEqual(['configured', ['anthropic:key']]);
    expect(result.reasons.get(profileId('anthropic:oauth'))).toBe('notConfigured');
  });

  test('then what is stored: OAuth, tokens, keys', () => {
    const result = select(aSet(three));
    expect(result.source).toBe('default');
    expect(result.tried).toEqual(['anthropic:oauth', 'anthropic:token', 'anthropic:key']);
    expect([...result.reasons.values()].toSorted()).toEqual(['fallback', 'fallback', 'winner']);
  });

  test('an order that names only missing profiles falls back, except in 2026.2', () => {
    const set = aSet({ 'anthropic:key': { type: 'api_key' } }, { anthropic: ['anthropic:gone'] });
    expect(select(set).tried).toEqual(['anthropic:key']);
    expect(select(set, aConfig(), '2026.2.3').tried).toEqual([]);
    expect(select(set, aConfig(), '2026.4.15').tried).toEqual([]);
  });

  test('to a release, an entry of a type that it does not know is missing', () => {
    const set = aSet(
      { 'anthropic:key': { type: 'api_key' }, 'anthropic:odd': { type: 'unknown' } },
      { anthropic: ['anthropic:odd'] },
    );
    expect(select(set).tried).toEqual(['anthropic:key']);
  });

  test('an id that every JavaScript object has is never tried beside configured profiles', () => {
    const set = aSet({ ['constructor' as string]: { provider: 'anthropic', type: 'api_key' } });
    expect(select(set).tried).toEqual(['constructor']);
    const result = select(set, { ...aConfig(), hasProfiles: true });
    expect([result.tried, result.reasons.get(profileId('constructor'))]).toEqual([[], 'modeMismatch']);
  });

  test('aliases of providers are those of the release', () => {
    const servedBy = (provider: string): string[] =>
      ['2026.3.13', '2026.4.15', '2026.5.7', '2026.6.1', '2026.6.11', '2026.7.1', '2026.8.2'].filter(
        (release) => select(aSet({ a: { provider, type: 'api_key' } }), aConfig(), release).tried.length > 0,
      );
    expect(servedBy('claude-cli')).toEqual(['2026.5.7', '2026.6.1', '2026.6.11', '2026.7.1', '2026.8.2']);
  });

  test('the provider is found under its other spellings', () => {
    const set = aSet({ 'zai:a': { provider: 'z.ai', type: 'api_key' } }, { ' Z-AI ': ['zai:a'] });
    expect(select(set, aConfig(), '2026.4.15', 'zai').tried).toEqual(['zai:a']);
    expect(select(set, aConfig(), '2026.9.6', 'zai').tried).toEqual([]);
  });
});

describe('provider ids', () => {
  test('a plugin’s provider uses the credentials of another, but an order under its name is its own', () => {
    const set = aSet({ 'cli:a': { provider: 'claude-cli' }, 'anthropic:b': {} }, { 'claude-cli': ['cli:a'] });
    expect(select(set)).toMatchObject({ source: 'default', tried: ['cli:a', 'anthropic:b'] });
    expect(select(set, aConfig(), '2026.2.3').tried).toEqual(['anthropic:b']);
  });

  test('of two stored orders for one provider the last counts from 2026.6 on, the first before', () => {
    const set = aSet(
      { 'anthropic:a': {}, 'anthropic:b': {} },
      { anthropic: ['anthropic:a'], 'Anthropic ': ['anthropic:b'] },
    );
    expect(select(set).tried).toEqual(['anthropic:b']);
    expect(select(set, aConfig(), '2026.4.15').tried).toEqual(['anthropic:a']);
  });
});

describe('within the order', () => {
  test('least recently used first among equals, cooling down last, soonest back first', () => {
    const result = select(
      aSet({
        'anthropic:late': { usage: { cooldownUntil: NOW + 2 * HOUR } },
        'anthropic:soon': { usage: { disabledUntil: NOW + HOUR } },
        'anthropic:used': { usage: { lastUsed: NOW - 1 } },
        'anthropic:idle': { usage: { cooldownUntil: NOW - 1 } },
      }),
    );
    expect(result.tried).toEqual(['anthropic:idle', 'anthropic:used', 'anthropic:soon', 'anthropic:late']);
    expect(result.reasons.get(profileId('anthropic:soon'))).toBe('disabled');
    expect(result.reasons.get(profileId('anthropic:late'))).toBe('coolingDown');
  });

  test('OpenRouter’s cooldowns are its own business from 2026.4 on', () => {
    const set = aSet({
      'openrouter:a': { usage: { cooldownUntil: NOW + HOUR } },
      'openrouter:b': { usage: { lastUsed: 5 } },
    });
    expect(select(set, aConfig(), '2026.9.6', 'openrouter').tried).toEqual(['openrouter:a', 'openrouter:b']);
    expect(select(set, aConfig(), '2026.2.3', 'openrouter').tried).toEqual(['openrouter:b', 'openrouter:a']);
  });

  test.each([
    ['expired', { expiresIn: 0 }, 'expired', 'expired'],
    ['no credential', { material: { kind: 'missing' } }, 'missingCredential', 'missingCredential'],
    ['invalid expiry', { expiry: { kind: 'invalid' } }, 'invalidExpires', 'winner'],
    [
      'a ref',
      { material: { kind: 'ref', ref: { source: 'env', provider: null, id: 'X' } } },
      'winner',
      'unresolvedRef',
    ],
    ['unknown type', { type: 'unknown' }, 'unknownType', 'unknownType'],
  ] as const)('%s', (_, spec: ProfileSpec, reason, reasonIn2026_2) => {
    const set = aSet({ 'anthropic:a': spec });
    expect([...select(set).reasons.values()]).toEqual([reason]);
    expect([...select(set, aConfig(), '2026.2.3').reasons.values()]).toEqual([reasonIn2026_2]);
  });

  test('a configured mode must match, but a token may be configured as OAuth', () => {
    const set = aSet({ 'anthropic:a': {}, 'anthropic:b': {} });
    const config = aConfig(
      {},
      {
        'anthropic:a': { provider: 'anthropic', mode: 'api_key' },
        'anthropic:b': { provider: 'anthropic', mode: 'oauth' },
      },
    );
    const result = select(set, config);
    expect(result.tried).toEqual(['anthropic:b']);
    expect(result.reasons.get(profileId('anthropic:a'))).toBe('modeMismatch');
  });
});

test('every profile has exactly one reason, and what is tried has one winner', () => {
  const spec = fc.record<ProfileSpec>(
    {
      type: fc.constantFrom('api_key', 'token', 'oauth', 'unknown'),
      expiresIn: fc.integer({ min: -HOUR, max: HOUR }),
      usage: fc.record({ cooldownUntil: fc.integer({ min: NOW - HOUR, max: NOW + HOUR }) }),
    },
    { requiredKeys: [] },
  );
  const id = fc.constantFrom('anthropic:a', 'anthropic:b', 'anthropic:c', '__proto__', 'anthropic:d');
  fc.assert(
    fc.property(
      fc.dictionary(
        id,
        spec.map((s) => ({ provider: 'anthropic', ...s })),
        { maxKeys: 5 },
      ),
      fc.option(fc.array(id), { nil: undefined }),
      fc.constantFrom('2026.2.3', '2026.4.15', '2026.6.1', '2026.9.6'),
      (profiles, order, release) => {
        const set = aSet(profiles, order ? { anthropic: order } : {});
        const { tried, reasons } = select(set, aConfig(), release);
        expect(new Set(reasons.keys())).toEqual(new Set(set.profiles.keys()));
        expect(new Set(tried).size).toBe(tried.length);
        expect([...reasons].filter(([, reason]) => reason === 'winner').map(([key]) => key)).toEqual(tried.slice(0, 1));
      },
    ),
  );
});
