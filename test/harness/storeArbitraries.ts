import fc from 'fast-check';
import { BEYOND_NUMBERS, type AgentDocuments, type HomeSpec } from './openclawHome.ts';

type Json = Readonly<Record<string, unknown>>;

export interface StoreOptions {
  /** Unix ms that all dates are counted from. */
  readonly now: number;
  /** Also dates to the millisecond. Without, none is closer than minutes to where the judgement changes. */
  readonly isExact: boolean;
  /** Release 2026.2.3 throws on values of the wrong type instead of judging them. */
  readonly hasWrongTypes: boolean;
  /** Release 2026.2.3 throws on a credential that has no value at all. */
  readonly hasAbsentValues: boolean;
}

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MAX_DATE = 8.64e15;

const PROVIDERS = ['anthropic', 'openai', 'openrouter', 'google', 'zai', 'minimax', 'xai', 'p-custom'];
/** Other spellings; a release takes them for one of the above or for a provider of its own. */
const SPELLINGS = [
  'Anthropic',
  ' OPENAI ',
  'z.ai',
  'minimax-cn',
  'x-ai',
  'claude-cli',
  'openai-codex',
  'qwen',
  'kimi-coding',
];
/** OpenClaw takes any text for an id. */
const HOSTILE_IDS = [
  '$(touch canary)',
  'a b;c',
  '../../etc',
  'two\nlines',
  'constructor',
  '__proto__',
  '-x',
  '7',
  '',
  ' ',
  'ключ',
  '🔑',
  '"}',
];

const REF = { source: 'env', provider: 'default', id: 'SOME_KEY' };

/** Whole homes: the default agent, in a third of them another one that inherits, and a configuration about both. */
export function homeArbitrary(options: StoreOptions): fc.Arbitrary<HomeSpec> {
  const main = profileIds().chain((ids) => documents(ids, options));
  const other = fc.option(
    profileIds().chain((ids) => documents(ids, options)),
    { freq: 2 },
  );
  return fc.tuple(main, other).chain(([agent, second]) =>
    authConfig(agent).map((auth) => ({
      config: { auth },
      agents: second === null ? { main: agent } : { main: agent, other: second },
    })),
  );
}

function profileIds(): fc.Arbitrary<string[]> {
  const usual = fc.constantFrom(...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `p:${name}`));
  const id = fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_IDS) });
  return fc.uniqueArray(id, { minLength: 1, maxLength: 7 });
}

function documents(ids: readonly string[], options: StoreOptions): fc.Arbitrary<AgentDocuments> {
  // Few providers for one store, so that profiles compete.
  return fc.uniqueArray(provider(), { minLength: 1, maxLength: 3 }).chain((providers) =>
    fc.record({
      store: fc
        .tuple(...ids.map(() => entry(providers, options)))
        .map((entries) => ({ version: 1, profiles: Object.fromEntries(ids.map((id, at) => [id, entries[at]])) })),
      state: fc.option(stateDocument(ids, providers, options), { freq: 4 }),
    }),
  );
}

function provider(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...PROVIDERS) },
    { weight: 1, arbitrary: fc.constantFrom(...SPELLINGS) },
  );
}

function entry(providers: readonly string[], options: StoreOptions): fc.Arbitrary<unknown> {
  const credential = fc
    .constantFrom(...providers)
    .chain((name) =>
      fc
        .oneof(apiKey(options), token(options), oauth(options))
        .chain((body) => extras().map((more): Json => ({ ...body, provider: name, ...more }))),
    );
  return fc.oneof({ weight: 12, arbitrary: credential }, { weight: 1, arbitrary: credential.chain(spoilt) });
}

/** An entry that some or all releases drop. */
function spoilt(body: Json): fc.Arbitrary<unknown> {
  const { type, provider: name, ...rest } = body;
  return fc.constantFrom<unknown>(
    null,
    [],
    'not a profile',
    { ...body, type: 'aws-sdk' },
    { ...body, type: 'Token' },
    { ...body, provider: '' },
    { type, ...rest },
    { mode: type, provider: name, ...rest },
    { ...body, type: null, mode: type },
  );
}

function apiKey({ hasWrongTypes, hasAbsentValues }: StoreOptions): fc.Arbitrary<Json> {
  const fields = fc.constantFrom<Json>(
    { key: 'sk-FAKE' },
    { key: 'sk-FAKE' },
    { key: 'sk-FAKE', expires: 5 },
    { key: '' },
    { key: '  ' },
    { key: 'sk-FAKE', keyRef: REF },
    { key: '${SOME_KEY}' },
    { key: 'openclaw onboard --auth-choice openai-api-key' },
    ...(hasAbsentValues ? [{}, { keyRef: REF }, { keyRef: { ...REF, extra: true } }, { apiKey: 'sk-FAKE' }] : []),
    ...(hasWrongTypes ? [{ key: 5 }, { key: REF }, { keyRef: '${SOME_KEY}' }, { keyRef: '$SOME_KEY' }] : []),
  );
  return fc
    .tuple(fields, fc.constantFrom('api_key', 'api_key', 'api_key', 'apiKey'))
    .map(([body, type]) => ({ type, ...body }));
}

function token(options: StoreOptions): fc.Arbitrary<Json> {
  const value = fc.constantFrom<Json>(
    { token: 'sk-ant-oat01-FAKE' },
    { token: 'sk-ant-oat01-FAKE' },
    { token: 'sk-ant-oat01-FAKE' },
    { token: 'sk-ant-oat01-FAKE' },
    { token: '' },
    { token: ' ' },
    { token: 'sk-ant-oat01-FAKE', tokenRef: REF },
    ...(options.hasAbsentValues ? [{}, { tokenRef: REF }] : []),
    ...(options.hasWrongTypes ? [{ token: 5 }, { token: REF }, { tokenRef: { source: 'env', id: 'X' } }] : []),
  );
  return fc.tuple(value, expires(options)).map(([body, date]) => ({ type: 'token', ...body, ...date }));
}

function oauth(options: StoreOptions): fc.Arbitrary<Json> {
  const access = fc.constantFrom<Json>({ access: 'FAKE' }, { access: 'FAKE' }, { access: 'FAKE' }, { access: '' }, {});
  const refresh = fc.constantFrom<Json>(
    { refresh: 'FAKE' },
    { refresh: 'FAKE' },
    { refresh: '' },
    { refresh: '  ' },
    {},
  );
  return fc.tuple(access, refresh, expires(options)).map(([a, r, date]) => ({ type: 'oauth', ...a, ...r, ...date }));
}

function expires({ now, isExact }: StoreOptions): fc.Arbitrary<Json> {
  const coarse = [-400 * DAY, -2 * DAY, -HOUR, 2 * HOUR, 20 * HOUR, 2 * DAY, 200 * DAY].map((left) => now + left);
  const fine = [0, 1, -1, 0.5, DAY, DAY + 1, DAY - 1, 300 * SECOND].map((left) => now + left);
  const date = fc.constantFrom(...coarse, ...(isExact ? fine : []));
  const odd = fc.constantFrom<unknown>(
    null,
    0,
    -5,
    1_900_000_000,
    '2030-01-01',
    '1900000000000',
    true,
    MAX_DATE,
    MAX_DATE + 1,
    BEYOND_NUMBERS,
  );
  return fc.oneof(
    { weight: 4, arbitrary: date.map((at) => ({ expires: at })) },
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: odd.map((at) => ({ expires: at })) },
  );
}

function extras(): fc.Arbitrary<Json> {
  const some = [{ email: 'me@example.com' }, { displayName: 'Mine' }, { copyToAgents: false }, { x: { y: 1 } }];
  const setup = { setup: { replacement: true, modelRef: 'a/b', configJson: '{}' } };
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: fc.constantFrom<Json>(...some) },
    { weight: 1, arbitrary: fc.constant(setup) },
  );
}

function stateDocument(
  ids: readonly string[],
  providers: readonly string[],
  options: StoreOptions,
): fc.Arbitrary<Json> {
  return fc
    .record({
      order: fc.option(orders(ids, providers, options.hasWrongTypes), { freq: 2 }),
      usageStats: fc.option(usageStats(ids, options), { freq: 4 }),
      lastGood: fc.option(fc.dictionary(fc.constantFrom(...providers), fc.constantFrom(...ids)), { freq: 2 }),
    })
    .map(({ order, usageStats: usage, lastGood }) => ({
      version: 1,
      ...(order === null ? {} : { order }),
      ...(usage === null ? {} : { usageStats: usage }),
      ...(lastGood === null ? {} : { lastGood }),
    }));
}

function orders(ids: readonly string[], providers: readonly string[], hasWrongTypes: boolean): fc.Arbitrary<Json> {
  const known = fc.shuffledSubarray([...ids]);
  const list = fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: known.map((some) => ['p:gone', ...some, ...some.slice(0, 1)]) },
    { weight: 1, arbitrary: fc.constantFrom<unknown[]>([], ['p:gone'], ['p:gone', 'p:lost']) },
    ...(hasWrongTypes ? [{ weight: 1, arbitrary: known.map((some): unknown[] => [5, ...some, '', null]) }] : []),
  );
  const key = fc.constantFrom(...providers, ...providers.map((name) => name.toUpperCase()));
  return fc.dictionary(key, list, { minKeys: 1, maxKeys: 2, noNullPrototype: true });
}

function usageStats(ids: readonly string[], options: StoreOptions): fc.Arbitrary<Json> {
  return fc
    .tuple(...ids.map(() => fc.option(usage(options), { freq: 3 })))
    .map((all) => Object.fromEntries(ids.flatMap((id, at) => (all[at] === null ? [] : [[id, all[at]]]))));
}

function usage({ now, isExact }: StoreOptions): fc.Arbitrary<Json> {
  const until = fc.constantFrom<unknown>(
    ...[-2 * HOUR, HOUR, 2 * HOUR, 5 * HOUR].map((left) => now + left),
    ...(isExact ? [now, now + 1] : []),
    String(now + HOUR),
    MAX_DATE * 2,
  );
  const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { freq: 2, nil: undefined });
  return fc
    .record({
      lastUsed: maybe(fc.constantFrom<unknown>(now - HOUR, now - 2 * HOUR, now - DAY, 0)),
      cooldownUntil: maybe(until),
      cooldownReason: maybe(fc.constantFrom('rate_limit', 'timeout', 'overloaded')),
      cooldownModel: maybe(fc.constantFrom('model-a', 'model-b')),
      disabledUntil: maybe(until),
      disabledReason: maybe(fc.constantFrom('billing', 'auth_permanent')),
      blockedUntil: maybe(until),
      errorCount: maybe(fc.nat(5)),
    })
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

/** `auth.profiles` and `auth.order`, mostly as the CLI would have written them. */
function authConfig({ store }: AgentDocuments): fc.Arbitrary<Json> {
  const profiles = Object.entries((store?.['profiles'] ?? {}) as Json).filter(([id]) => id !== '');
  const entries = fc
    .tuple(...profiles.map(([, profile]) => configEntry(profile)))
    .map((bodies): [string, Json][] => profiles.map(([id], at) => [id, bodies[at] ?? {}]));
  const gone: [string, Json] = ['p:gone', { provider: 'anthropic', mode: 'token' }];
  const configured = entries
    .chain((all) => fc.shuffledSubarray([...all, gone]))
    .map((some): Json => Object.fromEntries(some));
  const ids = [...profiles.map(([id]) => id), 'p:gone'];
  const order = fc.dictionary(provider(), fc.shuffledSubarray(ids), { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  return fc
    .record({ profiles: fc.option(configured, { freq: 2 }), order: fc.option(order, { freq: 2 }) })
    .map(({ profiles: named, order: lists }) => ({
      ...(named === null ? {} : { profiles: named }),
      ...(lists === null ? {} : { order: lists }),
    }));
}

/** What the CLI would have noted about a stored profile, now and then something else. */
function configEntry(profile: unknown): fc.Arbitrary<Json> {
  const { provider: name, type } = (typeof profile === 'object' && profile !== null ? profile : {}) as Json;
  const modes = ['token', 'api_key', 'oauth'];
  const mode = fc.constantFrom(...modes);
  const usual =
    typeof name === 'string' && name !== '' && modes.some((known) => known === type)
      ? fc.constant<Json>({ provider: name, mode: type })
      : mode.map((some): Json => ({ provider: 'anthropic', mode: some }));
  const odd = fc.tuple(provider(), mode).map(([other, some]): Json => ({ provider: other, mode: some }));
  return fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: odd });
}
