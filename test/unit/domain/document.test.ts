import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractCredential, mergeInherited, parseStoreDocument } from '../../../src/domain/document.ts';
import type { Fingerprinter } from '../../../src/domain/ids.ts';
import { fingerprint, profileId, providerId } from '../../../src/domain/ids.ts';
import { parseJsonTree } from '../../../src/domain/jsonTree.ts';
import { readingRules } from '../../../src/domain/readingRules.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import { EMPTY_PROFILE_SET } from '../../../src/domain/snapshot.ts';
import { parseStateDocument } from '../../../src/domain/stateDocument.ts';

const LATEST = readingRules(null);

const TOKEN = 'sk-ant-oat01-' + 'FAKE'.repeat(24);
const print: Fingerprinter = (text) => fingerprint(`#${text.replace('\0', '/')}`);
const A = profileId('anthropic:work');

function read(document: unknown): ProfileSet {
  const parsed = parseStoreDocument(typeof document === 'string' ? document : JSON.stringify(document), print, LATEST);
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed));
  return parsed.set;
}

function readOne(entry: unknown): ReturnType<ProfileSet['profiles']['get']> {
  return read({ profiles: { [A]: entry } }).profiles.get(A);
}

describe('parseStoreDocument', () => {
  it('reads a token, a key and an OAuth login', () => {
    const set = read({
      version: 1,
      profiles: {
        [A]: { type: 'token', provider: 'anthropic', token: TOKEN, expires: 1826914722242 },
        'openai:x': { type: 'api_key', provider: 'openai', key: 'FAKE-key', email: 'a@example.com', displayName: 'A' },
        'codex:y': {
          type: 'oauth',
          provider: 'codex',
          access: 'FAKE-a',
          refresh: 'FAKE-r',
          expires: 5,
          accountId: 'acc',
        },
      },
    });
    expect([...set.profiles.values()]).toEqual([
      {
        id: A,
        provider: 'anthropic',
        type: 'token',
        material: { kind: 'value', fingerprint: `#token/${TOKEN}`, length: TOKEN.length, doubt: 'oddLength' },
        expiry: { kind: 'at', unixMs: 1826914722242 },
        dormancy: null,
        isRefreshable: false,
        email: null,
        displayName: null,
        accountId: null,
        origin: 'own',
      },
      {
        id: 'openai:x',
        provider: 'openai',
        type: 'api_key',
        material: { kind: 'value', fingerprint: '#api_key/FAKE-key', length: 8 },
        expiry: { kind: 'none' },
        dormancy: null,
        isRefreshable: false,
        email: 'a@example.com',
        displayName: 'A',
        accountId: null,
        origin: 'own',
      },
      {
        id: 'codex:y',
        provider: 'codex',
        type: 'oauth',
        material: { kind: 'value', fingerprint: '#oauth/FAKE-a', length: 6 },
        expiry: { kind: 'at', unixMs: 5 },
        dormancy: null,
        isRefreshable: true,
        email: null,
        displayName: null,
        accountId: 'acc',
        origin: 'own',
      },
    ]);
    expect(set.unreadable).toEqual([]);
  });

  it.each([
    ['mode for type', { mode: 'token', provider: 'p', token: 'FAKE' }, 'token', 'value'],
    ['apiKey for api_key', { type: 'apiKey', provider: 'p', key: 'FAKE' }, 'api_key', 'value'],
    ['apiKey for key', { type: 'api_key', provider: 'p', apiKey: 'FAKE' }, 'api_key', 'value'],
    ['no apiKey beside key', { type: 'api_key', provider: 'p', key: '', apiKey: 'FAKE' }, 'api_key', 'missing'],
    ['a ref', { type: 'api_key', provider: 'p', keyRef: { source: 'env', provider: 'd', id: 'X' } }, 'api_key', 'ref'],
    [
      'a ref beside a value',
      { type: 'token', provider: 'p', token: 'FAKE', tokenRef: { source: 'file', id: '/x' } },
      'token',
      'ref',
    ],
    [
      'a ref in place of the value',
      { type: 'token', provider: 'p', token: { source: 'env', id: 'X' } },
      'token',
      'ref',
    ],
    ['a template', { type: 'api_key', provider: 'p', key: '${FAKE_KEY}' }, 'api_key', 'ref'],
    ['nothing', { type: 'token', provider: 'p' }, 'token', 'missing'],
    ['blank', { type: 'token', provider: 'p', token: '  ' }, 'token', 'missing'],
    ['an unknown type', { type: 'passkey', provider: 'p', key: 'FAKE' }, 'unknown', 'hidden'],
  ])('reads %s', (_name, entry, type, material) => {
    expect(readOne(entry)).toMatchObject({ type, material: { kind: material } });
  });

  it.each([null, 0, -1, '1826914722242', true, [1]])('calls expires %j invalid', (expires) => {
    expect(readOne({ type: 'token', provider: 'p', token: 'FAKE', expires })?.expiry).toEqual({ kind: 'invalid' });
  });

  it('tells a number that no date can hold apart, because releases differ about it', () => {
    expect(readOne({ type: 'token', provider: 'p', token: 'FAKE', expires: 8.64e15 + 1 })?.expiry).toEqual({
      kind: 'beyond',
    });
  });

  it('calls an infinite number invalid', () => {
    const set = read(`{"profiles":{"${A}":{"type":"token","provider":"p","token":"FAKE","expires":1e999}}}`);
    expect(set.profiles.get(A)?.expiry).toEqual({ kind: 'invalid' });
  });

  it('lists what it cannot read and goes on', () => {
    const set = read({
      profiles: { a: 'text', b: { type: 'token' }, c: { type: 'x' }, [A]: { type: 'token', provider: 'p' } },
    });
    expect(set.unreadable).toEqual([
      { id: 'a', why: 'notAnObject' },
      { id: 'b', why: 'noProvider' },
      { id: 'c', why: 'unknownType' },
    ]);
    expect([...set.profiles.keys()]).toEqual([A]);
  });

  it('lets the last of two equal ids win and says that they are equal', () => {
    const entry = (token: string): string => `"${A}":{"type":"token","provider":"p","token":"${token}"}`;
    const set = read(`{"profiles":{${entry('FAKE-1')},${entry('FAKE-2')}}}`);
    expect(set.profiles.get(A)?.material).toMatchObject({ fingerprint: '#token/FAKE-2' });
    expect(set.unreadable).toEqual([{ id: A, why: 'duplicateKey' }]);
  });

  it('takes __proto__, constructor and escaped keys as ordinary ids', () => {
    const entry = '{"type":"token","provider":"__proto__","token":"FAKE"}';
    const set = read(
      `{"profiles":{"__proto__":${entry},"constructor":${entry},"\\\\":${entry},"\\n":${entry}},"order":{"__proto__":["constructor"]}}`,
    );
    expect([...set.profiles.keys()]).toEqual(['__proto__', 'constructor', '\\', '\n']);
    expect(set.order.get(providerId('__proto__'))).toEqual(['constructor']);
  });

  it('reads order, lastGood and usage beside the profiles, and drops entries of a wrong kind', () => {
    const set = read({
      profiles: {},
      order: { anthropic: [A, 7, null, '  x '], bad: 'no', none: [] },
      lastGood: { anthropic: A, bad: 3 },
      usageStats: { [A]: { lastUsed: 1, cooldownUntil: 'soon', disabledUntil: 2, disabledReason: 'billing' }, bad: [] },
    });
    expect([...set.order]).toEqual([['anthropic', [A, 'x']]]);
    expect([...set.lastGood]).toEqual([['anthropic', A]]);
    expect([...set.usage]).toEqual([
      [
        A,
        {
          lastUsed: 1,
          cooldownUntil: null,
          cooldownModel: null,
          cooldownReason: null,
          blockedUntil: null,
          disabledUntil: 2,
          disabledReason: 'billing',
          errorCount: 0,
        },
      ],
    ]);
  });

  it.each([
    ['', { kind: 'empty' }],
    [' \r\n', { kind: 'empty' }],
    ['[]', { kind: 'malformed', problem: 'notAnObject', offset: 0 }],
    ['{"profiles":[]}', { kind: 'malformed', problem: 'notAnObject', offset: 12 }],
    ['{"profiles":{}', { kind: 'malformed', problem: 'syntax', offset: 14 }],
    ['{"profiles":{},}', { kind: 'malformed', problem: 'syntax', offset: 15 }],
    ['{} // no', { kind: 'malformed', problem: 'syntax', offset: 3 }],
    ['\ufeff{"profiles":{}}', { kind: 'malformed', problem: 'syntax', offset: 0 }],
    ['['.repeat(1_000_000), { kind: 'malformed', problem: 'tooDeep', offset: 64 }],
    ['{"a":'.repeat(1_000_000), { kind: 'malformed', problem: 'tooLarge', offset: null }],
  ])('says what is wrong with a document (%#)', (text, expected) => {
    expect(parseStoreDocument(text, print, LATEST)).toEqual(expected);
  });

  it('reads a document without profiles as no profiles, like the gateway', () => {
    expect(parseStoreDocument('{"order":{"a":["b"]}}', print, LATEST)).toEqual({ kind: 'ok', set: EMPTY_PROFILE_SET });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 6 })), (text) => {
        parseStoreDocument(text, print, LATEST);
        parseStateDocument(text, LATEST);
        extractCredential(text, A, LATEST);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseJsonTree', () => {
  it('accepts exactly what JSON.parse accepts', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u0041"',
      '"\\x"',
      '"\t"',
      '1',
      '-',
      '01',
      '1.',
      '1e5',
      '.5',
      'null',
      'nul',
      'true',
      ' ',
      '\n',
      '\u00a0',
      '\f',
      '//c\n',
      '/**/',
    );
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
      .map(
        ([json, at, insert]) =>
          json.slice(0, at % (json.length + 1)) + insert + json.slice((at % (json.length + 1)) + 1),
      );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
          mutated,
        ),
        (text) => {
          expect(parseJsonTree(text, 'json').kind === 'ok').toBe(isJson(text));
        },
      ),
      { numRuns: 10_000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('extractCredential', () => {
  const text = JSON.stringify({
    profiles: {
      [A]: { type: 'token', provider: 'p', token: TOKEN, expires: 5 },
      key: { mode: 'apiKey', provider: 'p', apiKey: 'FAKE-key' },
      ref: { type: 'api_key', provider: 'p', key: 'FAKE', keyRef: { source: 'env', provider: 'd', id: 'X' } },
      oauth: { type: 'oauth', provider: 'p', access: 'FAKE', refresh: 'FAKE' },
    },
  });

  it('gives the value of a token with its expiry, and of a key', () => {
    const token = extractCredential(text, A, LATEST);
    expect(token?.type === 'token' && token.expiresAt).toBe(5);
    expect(token?.secret.reveal()).toBe(TOKEN);
    expect(extractCredential(text, profileId('key'), LATEST)?.secret.reveal()).toBe('FAKE-key');
  });

  it.each(['ref', 'oauth', 'absent', '__proto__'])('gives nothing for %s', (id) => {
    expect(extractCredential(text, profileId(id), LATEST)).toBeNull();
  });
});

describe('mergeInherited', () => {
  const profile = (token: string): object => ({ type: 'token', provider: 'p', token });
  const shared = read({
    profiles: { a: profile('FAKE-a'), b: profile('FAKE-b') },
    order: { p: ['b', 'a'], q: ['a'] },
    usageStats: { a: { lastUsed: 1 }, b: { lastUsed: 2 }, gone: { lastUsed: 3 } },
  });
  const own = read({ profiles: { b: profile('FAKE-own') }, order: { p: ['b'] }, usageStats: { b: { lastUsed: 9 } } });

  it('puts the own profiles over the inherited ones', () => {
    const merged = mergeInherited(own, shared);
    expect([...merged.profiles].map(([id, { origin, material }]) => [id, origin, material])).toEqual([
      ['a', 'inherited', { kind: 'value', fingerprint: '#token/FAKE-a', length: 6 }],
      ['b', 'own', { kind: 'value', fingerprint: '#token/FAKE-own', length: 8 }],
    ]);
    expect([...merged.order]).toEqual([
      ['p', ['b']],
      ['q', ['a']],
    ]);
    expect([...merged.usage].map(([id, usage]) => [id, usage.lastUsed])).toEqual([
      ['a', 1],
      ['b', 9],
    ]);
  });

  it('puts the own profiles in front where the release does, also before an order that it inherits', () => {
    const agent = read({ profiles: { c: profile('FAKE-c'), b: profile('FAKE-own') } });
    const merged = mergeInherited(agent, shared, 'ownFirst');
    expect([...merged.profiles].map(([id, { origin }]) => [id, origin])).toEqual([
      ['c', 'own'],
      ['b', 'own'],
      ['a', 'inherited'],
    ]);
    expect([...merged.order]).toEqual([
      ['p', ['c', 'b', 'a']],
      ['q', ['a']],
    ]);
  });
});
