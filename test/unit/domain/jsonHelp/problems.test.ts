import { describe, expect, it } from 'vitest';
import type { HelpedDocument } from '../../../../src/domain/jsonHelp/documents.ts';
import { findProblems, type KnownAbout } from '../../../../src/domain/jsonHelp/problems.ts';

const UNKNOWN: KnownAbout = { isRetired: false, profileIds: null };
const TOKEN = `sk-ant-oat01-${'F'.repeat(95)}`;

function problems(value: unknown, document: HelpedDocument = 'profiles', known = UNKNOWN): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return findProblems(text, document, known).map(
    ({ code, place }) => `${code} ${text.slice(place.offset, place.offset + place.length).slice(0, 40)}`,
  );
}

const profile = (more: object): object => ({
  version: 1,
  profiles: { 'a:b': { type: 'token', provider: 'anthropic', token: TOKEN, ...more } },
});

describe('problems of a credentials document', () => {
  it.each<[string, unknown, string[]]>([
    ['a sound one', profile({ expires: 1_900_000_000_000, someNewField: 1 }), []],
    ['a sound one of keys', profile({ type: 'api_key', provider: 'openai', key: 'sk-proj-FAKEFAKEFAKEFAKE' }), []],
    ['an unknown type', profile({ type: 'passkey' }), ['unknownType "passkey"']],
    ['no provider', profile({ provider: ' ' }), ['noProvider "a:b"']],
    ['no object', { profiles: { 'a:b': 'sk-ant' } }, ['notAProfile "a:b"']],
    ['profiles that are a list', { profiles: [] }, ['notADocument []']],
    ['a list', [], ['notADocument []']],
    ['no credential', profile({ token: '' }), ['noCredential "a:b"']],
    ['a reference', profile({ token: undefined, tokenRef: { source: 'env', id: 'X' } }), []],
    ['an expiry of text', profile({ expires: 'tomorrow' }), ['expiryNoDate "tomorrow"']],
    ['an expiry in seconds', profile({ expires: 1_900_000_000 }), ['timeInSeconds 1900000000']],
    ['an expiry beyond dates', profile({ expires: 9e15 }), ['expiryNoDate 9000000000000000']],
    ['a cut token', profile({ token: TOKEN.slice(0, 79) }), [`cut "${TOKEN.slice(0, 39)}`]],
    ['a shorter token', profile({ token: TOKEN.slice(0, 90) }), [`oddLength "${TOKEN.slice(0, 39)}`]],
    [
      'a token over two lines',
      profile({ token: `${TOKEN.slice(0, 80)}\n${TOKEN.slice(80)}` }),
      [`whiteSpace "${TOKEN.slice(0, 39)}`],
    ],
    [
      'a key as token',
      profile({ token: `sk-ant-api03-${'F'.repeat(90)}` }),
      [expect.stringMatching(/^notAToken /) as string],
    ],
    ['a token as key', profile({ type: 'api_key', key: TOKEN }), [expect.stringMatching(/^tokenAsKey /) as string]],
    [
      'a refresh token',
      profile({ token: `sk-ant-ort01-${'F'.repeat(95)}` }),
      [expect.stringMatching(/^refreshToken /) as string],
    ],
    ['the flat shape', { 'ollama-windows': { apiKey: 'ollama-local', baseUrl: 'x' } }, ['flatShape "ollama-windows"']],
    ['nothing at all', {}, []],
    [
      'usage in seconds',
      { profiles: {}, usageStats: { a: { cooldownUntil: 1_800_000_000 } } },
      ['timeInSeconds 1800000000'],
    ],
    [
      'a refresh that runs',
      { profiles: { a: { type: 'oauth', provider: 'g', expires: 1, access: 'openclaw-oauth-refresh-fence:v1:x' } } },
      [],
    ],
  ])('%s', (_, value, expected) => {
    expect(problems(value)).toEqual(expected);
  });

  it('are found at every duplicate key, also of a profile', () => {
    const text = '{"profiles":{"a:b":1,"a:b":{"type":"token","provider":"x","token":"a","token":"b"}},"profiles":{}}';
    expect(problems(text).filter((line) => line.startsWith('duplicateKey'))).toEqual([
      'duplicateKey "a:b"',
      'duplicateKey "token"',
      'duplicateKey "profiles"',
    ]);
  });

  it('are those of an order only where it is known which profiles there are', () => {
    const document = { ...profile({}), order: { anthropic: ['a:b', 'shared:c', 'gone', 7] } };
    expect(problems(document)).toEqual([]);
    const known = { isRetired: false, profileIds: new Set(['shared:c']) };
    expect(problems(document, 'profiles', known)).toEqual(['missingInOrder "gone"', 'missingInOrder 7']);
    const state = { order: { anthropic: ['shared:c', 'a:b'] } };
    expect(problems(state, 'state', known)).toEqual(['missingInOrder "a:b"']);
  });

  it('say first that the file is not used any more', () => {
    expect(problems(profile({}), 'profiles', { isRetired: true, profileIds: null })).toEqual(['retired {']);
  });

  it('are no more than can be read, in a document of any size', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`p${at}`, 1]));
    expect(findProblems(JSON.stringify({ profiles: many }), 'profiles', UNKNOWN)).toHaveLength(200);
  });
});

it('problems of the configuration are those of its auth part', () => {
  const config = {
    auth: { profiles: { a: { mode: 'token' }, b: 1, c: { provider: 'c' } }, order: { c: ['c', 'd'] } },
    channels: { profiles: 1 },
  };
  const known = { isRetired: true, profileIds: new Set(['c']) };
  expect(problems(config, 'config', known)).toEqual(['noProvider "a"', 'notAProfile "b"', 'missingInOrder "d"']);
  expect(problems('{"x":1,"x":2,"auth":{"order":{},"order":{}}}', 'config', UNKNOWN)).toEqual(['duplicateKey "order"']);
  expect(problems('{ auth: {} }', 'config', UNKNOWN)).toEqual([]);
});
