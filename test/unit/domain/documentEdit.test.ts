import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../src/domain/credential.ts';
import { extractCredential, parseStoreDocument } from '../../../src/domain/document.ts';
import { NEW_STORE_DOCUMENT, putCredential, removeProfile } from '../../../src/domain/documentEdit.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { fingerprint, profileId, type ProfileId } from '../../../src/domain/ids.ts';
import { readingRules } from '../../../src/domain/readingRules.ts';
import { NEW_STATE_DOCUMENT, clearOrder, setOrder } from '../../../src/domain/stateEdit.ts';
import { parseStateDocument } from '../../../src/domain/stateDocument.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { meaning, sources, wildDocument, WILD_KEYS } from './jsonArbitrary.ts';

const LATEST = readingRules(null);

const RUNS = { numRuns: 2_000 };
const FEWER_RUNS = { numRuns: 300 };
const ID = profileId('anthropic:work');
const TOKEN = 'sk-ant-oat01-' + 'FAKE'.repeat(24);
const token = (text = TOKEN, expiresAt: number | null = 1826914722242): Credential => ({
  type: 'token',
  secret: Secret.of(text),
  expiresAt,
});
const key = (text = 'FAKE-key'): Credential => ({ type: 'api_key', secret: Secret.of(text) });
const put = (text: string, credential: Credential = token(), id = ID): string =>
  putCredential(text, '/store', { profileId: id, provider: 'anthropic', credential }, LATEST);
const remove = (text: string, id = ID): string => removeProfile(text, '/store', id);

const secrets = fc
  .oneof(fc.string(), fc.string({ unit: 'binary' }))
  .filter((text) => text.trim() !== '' && !/^\s*(\$|secretref|__env)/.test(text));
const credentials = fc.oneof(
  fc.tuple(secrets, fc.option(fc.integer({ min: 1, max: 8.64e15 }))).map(([text, at]) => token(text, at)),
  secrets.map(key),
);

function failure(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('did not throw');
}

/** True when `after` is `before` with text put in at one place. */
function isInsertion(before: string, after: string): boolean {
  let prefix = 0;
  while (prefix < before.length && before[prefix] === after[prefix]) prefix += 1;
  return after.endsWith(before.slice(prefix));
}

describe('putCredential, for a profile that is not there', () => {
  it('writes what the gateway would write', () => {
    expect(put(put(NEW_STORE_DOCUMENT), key(), profileId('openai:x'))).toBe(`{
  "version": 1,
  "profiles": {
    "anthropic:work": {
      "type": "token",
      "provider": "anthropic",
      "token": "${TOKEN}",
      "expires": 1826914722242
    },
    "openai:x": {
      "type": "api_key",
      "provider": "anthropic",
      "key": "FAKE-key"
    }
  }
}
`);
  });

  it.each([
    ['{"profiles":{}}', '{"profiles":{"anthropic:work":{"type":"api_key","provider":"anthropic","key":"K"}}}'],
    [
      '{ "profiles": { "a": 1 } }',
      '{ "profiles": { "a": 1, "anthropic:work": {"type": "api_key", "provider": "anthropic", "key": "K"} } }',
    ],
    [
      '{\r\n\t"profiles": {\r\n\t\t"a": 1\r\n\t}\r\n}',
      '{\r\n\t"profiles": {\r\n\t\t"a": 1,\r\n\t\t"anthropic:work": {\r\n\t\t\t"type": "api_key",\r\n\t\t\t"provider": "anthropic",\r\n\t\t\t"key": "K"\r\n\t\t}\r\n\t}\r\n}',
    ],
    ['{"x":1}', '{"x":1,"profiles":{"anthropic:work":{"type":"api_key","provider":"anthropic","key":"K"}}}'],
  ])('matches the spacing of the document (%#)', (before, after) => {
    expect(put(before, key('K'))).toBe(after);
  });

  it('only inserts, can be read back, and is undone by removing, byte for byte', () => {
    fc.assert(
      fc.property(wildDocument, credentials, (text, credential) => {
        const after = put(text, credential);
        expect(isInsertion(text, after)).toBe(true);
        expect(extractCredential(after, ID, LATEST)?.secret.reveal()).toBe(credential.secret.reveal());
        expect(remove(after)).toBe(text);
      }),
      RUNS,
    );
  });

  it('means what the model means', () => {
    fc.assert(
      fc.property(wildDocument, (text) => {
        const model = meaning(text) as Map<string, Map<string, unknown>>;
        model
          .get('profiles')
          ?.set(ID, new Map(Object.entries({ type: '"api_key', provider: '"anthropic', key: '"K' })));
        expect(meaning(put(text, key('K')))).toEqual(model);
      }),
      RUNS,
    );
  });
});

describe('putCredential, for a profile that is there', () => {
  const store = (entry: string): string => `{"version":1.0,"profiles":{"a":{"z":1e3},"${ID}":${entry},"b":2}}`;

  it.each([
    [
      'the value',
      '{"x":[1.0],"type":"token","provider":"P","token":"old","expires":1,"y":"\\u00e9"}',
      token('N', 2),
      '{"x":[1.0],"type":"token","provider":"P","token":"N","expires":2,"y":"\\u00e9"}',
    ],
    [
      'only the expiry',
      '{"type":"token","provider":"p","token":"\\u004e","expires":1.0e3}',
      token('N', 1001),
      '{"type":"token","provider":"p","token":"\\u004e","expires":1001}',
    ],
    [
      'an expiry that goes',
      '{"type":"token","token":"N","expires":1,"provider":"p"}',
      token('N', null),
      '{"type":"token","token":"N","provider":"p"}',
    ],
    [
      'an expiry that comes',
      '{"type":"token","provider":"p","token":"N"}',
      token('N', 5),
      '{"type":"token","provider":"p","token":"N","expires":5}',
    ],
    [
      'the spelling that is there',
      '{"mode":"apiKey","provider":"p","apiKey":"old"}',
      key('N'),
      '{"mode":"apiKey","provider":"p","apiKey":"N"}',
    ],
    [
      'a value that is missing',
      '{"type":"api_key","provider":"p"}',
      key('N'),
      '{"type":"api_key","provider":"p","key":"N"}',
    ],
    [
      'the whole entry when the type changes',
      '{"type":"api_key","provider":"p","key":"old"}',
      token('N', 5),
      '{"type":"token","provider":"anthropic","token":"N","expires":5}',
    ],
  ])('changes %s', (_name, entry, credential, expected) => {
    expect(put(store(entry), credential)).toBe(store(expected));
  });

  it('returns the same text when nothing changes', () => {
    const text = store('{"type":"token","provider":"p","token":"\\u004e","expires":2e0}');
    expect(put(text, token('N', 2))).toBe(text);
  });

  it('leaves every other byte of the document alone', () => {
    fc.assert(
      fc.property(wildDocument, credentials, credentials, (text, first, second) => {
        const before = put(text, first);
        const after = put(before, second);
        expect(extractCredential(after, ID, LATEST)?.secret.reveal()).toBe(second.secret.reveal());
        expect(remove(after)).toBe(text);
        expect(put(after, second)).toBe(after);
      }),
      RUNS,
    );
  });

  it.each([
    ['isRef', '{"type":"token","provider":"p","tokenRef":{"source":"env","id":"X"}}'],
    ['isRef', '{"type":"token","provider":"p","token":"N","tokenRef":{"odd":1}}'],
    ['isRef', '{"type":"api_key","provider":"p","keyRef":"${X}"}'],
    ['isRef', '{"type":"api_key","provider":"p","key":"${FAKE_NAME}"}'],
    ['isOAuth', '{"type":"oauth","provider":"p","access":"FAKE"}'],
    ['unknownType', '{"type":"passkey","provider":"p"}'],
    ['unreadable', '"text"'],
  ])('refuses: %s (%#)', (reason, entry) => {
    for (const credential of [token(), key()])
      expect(failure(() => put(store(entry), credential))).toMatchObject({
        code: 'changeConflict',
        details: { reason },
      });
  });

  it.each([' ', '${FAKE_NAME}', '$FAKE_NAME', 'secretref-env:FAKE_NAME'])('refuses %j as a value', (text) => {
    expect(failure(() => put(NEW_STORE_DOCUMENT, key(text))).code).toBe('credentialInvalid');
  });

  it.each([0, -1, 1.5, Number.NaN, 8.64e15 + 2])('refuses an expiry of %d', (expiresAt) => {
    expect(failure(() => put(NEW_STORE_DOCUMENT, token('N', expiresAt))).code).toBe('credentialInvalid');
  });
});

describe('documents that are not edited', () => {
  it.each([
    ['', 'syntax', 0],
    ['{"profiles":{}', 'syntax', 14],
    ['{"profiles":{},}', 'syntax', 15],
    ['{"profiles":{}} // mine', 'syntax', 16],
    ['\ufeff{"profiles":{}}', 'syntax', 0],
    ['[]', 'notAnObject', 0],
    ['{"profiles":[]}', 'notAnObject', 12],
    ['{"profiles":{},"profiles":{}}', 'duplicateKey', 15],
    ['{"profiles":{"a":{"key":1,"k\\u0065y":2}}}', 'duplicateKey', 26],
  ])('%j', (text, problem, offset) => {
    const expected = { code: 'storeMalformed', details: { path: '/store', problem, offset } };
    expect(failure(() => put(text))).toMatchObject(expected);
    if (text !== '{"profiles":[]}') expect(failure(() => remove(text))).toMatchObject(expected);
  });
});

describe('removeProfile', () => {
  it('takes the references along', () => {
    const text = JSON.stringify(
      {
        profiles: { a: { type: 'token' }, [ID]: { type: 'token' } },
        order: { anthropic: ['a', ID, 'b', ID], other: [ID] },
        lastGood: { anthropic: ID },
        usageStats: { a: { lastUsed: 1 }, [ID]: { lastUsed: 2 } },
      },
      null,
      2,
    );
    expect(remove(text)).toBe(
      JSON.stringify(
        { profiles: { a: { type: 'token' } }, order: { anthropic: ['a', 'b'] }, usageStats: { a: { lastUsed: 1 } } },
        null,
        2,
      ),
    );
  });

  it('takes out any entry and leaves the rest as it is', () => {
    fc.assert(
      fc.property(wildDocument, fc.constantFrom(...WILD_KEYS), (text, name) => {
        const model = meaning(text) as Map<string, Map<string, unknown>>;
        const isThere = model.get('profiles')?.delete(name) ?? false;
        if (!isThere) {
          expect(failure(() => remove(text, profileId(name))).code).toBe('profileMissing');
          return;
        }
        const after = meaning(remove(text, profileId(name))) as Map<string, unknown>;
        expect(after.get('profiles')).toEqual(model.get('profiles'));
        for (const name of ['version', 'extra', '__proto__', 'x y']) expect(after.get(name)).toEqual(model.get(name));
      }),
      RUNS,
    );
  });
});

describe('setOrder and clearOrder', () => {
  const anthropic = { provider: 'anthropic', isMeant: (text: string) => text.trim().toLowerCase() === 'anthropic' };
  const ids = ['b', 'a'].map(profileId);
  const order = (text: string): unknown[] => {
    const parsed = parseStateDocument(text, LATEST);
    return parsed.kind === 'ok' ? [...parsed.state.order] : [];
  };

  it('writes what the gateway would write', () => {
    expect(setOrder(NEW_STATE_DOCUMENT, '/state', anthropic, ids)).toBe(
      '{\n  "version": 1,\n  "order": {\n    "anthropic": [\n      "b",\n      "a"\n    ]\n  }\n}\n',
    );
  });

  it('replaces the list under the key that is there, in one line where it was in one', () => {
    const text = '{\n  "order": {\n    " Anthropic": ["a"],\n    "ANTHROPIC": ["x"],\n    "openai": []\n  }\n}';
    expect(setOrder(text, '/state', anthropic, ids)).toBe(
      '{\n  "order": {\n    " Anthropic": ["b", "a"],\n    "openai": []\n  }\n}',
    );
    expect(clearOrder(text, '/state', anthropic)).toBe('{\n  "order": {\n    "openai": []\n  }\n}');
  });

  it('changes nothing when the order is already there, or none is', () => {
    const text = '{"order":{"anthropic":[ "b","a" ]}}';
    expect(setOrder(text, '/state', anthropic, ids)).toBe(text);
    expect(clearOrder('{"order":{}}', '/state', anthropic)).toBe('{"order":{}}');
  });

  it('clears on an empty list', () => {
    expect(setOrder('{"version":1,"order":{"anthropic":["a"]}}', '/state', anthropic, [])).toBe('{"version":1}');
  });

  it('is undone by clearing, byte for byte', () => {
    fc.assert(
      fc.property(
        wildDocument.filter((text) => !/"order"\s*:\s*\{\s*\}/.test(text)),
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }),
        (text, names) => {
          const after = setOrder(text, '/state', anthropic, names.map(profileId));
          expect(isInsertion(text, after)).toBe(true);
          expect(clearOrder(after, '/state', anthropic)).toBe(text);
        },
      ),
      RUNS,
    );
  });

  it('is read back', () => {
    fc.assert(
      fc.property(wildDocument, (text) => {
        expect(order(setOrder(text, '/state', anthropic, ids))).toContainEqual(['anthropic', ['b', 'a']]);
      }),
      RUNS,
    );
  });
});

describe('what an edit does not name', () => {
  const anthropic = { provider: 'anthropic', isMeant: (text: string) => text === 'anthropic' };
  const ids = fc.uniqueArray(fc.constantFrom(...WILD_KEYS, ID), { maxLength: 3 }).map((names) => names.map(profileId));
  const withOrder = fc
    .tuple(wildDocument, ids)
    .map(([text, listed]) => setOrder(put(text), '/state', anthropic, listed));

  /** Every part of the text but the blanks between: the leaves with their spelling, by their path, in document order. */
  const leaves = (text: string): readonly string[] => {
    const walk = (value: unknown, at: readonly string[]): string[] => {
      if (value instanceof Map)
        return [
          `${JSON.stringify(at)} {}`,
          ...[...(value as Map<string, unknown>)].flatMap(([name, inner]) => walk(inner, [...at, name])),
        ];
      if (Array.isArray(value)) return value.flatMap((inner, index) => walk(inner, [...at, String(index)]));
      return [`${JSON.stringify(at)} ${String(value)}`];
    };
    return walk(sources(text), []);
  };
  const outside = (all: readonly string[], ...places: readonly (readonly string[])[]): readonly string[] =>
    all.filter((leaf) => !places.some((place) => leaf.startsWith(JSON.stringify(place).slice(0, -1))));

  it.each<[string, (text: string, order: readonly ProfileId[]) => string, readonly (readonly string[])[]]>([
    ['a replacement', (text) => put(text, token('FAKE-other', 7)), [['profiles', ID]]],
    ['a replacement by the other type', (text) => put(text, key()), [['profiles', ID]]],
    ['an order', (text, order) => setOrder(text, '/state', anthropic, order), [['order', 'anthropic']]],
    ['no order', (text) => clearOrder(text, '/state', anthropic), [['order', 'anthropic']]],
    ['a removal', (text) => remove(text), [['profiles', ID], ['order'], ['lastGood'], ['usageStats']]],
  ])('keeps its spelling and its place: %s', (_name, edit, places) => {
    fc.assert(
      fc.property(withOrder, ids, (text, order) => {
        const after = edit(text, order);
        // `order` itself goes with its last entry.
        const isOrderItself = (leaf: string): boolean => leaf === '["order"] {}';
        const kept = (all: readonly string[]) => outside(all, ...places).filter((leaf) => !isOrderItself(leaf));
        expect(kept(leaves(after))).toEqual(kept(leaves(text)));
        const ends = (all: string): unknown => [/^\s*/.exec(all)?.[0], /\s*$/.exec(all)?.[0]];
        expect(ends(after)).toEqual(ends(text));
      }),
      FEWER_RUNS,
    );
  });

  it('means what the model means, for an order', () => {
    fc.assert(
      fc.property(withOrder, ids, (text, listed) => {
        const model = meaning(text) as Map<string, Map<string, unknown>>;
        const orders = model.get('order') ?? new Map<string, unknown>();
        const wasThere = orders.has('anthropic');
        if (listed.length === 0) orders.delete('anthropic');
        else
          orders.set(
            'anthropic',
            listed.map((id) => `"${id}`),
          );
        if (orders.size > 0) model.set('order', orders);
        else if (wasThere) model.delete('order');
        expect(meaning(setOrder(text, '/state', anthropic, listed))).toEqual(model);
      }),
      FEWER_RUNS,
    );
  });

  it('is there again after a removal of what was added, with an order set and cleared in between', () => {
    fc.assert(
      fc.property(
        wildDocument.filter((text) => !text.includes('"order"')),
        ids.filter((listed) => listed.length > 0),
        (text, listed) => {
          const changed = setOrder(put(text), '/state', anthropic, listed);
          expect(remove(clearOrder(changed, '/state', anthropic))).toBe(text);
        },
      ),
      FEWER_RUNS,
    );
  });
});

describe('the V8 key bug', () => {
  it('does not reach us: both keys are kept apart', () => {
    const entry = '{"type":"token","provider":"p","token":"FAKE"}';
    const text = `{"profiles":{"\\\\":${entry},"\\n":${entry}}}`;
    const parsed = parseStoreDocument(put(text), (all) => fingerprint(all), LATEST);
    expect(parsed.kind === 'ok' && [...parsed.set.profiles.keys()]).toEqual(['\\', '\n', ID]);
  });
});
