import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/domain/credential.ts';
import { extractCredential, mergeInherited, parseStoreDocument } from '../../../src/domain/document.ts';
import { putCredential } from '../../../src/domain/documentEdit.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { fingerprint, profileId } from '../../../src/domain/ids.ts';
import { readingRules } from '../../../src/domain/readingRules.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import { Secret } from '../../../src/platform/secret.ts';

const RELEASES = ['2026.2.3', '2026.3.13', '2026.4.15', '2026.6.1', '2026.8.2', '2026.9.6'] as const;
type Row = readonly [name: string, entry: object, expected: readonly string[]];

const ID = profileId('p:a');
const REF = { source: 'env', provider: 'default', id: 'SOME_KEY' };
const rulesOf = (release: string): ReturnType<typeof readingRules> => readingRules(parseRelease(release));
const textOf = (entry: object): string => JSON.stringify({ profiles: { [ID]: { provider: 'p', ...entry } } });

function read(document: object, release: string): ProfileSet {
  const parsed = parseStoreDocument(JSON.stringify(document), (text) => fingerprint(text), rulesOf(release));
  if (parsed.kind !== 'ok') throw new Error(parsed.kind);
  return parsed.set;
}

function readOne(entry: object, release: string): Profile | undefined {
  return read({ profiles: { [ID]: { provider: 'p', ...entry } } }, release).profiles.get(ID);
}

const everywhere = (says: string): readonly string[] => RELEASES.map(() => says);
const from = (first: (typeof RELEASES)[number], before: string, since: string): readonly string[] =>
  RELEASES.map((release) => (release < first ? before : since));

describe('what the releases make of an entry', () => {
  const ROWS: readonly Row[] = [
    ['a plain token', { type: 'token', token: 'FAKE' }, everywhere('token value')],
    ['another type', { type: 'passkey', token: 'FAKE' }, everywhere('unknown hidden')],
    ['the type apiKey', { type: 'apiKey', key: 'FAKE' }, from('2026.6.1', 'unknown hidden', 'api_key value')],
    ['the mode apiKey', { mode: 'apiKey', key: 'FAKE' }, from('2026.6.1', 'unknown hidden', 'api_key value')],
    ['mode for type', { mode: 'token', token: 'FAKE' }, from('2026.3.13', 'unknown hidden', 'token value')],
    ['mode beside a type of null', { type: null, mode: 'token', token: 'FAKE' }, everywhere('unknown hidden')],
    ['apiKey for key', { type: 'api_key', apiKey: 'FAKE' }, from('2026.3.13', 'api_key missing', 'api_key value')],
    [
      'a ref beside a key',
      { type: 'api_key', key: 'FAKE', keyRef: REF },
      from('2026.3.13', 'api_key value', 'api_key ref'),
    ],
    [
      'a ref beside a token',
      { type: 'token', token: 'FAKE', tokenRef: REF },
      from('2026.3.13', 'token value', 'token ref'),
    ],
    ['a ref in the place of a key', { type: 'api_key', key: REF }, from('2026.4.15', 'api_key missing', 'api_key ref')],
    ['${NAME}', { type: 'api_key', key: '${SOME_KEY}' }, from('2026.3.13', 'api_key value', 'api_key ref')],
    ['$NAME', { type: 'api_key', key: '$SOME_KEY' }, from('2026.6.1', 'api_key value', 'api_key ref')],
    ['$NAME as keyRef', { type: 'api_key', keyRef: '$SOME_KEY' }, from('2026.6.1', 'api_key missing', 'api_key ref')],
    [
      'a ref into a store',
      { type: 'api_key', keyRef: { ...REF, source: 'store' } },
      from('2026.8.2', 'api_key missing', 'api_key ref'),
    ],
    ...['secretref-env:SOME_KEY', '__env__:SOME_KEY'].map((text): Row => {
      const says = RELEASES.map((release) => (release === '2026.6.1' ? 'api_key ref' : 'api_key value'));
      return [text, { type: 'api_key', key: text }, says];
    }),
  ];
  it.each(ROWS)('%s', (_name, entry, expected) => {
    const says = RELEASES.map((release) => {
      const profile = readOne(entry, release);
      return `${String(profile?.type)} ${String(profile?.material.kind)}`;
    });
    expect(says).toEqual(expected);
  });

  it('a blank refresh token counts up to 2026.4, an empty one never', () => {
    const refreshable = (refresh: string): unknown[] =>
      RELEASES.map((release) => readOne({ type: 'oauth', access: 'FAKE', refresh }, release)?.isRefreshable);
    expect(refreshable('  ')).toEqual([true, true, true, false, false, false]);
    expect(refreshable('')).toEqual([false, false, false, false, false, false]);
  });

  it('an onboarding command in place of a key is told before an unfinished set-up, which only 2026.9 knows', () => {
    const entry = { type: 'api_key', key: 'openclaw onboard --auth-choice x', setup: { replacement: true } };
    expect(readOne(entry, '2026.8.2')?.dormancy).toBe('malformedKey');
    expect(readOne({ ...entry, key: 'FAKE' }, '2026.8.2')?.dormancy).toBe('setup');
  });

  it('usage of an id with outer blanks is found up to 2026.4', () => {
    const ids = (release: string): string[] => [
      ...read({ profiles: {}, usageStats: { 'a ': { lastUsed: 1 }, ' ': { lastUsed: 2 } } }, release).usage.keys(),
    ];
    expect(RELEASES.map(ids)).toEqual([['a ', ' '], ['a ', ' '], ['a ', ' '], ['a'], ['a'], ['a']]);
  });

  it('usage that says nothing covers nothing from 2026.5.28 on', () => {
    const usageStats = {
      a: {},
      b: { cooldownUntil: 'soon', other: 1 },
      c: { errorCount: 0 },
      d: { cooldownModel: 'm' },
    };
    const ids = (release: string): string => [...read({ profiles: {}, usageStats }, release).usage.keys()].join('');
    expect(RELEASES.map(ids)).toEqual(['abcd', 'abcd', 'abcd', 'cd', 'cd', 'cd']);
  });

  it('ids of people’s own accounts are dropped by 2026.9, also from orders', () => {
    const uuid = '01234567-89ab-4cde-8f01-23456789abcd';
    const [owner, person, other] = [
      `personal:gateway-owner:${uuid}`,
      `personal:${uuid}:${uuid}`,
      `personal:me:${uuid}`,
    ];
    const entry = { type: 'token', provider: 'p', token: 'FAKE' };
    const document = {
      profiles: { [owner]: entry, [person]: entry, [other]: entry },
      order: { p: [owner, other], q: [person] },
    };
    const early = read(document, '2026.8.2');
    expect([...early.profiles.keys()]).toEqual([owner, person, other]);
    expect([...early.order.values()]).toEqual([[owner, other], [person]]);
    const late = read(document, '2026.9.6');
    expect([...late.profiles.values()].map(({ type }) => type)).toEqual(['unknown', 'unknown', 'token']);
    expect([...late.order.values()]).toEqual([[other]]);
  });

  it('the id __proto__ is lost by every release, also from orders', () => {
    const profiles = JSON.parse('{"__proto__":{"type":"token","provider":"p","token":"FAKE"}}') as object;
    for (const release of RELEASES) {
      const set = read({ profiles, order: { p: ['__proto__', 'p:a'] } }, release);
      expect(set.profiles.get(profileId('__proto__'))?.type).toBe('unknown');
      expect([...set.order.values()]).toEqual([['p:a']]);
    }
  });

  it('a release that is not known is read like the latest, and takes the markers too', () => {
    expect(readingRules(null)).toEqual({ ...rulesOf('2026.9.6'), refs: 'markers' });
  });
});

describe('an own entry of a type that the release does not know', () => {
  const shared = { profiles: { [ID]: { type: 'token', provider: 'p', token: 'FAKE-shared' } } };
  const own = { profiles: { [ID]: { type: 'apiKey', provider: 'p', key: 'FAKE-own' } } };
  const merge = (release: string, base: object): ProfileSet => mergeInherited(read(own, release), read(base, release));

  it.each(['2026.2.3', '2026.4.15'])('lets the shared one of its id through: %s', (release) => {
    const merged = merge(release, shared);
    expect(merged.profiles.get(ID)).toMatchObject({ type: 'token', origin: 'inherited' });
    expect(merged.unreadable).toEqual([{ id: ID, why: 'unknownType' }]);
  });

  it('wins where the release knows it', () => {
    const merged = merge('2026.6.1', shared);
    expect(merged.profiles.get(ID)).toMatchObject({ type: 'api_key', origin: 'own' });
    expect(merged.unreadable).toEqual([]);
  });

  it.each([{ profiles: {} }, own])('stays a row where nothing usable stands behind it (%#)', (base) => {
    const merged = merge('2026.4.15', base);
    expect(merged.profiles.get(ID)).toMatchObject({ type: 'unknown', origin: 'own' });
    expect(merged.unreadable).toEqual([]);
  });
});

describe('values and edits', () => {
  const put = (entry: object, release: string): unknown => {
    const credential = { type: 'api_key', secret: Secret.of('FAKE-new') } as const;
    try {
      const text = putCredential(
        textOf(entry),
        '/store',
        { profileId: ID, provider: 'p', credential },
        rulesOf(release),
      );
      return (JSON.parse(text) as { profiles: Record<string, unknown> }).profiles[ID];
    } catch (error) {
      return AppError.from(error).details['reason'];
    }
  };

  it.each<[object]>([
    [{ type: 'api_key', key: '${SOME_KEY}' }],
    [{ type: 'api_key', key: '$SOME_KEY' }],
    [{ type: 'api_key', key: 'secretref-env:SOME_KEY' }],
    [{ type: 'api_key', apiKey: '${SOME_KEY}' }],
    [{ type: 'api_key', key: REF }],
    [{ type: 'api_key', key: 'FAKE', keyRef: REF }],
    [{ type: 'token', token: 'FAKE', tokenRef: '$SOME_KEY' }],
  ])('a ref of any release is never overwritten: %j', (entry) => {
    expect(RELEASES.map((release) => put(entry, release))).toEqual(everywhere('isRef'));
  });

  it('text that another release takes for a ref is no value to be taken along', () => {
    const values = ['${SOME_KEY}', '$SOME_KEY', 'secretref-env:SOME_KEY'].flatMap((key) =>
      RELEASES.map((release) => extractCredential(textOf({ type: 'api_key', key }), ID, rulesOf(release))),
    );
    expect(new Set(values)).toEqual(new Set([null]));
  });

  it('the value that 2026.2 uses beside a ref is the one that is read', () => {
    const text = textOf({ type: 'api_key', key: 'FAKE', keyRef: REF });
    expect(extractCredential(text, ID, rulesOf('2026.2.3'))?.secret.reveal()).toBe('FAKE');
    expect(extractCredential(text, ID, rulesOf('2026.4.15'))).toBeNull();
  });

  it('a new value goes where the release looks for it', () => {
    const entry = { type: 'api_key', apiKey: 'FAKE-old' };
    expect(put(entry, '2026.2.3')).toEqual({ provider: 'p', ...entry, key: 'FAKE-new' });
    expect(put(entry, '2026.4.15')).toEqual({ provider: 'p', type: 'api_key', apiKey: 'FAKE-new' });
  });

  it('an entry that the release does not know is not changed', () => {
    expect(put({ mode: 'api_key', key: 'FAKE' }, '2026.2.3')).toBe('unknownType');
    expect(put({ type: 'apiKey', key: 'FAKE' }, '2026.4.15')).toBe('unknownType');
    expect(put({ type: 'apiKey', key: 'FAKE' }, '2026.6.1')).toEqual({
      type: 'apiKey',
      provider: 'p',
      key: 'FAKE-new',
    });
  });
});
