import type { AgentDocuments, HomeSpec } from './openclawHome.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Many generated stores as one, so that one run of the CLI judges all of them: profiles and providers of each get a prefix,
 * and as no provider is in two of them, none touches another's order. Only the default agent is taken.
 */
export function packHomes(specs: readonly HomeSpec[]): HomeSpec {
  const all = specs.map((spec, at) => packOne(spec, `s${at}`));
  return {
    config: { auth: mergeAll(all.map(({ auth }) => auth)) },
    agents: {
      main: { store: mergeAll(all.map(({ store }) => store)), state: mergeAll(all.map(({ state }) => state)) },
    },
  };
}

function packOne(spec: HomeSpec, prefix: string): { auth: Json; store: Json; state: Json } {
  const main: AgentDocuments = spec.agents['main'] ?? { store: null, state: null };
  const auth = objectOf(spec.config['auth']);
  const id = (text: string): string => `${prefix}:${text}`;
  const provider = (text: unknown): unknown =>
    typeof text === 'string' && text.trim() !== '' ? `${prefix}-${text.trim().replaceAll('.', '')}` : text;
  const entries = (part: unknown): Json =>
    mapValues(mapKeys(objectOf(part), id), (entry) => withProvider(entry, provider));
  const orders = (part: unknown): Json =>
    mapValues(
      mapKeys(objectOf(part), (key) => String(provider(key))),
      (list) =>
        Array.isArray(list)
          ? list.map((item: unknown) => (typeof item === 'string' && item !== '' ? id(item) : item))
          : list,
    );
  return {
    auth: { profiles: entries(auth['profiles']), order: orders(auth['order']) },
    store: { version: 1, profiles: entries(main.store?.['profiles']) },
    state: {
      version: 1,
      order: orders(main.state?.['order']),
      usageStats: mapKeys(objectOf(main.state?.['usageStats']), id),
    },
  };
}

function withProvider(entry: unknown, rename: (provider: unknown) => unknown): unknown {
  const body = objectOf(entry);
  return 'provider' in body ? { ...body, provider: rename(body['provider']) } : entry;
}

/** One level of objects becomes one object; anything else is the first one's. */
function mergeAll(parts: readonly Json[]): Json {
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  return Object.fromEntries(
    keys.map((key) => {
      const values = parts.map((part) => part[key]).filter((value) => value !== undefined);
      return [key, typeof values[0] === 'object' ? (Object.assign({}, ...values) as Json) : values[0]];
    }),
  );
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

const mapKeys = (part: Json, rename: (key: string) => string): Json =>
  Object.fromEntries(Object.entries(part).map(([key, value]) => [rename(key), value]));

const mapValues = (part: Json, change: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(part).map(([key, value]) => [key, change(value)]));
