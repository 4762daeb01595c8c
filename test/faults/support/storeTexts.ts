import fc from 'fast-check';
import { WILD_KEYS, wildDocument } from '../../unit/domain/jsonArbitrary.ts';

/** Keys that Node 24 parses wrongly after one another (nodejs/node #63785), in their spelling. */
const TWISTED_KEYS = ['"\\\\"', '"\\n"', '"\\u0041"', '"\\ud800"', '"\\u005c"', '"\\/"'];
const USUAL_IDS = ['anthropic:work', 'anthropic:home', 'openai:default', 'p:a', 'p:b'];
export const FUZZ_IDS = [...USUAL_IDS, ...WILD_KEYS];

type Json = Readonly<Record<string, unknown>>;

const extras = fc.dictionary(
  fc.constantFrom('unknownField', 'email', 'metadata', '__proto__', 'expires', 'keyRef'),
  fc.constantFrom<unknown>(null, 1.5, 'x', [1, 2], { a: { b: [] } }, 1826914722242),
  { maxKeys: 2 },
);
const credential: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { type: 'api_key', provider: 'anthropic', key: 'FAKE-key' },
  { type: 'api_key', provider: 'openai', key: 'FAKE-other' },
  { type: 'token', provider: 'anthropic', token: 'FAKE-token', expires: 1826914722242 },
  { type: 'token', provider: 'anthropic', token: 'FAKE-token' },
  { type: 'oauth', provider: 'p', access: 'FAKE-access', refresh: 'FAKE-refresh', expires: 1826914722242 },
  { type: 'passkey', provider: 'p', blob: [1, 2, 3] },
  { mode: 'api_key', provider: 'p', apiKey: 'FAKE-alias' },
  { type: 'api_key', provider: 'p', keyRef: { source: 'env', provider: 'default', id: 'SOME_KEY' } },
);
const profile = fc.tuple(credential, extras).map(([body, more]): Json => ({ ...more, ...body }));
const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...FUZZ_IDS), profile), {
  maxLength: 6,
  selector: ([id]) => id,
});

/** A store as a gateway could have written it, with fields and types that nobody knows. */
export const plausibleStore: fc.Arbitrary<string> = fc
  .record({
    entries,
    order: fc.option(fc.dictionary(fc.constantFrom('anthropic', 'p'), fc.subarray(FUZZ_IDS, { maxLength: 3 }))),
    more: fc.dictionary(
      fc.constantFrom('extra', 'x y', 'constructor'),
      fc.constantFrom<unknown>(1, 'x', { deep: [null] }),
      {
        maxKeys: 2,
      },
    ),
    indent: fc.constantFrom(0, 1, 2, 4, '\t'),
    end: fc.constantFrom('', '\n', '\r\n'),
  })
  .map(({ entries: list, order, more, indent, end }) => {
    // With `defineProperty`, so that `__proto__` is a key.
    const profiles = Object.fromEntries(list);
    const document = { version: 1, ...more, profiles, ...(order === null ? {} : { order }) };
    return JSON.stringify(document, null, indent) + end;
  });

/** With keys in every spelling, and now and then one that stands twice. */
const twisted: fc.Arbitrary<string> = fc
  .tuple(plausibleStore, fc.array(fc.constantFrom(...TWISTED_KEYS, '"p:a"'), { minLength: 1, maxLength: 4 }))
  .map(([text, keys]) => {
    const members = keys.map((key) => `${key}: {"type":"api_key","provider":"p","key":"FAKE"}`).join(', ');
    return text.replace(
      /"profiles":\s*\{/,
      (start) => `${start}${members}${text.includes('"profiles":{}') ? '' : ','}`,
    );
  });

interface Mutation {
  readonly kind: 'cut' | 'flip' | 'insert' | 'remove' | 'repeat';
  readonly at: number;
  readonly byte: number;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('cut', 'flip', 'insert', 'remove', 'repeat'),
  at: fc.nat(10_000),
  byte: fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:\\\n /*0-e')), fc.integer({ min: 0, max: 255 })),
});

/** The bytes of a store: mostly well formed, some torn, some damaged in a few places. */
export const storeBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: plausibleStore },
      { weight: 3, arbitrary: wildDocument },
      { weight: 2, arbitrary: twisted },
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 4 }) },
    ),
  )
  .map(([text, mutations]) => mutations.reduce(damage, Buffer.from(text)));

function damage(bytes: Buffer, { kind, at, byte }: Mutation): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'cut':
      return before;
    case 'flip':
      return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(byte), after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(1)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, 12), after]);
  }
}
