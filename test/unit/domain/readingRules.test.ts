import { describe, expect, test } from 'vitest';
import { mergeInherited, parseStoreDocument } from '../../../src/domain/document.ts';
import { fingerprint, profileId } from '../../../src/domain/ids.ts';
import { readingRules } from '../../../src/domain/readingRules.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { EMPTY_PROFILE_SET, type ProfileSet } from '../../../src/domain/snapshot.ts';

const RELEASES = ['2026.2.3', '2026.4.15', '2026.6.1', '2026.9.6'];

function read(release: string, entry: object, more: object = {}): ProfileSet {
  const text = JSON.stringify({ version: 1, profiles: { a: { provider: 'xai', ...entry } }, ...more });
  const rules = readingRules(parseRelease(release));
  const parsed = parseStoreDocument(text, (value) => fingerprint(value), rules);
  return parsed.kind === 'ok' ? parsed.set : EMPTY_PROFILE_SET;
}

describe('one entry, as each release reads it', () => {
  test.each<[string, object, string]>([
    ['apiKey as a type', { type: 'apiKey', key: 'FAKE' }, 'unknown unknown api_key api_key'],
    ['mode as the type', { mode: 'token', token: 'FAKE' }, 'unknown token token token'],
    ['an own type', { type: 'aws-sdk' }, 'unknown unknown unknown unknown'],
  ])('type of %s', (_, entry, types) => {
    const seen = RELEASES.map((release) => read(release, entry).profiles.get(profileId('a'))?.type);
    expect(seen.join(' ')).toBe(types);
  });

  const ref = { source: 'env', id: 'NAME' };
  test.each<[string, object, string]>([
    ['apiKey as the field', { type: 'api_key', apiKey: 'FAKE' }, 'missing value value value'],
    ['a ref beside a value', { type: 'api_key', key: 'FAKE', keyRef: ref }, 'value ref ref ref'],
    ['a ref alone', { type: 'token', tokenRef: ref }, 'missing ref ref ref'],
    ['${NAME}', { type: 'api_key', key: '${NAME}' }, 'value ref ref ref'],
    ['$NAME', { type: 'api_key', key: '$NAME' }, 'value value ref ref'],
    ['a marker', { type: 'api_key', key: 'secretref-env:NAME' }, 'value value ref value'],
    ['a ref with a fourth key', { type: 'api_key', keyRef: { ...ref, x: 1 } }, 'missing missing missing missing'],
    ['blanks', { type: 'token', token: '  ' }, 'missing missing missing missing'],
  ])('value of %s', (_, entry, kinds) => {
    const seen = RELEASES.map((release) => read(release, entry).profiles.get(profileId('a'))?.material.kind);
    expect(seen.join(' ')).toBe(kinds);
  });

  test('a refresh token of blanks counts up to 2026.5', () => {
    const entry = { type: 'oauth', access: 'FAKE', refresh: '  ' };
    const seen = RELEASES.map((release) => read(release, entry).profiles.get(profileId('a'))?.isRefreshable);
    expect(seen).toEqual([true, true, false, false]);
  });

  test('ids of usage are trimmed from 2026.6 on', () => {
    const usage = { usageStats: { ' a ': { lastUsed: 5 } } };
    const seen = RELEASES.map((release) => [...read(release, { type: 'token' }, usage).usage.keys()].join());
    expect(seen).toEqual([' a ', ' a ', 'a', 'a']);
  });
});

test('an entry of an unknown type hides nothing that is inherited', () => {
  const own = read('2026.9.6', { type: 'aws-sdk' });
  const shared = read('2026.9.6', { type: 'token', token: 'FAKE' });
  const seen = mergeInherited(own, shared);
  expect(seen.profiles.get(profileId('a'))).toMatchObject({ type: 'token', origin: 'inherited' });
  expect(seen.unreadable).toEqual([{ id: 'a', why: 'unknownType' }]);
});
