import fc from 'fast-check';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { configureProfile, unconfigureProfile, type ConfiguredProfile } from '../../../src/domain/configEdit.ts';
import type { AppError } from '../../../src/domain/errors.ts';
import { profileId } from '../../../src/domain/ids.ts';
import { parseRelease, type Release } from '../../../src/domain/release.ts';

const release = (text: string): Release => {
  const parsed = parseRelease(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};
const WORK: ConfiguredProfile = { profileId: profileId('anthropic:work'), provider: 'anthropic', mode: 'token' };
const configure = (text: string | null, at = '2026.6.1', profile = WORK): string =>
  configureProfile(text, '/c', profile, release(at));
const auth = (text: string): unknown => JSON5.parse<{ auth: unknown }>(text).auth;

describe('configureProfile, against what the CLI wrote', () => {
  // `auth` before and after `models auth paste-token --provider anthropic --profile-id anthropic:work`.
  const MIXED = { profiles: { 'anthropic:key': { provider: 'anthropic', mode: 'api_key' } } };
  const SPELLED = {
    profiles: {
      'anthropic:key': { provider: 'anthropic', mode: 'api_key' },
      'openai:one': { provider: 'openai', mode: 'api_key' },
    },
    order: { Anthropic: ['anthropic:key', 'anthropic:x'], openai: ['openai:one'] },
  };
  const token = { provider: 'anthropic', mode: 'token' };

  it.each(['2026.2.3', '2026.4.15', '2026.6.1'])('%s: no configuration', (at) => {
    expect(auth(configure(null, at))).toEqual({ profiles: { 'anthropic:work': token } });
  });

  it.each([
    ['2026.2.3', undefined],
    ['2026.4.15', { anthropic: ['anthropic:work', 'anthropic:key'] }],
    ['2026.6.1', { anthropic: ['anthropic:work', 'anthropic:key'] }],
  ])('%s: another mode without an order', (at, order) => {
    expect(auth(configure(JSON.stringify({ auth: MIXED }), at))).toEqual({
      profiles: { ...MIXED.profiles, 'anthropic:work': token },
      ...(order === undefined ? {} : { order }),
    });
  });

  it.each([
    ['2026.2.3', SPELLED.order],
    ['2026.4.15', { openai: ['openai:one'], anthropic: ['anthropic:work', 'anthropic:key', 'anthropic:x'] }],
    ['2026.6.1', { openai: ['openai:one'], anthropic: ['anthropic:work', 'anthropic:key', 'anthropic:x'] }],
  ])('%s: an order under another spelling', (at, order) => {
    expect(auth(configure(JSON.stringify({ auth: SPELLED }), at))).toEqual({
      profiles: { ...SPELLED.profiles, 'anthropic:work': token },
      order,
    });
  });

  it.each(['2026.2.3', '2026.4.15', '2026.6.1'])('%s: an order under its own name', (at) => {
    const before = { order: { anthropic: ['a', 'anthropic:work', 'b'] } };
    expect(auth(configure(JSON.stringify({ auth: before }), at))).toEqual({
      order: { anthropic: ['anthropic:work', 'a', 'b'] },
      profiles: { 'anthropic:work': token },
    });
  });

  it('gathers several spellings in the order of the file', () => {
    const before = { order: { ' Anthropic': ['a', 'b'], anthropic: ['c', 'a'], ANTHROPIC: ['d'] } };
    expect(auth(configure(JSON.stringify({ auth: before })))).toMatchObject({
      order: { anthropic: ['anthropic:work', 'a', 'b', 'c', 'd'] },
    });
  });
});

describe('configureProfile, as an edit of the text', () => {
  it('keeps comments, trailing commas and spacing', () => {
    const before = `{
  // mine
  "auth": {
    "profiles": {
      "a": { "provider": "openai", "mode": "api_key" }, // the first
    },
    "order": { "anthropic": ["x"] /* why */ },
  },
}
`;
    expect(configure(before)).toBe(`{
  // mine
  "auth": {
    "profiles": {
      "a": { "provider": "openai", "mode": "api_key" }, // the first
      "anthropic:work": {
        "provider": "anthropic",
        "mode": "token"
      },
    },
    "order": { "anthropic": ["anthropic:work", "x"] /* why */ },
  },
}
`);
  });

  it('changes only the mode of an entry that is there', () => {
    const before =
      '{"auth":{"profiles":{"anthropic:work":{"provider":"anthropic","mode":"api_key","email":"a@example.com"}}}}';
    expect(configure(before)).toBe(before.replace('api_key', 'token'));
  });

  it('changes nothing that is there already', () => {
    const text = configure('{ "meta": { "lastTouchedVersion": "2026.6.1" } }');
    expect(configure(text)).toBe(text);
  });

  it.each([
    ['{ auth: {} }', 'syntax'],
    ["{ 'auth': {} }", 'syntax'],
    ['', 'syntax'],
    ['[]', 'notAnObject'],
    ['{"auth":[]}', 'notAnObject'],
    ['{"auth":{"profiles":7}}', 'notAnObject'],
    ['{"auth":{},"auth":{}}', 'duplicateKey'],
    ['{"$include":"./other.json"}', 'include'],
    ['{"auth":{"profiles":{"$include":"./other.json"}}}', 'include'],
  ])('refuses %j', (text, reason) => {
    for (const run of [() => configure(text), () => unconfigureProfile(text, '/c', WORK.profileId)])
      expect(run).toThrow(expect.objectContaining({ code: 'configUnreadable' }) as AppError);
    try {
      configure(text);
    } catch (error) {
      expect((error as AppError).details).toMatchObject({ path: '/c', reason });
    }
  });
});

describe('unconfigureProfile', () => {
  it('takes out the entry and every place in an order, and a list that becomes empty', () => {
    const text = JSON.stringify({
      auth: {
        profiles: { 'anthropic:work': {}, other: {} },
        order: { anthropic: ['anthropic:work'], mixed: ['a', 'anthropic:work', 'b', 'anthropic:work'] },
      },
    });
    expect(auth(unconfigureProfile(text, '/c', WORK.profileId))).toEqual({
      profiles: { other: {} },
      order: { mixed: ['a', 'b'] },
    });
  });

  it('changes nothing where the profile is not named', () => {
    expect(unconfigureProfile('{ "auth": { "order": { "a": ["b"] } } }', '/c', WORK.profileId)).toBe(
      '{ "auth": { "order": { "a": ["b"] } } }',
    );
  });

  it('undoes configureProfile but for the containers, whatever the configuration', () => {
    const ids = fc.constantFrom('a', 'b', '__proto__', 'c:d');
    const configs = fc.record(
      {
        profiles: fc.dictionary(
          ids,
          fc.record({
            provider: fc.constantFrom('anthropic', 'Anthropic', 'openai'),
            mode: fc.constantFrom('token', 'api_key'),
          }),
        ),
        order: fc.dictionary(
          fc.constantFrom('anthropic', 'Anthropic', 'openai'),
          fc.uniqueArray(ids, { minLength: 1 }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        configs,
        fc.constantFrom(undefined, 2, '\t'),
        fc.constantFrom('2026.2.3', '2026.6.1'),
        (config, indent, at) => {
          const before = JSON.stringify({ x: 1, auth: config, y: [2] }, null, indent);
          const after = configure(before, at);
          const undone = unconfigureProfile(after, '/c', WORK.profileId);
          expect(JSON5.parse(undone)).toMatchObject({ x: 1, y: [2] });
          expect((auth(undone) as typeof config).profiles ?? {}).toEqual(config.profiles ?? {});
          expect(after.startsWith(before.slice(0, before.indexOf('"auth"')))).toBe(true);
          expect(after.endsWith(before.slice(before.lastIndexOf('"y"')))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
