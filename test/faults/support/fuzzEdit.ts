import type { Credential } from '../../../src/domain/credential.ts';
import { putCredential, removeProfile } from '../../../src/domain/documentEdit.ts';
import { profileId } from '../../../src/domain/ids.ts';
import type { ReadingRules } from '../../../src/domain/readingRules.ts';
import { clearOrder, setOrder } from '../../../src/domain/stateEdit.ts';
import { Secret } from '../../../src/platform/secret.ts';
import fc from 'fast-check';
import { FUZZ_IDS } from './storeTexts.ts';

/** One edit of a document, as data. */
export type Edit =
  | {
      readonly kind: 'put';
      readonly id: string;
      readonly type: 'api_key' | 'token';
      readonly value: string;
      readonly expires: number | null;
    }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'order'; readonly provider: string; readonly ids: readonly string[] };

const id = fc.constantFrom(...FUZZ_IDS);
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    id,
    type: fc.constantFrom('api_key' as const, 'token' as const),
    value: fc.constantFrom('FAKE-new', 'FAKE "quoted" \\ é\u2028'),
    expires: fc.constantFrom(null, 1826914722242),
  }),
  fc.record({ kind: fc.constant('remove' as const), id }),
  fc.record({
    kind: fc.constant('order' as const),
    provider: fc.constantFrom('anthropic', 'p'),
    ids: fc.subarray(FUZZ_IDS, { maxLength: 3 }),
  }),
);

export function credentialOf({ type, value, expires }: Extract<Edit, { kind: 'put' }>): Credential {
  const secret = Secret.of(value);
  return type === 'token' ? { type, secret, expiresAt: expires } : { type, secret };
}

/** The edit as the writer makes it. Throws what the writer would report. */
export function applyEdit(text: string, edit: Edit, rules: ReadingRules): string {
  switch (edit.kind) {
    case 'put': {
      const placement = { profileId: profileId(edit.id), provider: 'anthropic', credential: credentialOf(edit) };
      return putCredential(text, '/store', placement, rules);
    }
    case 'remove':
      return removeProfile(text, '/store', profileId(edit.id));
    case 'order': {
      const key = { provider: edit.provider, isMeant: (candidate: string) => candidate === edit.provider };
      const ids = edit.ids.map((name) => profileId(name));
      return ids.length === 0 ? clearOrder(text, '/store', key) : setOrder(text, '/store', key, ids);
    }
  }
}

type Json = Record<string, unknown>;

/** The same edit on the parsed document; `null` where the model does not know what is right. */
export function modelEdit(before: Json, edit: Edit): Json | null {
  const after = structuredCloneOf(before);
  if (edit.kind === 'order') return modelOrder(after, edit);
  const profiles = after['profiles'];
  if (edit.kind === 'remove') {
    const holds = JSON.stringify([after['order'], after['lastGood'], after['usageStats']]);
    if (!isObject(profiles) || holds.includes(JSON.stringify(edit.id))) return null;
    Reflect.deleteProperty(profiles, edit.id);
    return after;
  }
  if (profiles === undefined) {
    define(after, 'profiles', Object.fromEntries([[edit.id, freshEntry(edit)]]));
    return after;
  }
  if (!isObject(profiles)) return null;
  const entry = own(profiles, edit.id);
  // Some releases read `mode` and `apiKey` as other names of `type` and `key`, some do not.
  if (isObject(entry) && (Object.hasOwn(entry, 'apiKey') || Object.hasOwn(entry, 'mode'))) return null;
  if (!isObject(entry) || entry['type'] !== edit.type) {
    define(profiles, edit.id, freshEntry(edit));
    return after;
  }
  define(entry, edit.type === 'token' ? 'token' : 'key', edit.value);
  if (edit.type === 'token' && edit.expires === null) Reflect.deleteProperty(entry, 'expires');
  else if (edit.type === 'token') define(entry, 'expires', edit.expires);
  return after;
}

function modelOrder(after: Json, { provider, ids }: Extract<Edit, { kind: 'order' }>): Json | null {
  const order = own(after, 'order');
  if (order !== undefined && !isObject(order)) return null;
  if (ids.length > 0) {
    if (order === undefined) define(after, 'order', { [provider]: ids });
    else define(order, provider, ids);
    return after;
  }
  if (order === undefined || !Object.hasOwn(order, provider)) return after;
  Reflect.deleteProperty(order, provider);
  if (Object.keys(order).length === 0) Reflect.deleteProperty(after, 'order');
  return after;
}

function freshEntry({ type, value, expires }: Extract<Edit, { kind: 'put' }>): Json {
  if (type === 'api_key') return { type, provider: 'anthropic', key: value };
  return { type, provider: 'anthropic', token: value, ...(expires === null ? {} : { expires }) };
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** `__proto__` is a key like any other. */
function define(object: Json, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** `structuredClone` loses a key `__proto__`. */
function structuredCloneOf(value: Json): Json {
  return copy(value) as Json;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isObject(value)) return value;
  const result: Json = {};
  for (const [key, item] of Object.entries(value)) define(result, key, copy(item));
  return result;
}
