import type { Node } from 'jsonc-parser';
import { Secret } from '../platform/secret.ts';
import type { Credential, CredentialType, Dormancy, Expiry, Material, Profile, SecretRef } from './credential.ts';
import { CREDENTIAL_TYPES, canonicalText } from './credential.ts';
import type { Fingerprinter, ProfileId } from './ids.ts';
import { providerId } from './ids.ts';
import { fieldsOf, numberOf, stringOf } from './jsonTree.ts';
import { isDroppedId, WIDEST_READING, type ReadingRules } from './readingRules.ts';
import type { UnreadableEntry } from './snapshot.ts';
import { judgeStored } from './tokenIntake.ts';

type Fields = ReadonlyMap<string, Node>;

/** The largest time that a JavaScript date can hold, and the largest `expires` that OpenClaw takes. */
const MAX_UNIX_MS = 8.64e15;

export type ReadEntry =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'unreadable'; readonly why: UnreadableEntry['why'] };

/** One entry of `profiles`, as the release reads it. */
export function readEntry(id: ProfileId, node: Node, fingerprint: Fingerprinter, rules: ReadingRules): ReadEntry {
  if (node.type !== 'object') return { kind: 'unreadable', why: 'notAnObject' };
  const fields = fieldsOf(node);
  const type = isDroppedId(id, rules) ? 'unknown' : typeOf(fields, rules);
  const provider = textOf(fields, 'provider')?.trim();
  if (provider === undefined) return { kind: 'unreadable', why: type === 'unknown' ? 'unknownType' : 'noProvider' };
  return {
    kind: 'profile',
    profile: {
      id,
      provider: providerId(provider),
      type,
      material:
        type === 'unknown'
          ? { kind: 'hidden' }
          : materialOf(findSecret(type, fields, rules), type, provider, fingerprint),
      expiry: type === 'api_key' ? { kind: 'none' } : expiryOf(fields.get('expires')),
      dormancy: dormancyOf(type, fields),
      isRefreshable: type === 'oauth' && hasRefreshToken(fields, rules),
      email: textOf(fields, 'email'),
      displayName: textOf(fields, 'displayName'),
      accountId: textOf(fields, 'accountId'),
      origin: 'own',
    },
  };
}

/** The value of an entry; `null` for a ref, for text that another release takes for one, OAuth, or an entry that cannot be read. */
export function readCredential(node: Node, rules: ReadingRules): Credential | null {
  const fields = fieldsOf(node);
  const type = typeOf(fields, rules);
  if (type !== 'api_key' && type !== 'token') return null;
  const found = findSecret(type, fields, rules);
  if (found.kind !== 'value' || !isLiteralSecret(found.text)) return null;
  const secret = Secret.of(found.text);
  if (type === 'api_key') return { type, secret };
  const expiry = expiryOf(fields.get('expires'));
  return { type, secret, expiresAt: expiry.kind === 'at' ? expiry.unixMs : null };
}

function hasRefreshToken(fields: Fields, rules: ReadingRules): boolean {
  const text = rules.isBlankRefreshKept ? stringOf(fields.get('refresh')) : textOf(fields, 'refresh');
  return text !== null && text !== '';
}

/** `mode` stands for a missing `type`, and `apiKey` for `api_key`, where the release takes them. */
export function typeOf(fields: Fields, rules: ReadingRules): CredentialType | 'unknown' {
  const isTypeWritten = fields.has('type') || rules.aliases === 'none';
  const written = stringOf(isTypeWritten ? fields.get('type') : fields.get('mode'));
  const type = written === 'apiKey' && rules.aliases === 'types' ? 'api_key' : written;
  return CREDENTIAL_TYPES.find((known) => known === type) ?? 'unknown';
}

/** The field that holds the value of a credential of this type; `apiKey` counts where there is no `key`. */
export function valueFieldOf(
  type: 'api_key' | 'token',
  fields: Fields,
  rules: ReadingRules,
): 'key' | 'apiKey' | 'token' {
  if (type === 'token') return 'token';
  if (rules.aliases === 'none') return 'key';
  return !fields.has('key') && fields.get('apiKey')?.type === 'string' ? 'apiKey' : 'key';
}

type FoundSecret =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'ref'; readonly ref: SecretRef }
  | { readonly kind: 'missing' };

/** A ref beside a value wins, and one may stand in the value's own place, as an object or as `${NAME}`. */
function findSecret(type: CredentialType, fields: Fields, rules: ReadingRules): FoundSecret {
  if (type === 'oauth') return findOAuthSecret(fields);
  const value = fields.get(valueFieldOf(type, fields, rules));
  const isRefPlace = rules.takesRefAsValue || value?.type === 'string';
  const ref =
    refOf(fields.get(type === 'token' ? 'tokenRef' : 'keyRef'), rules) ?? (isRefPlace ? refOf(value, rules) : null);
  if (ref !== null) return { kind: 'ref', ref };
  const text = stringOf(value);
  return text === null || text.trim() === '' ? { kind: 'missing' } : { kind: 'value', text };
}

function findOAuthSecret(fields: Fields): FoundSecret {
  const text = textOf(fields, 'access') ?? textOf(fields, 'refresh');
  if (text !== null) return { kind: 'value', text };
  const ref = refObjectOf(fields.get('oauthRef'));
  return ref === null ? { kind: 'missing' } : { kind: 'ref', ref };
}

function materialOf(found: FoundSecret, type: CredentialType, provider: string, fingerprint: Fingerprinter): Material {
  if (found.kind !== 'value') return found;
  const doubt = type === 'oauth' ? null : judgeStored(found.text, type, provider);
  const seen = { fingerprint: fingerprint(canonicalText(type, found.text)), length: found.text.length };
  return { kind: 'value', ...seen, ...(doubt === null ? {} : { doubt }) };
}

const BRACED = /^\$\{([A-Z][A-Z0-9_]{0,127})\}$/;
const DOLLAR = /^\$([A-Z][A-Z0-9_]{0,127})$/;
const ENV_MARKER = /^(?:secretref-env:|__env__:)([A-Z][A-Z0-9_]{0,127})$/;

/** True for text that the gateway takes as the secret itself: not blank, and not the spelling of a reference. */
export function isLiteralSecret(text: string): boolean {
  return text.trim() !== '' && refInText(text, WIDEST_READING) === null;
}

const REF_TEXTS: Record<ReadingRules['refs'], readonly RegExp[]> = {
  none: [],
  braced: [BRACED],
  dollar: [BRACED, DOLLAR],
  markers: [BRACED, DOLLAR, ENV_MARKER],
};

function refInText(text: string, rules: ReadingRules): SecretRef | null {
  const name = REF_TEXTS[rules.refs].map((form) => form.exec(text.trim())?.[1]).find((found) => found !== undefined);
  return name === undefined ? null : { source: 'env', provider: null, id: name };
}

const REF_KEYS = new Set(['source', 'provider', 'id']);

/** The spellings of a SecretRef: an object without further keys (2026.4.15 and later), or text (2026.6.1 takes the most forms). */
function refOf(node: Node | undefined, rules: ReadingRules): SecretRef | null {
  if (rules.refs === 'none') return null;
  const text = stringOf(node);
  if (text !== null) return refInText(text, rules);
  const ref = refObjectOf(node);
  return ref !== null && rules.refSources.has(ref.source) ? ref : null;
}

function refObjectOf(node: Node | undefined): SecretRef | null {
  if (node?.type !== 'object') return null;
  const fields = fieldsOf(node);
  const source = textOf(fields, 'source');
  const id = textOf(fields, 'id');
  const isExact = [...fields.keys()].every((key) => REF_KEYS.has(key));
  return source === null || id === null || !isExact ? null : { source, provider: textOf(fields, 'provider'), id };
}

/** Only an absent `expires` means "no expiry": `null`, text, 0 and the like make the profile ineligible. */
function expiryOf(node: Node | undefined): Expiry {
  if (node === undefined) return { kind: 'none' };
  const unixMs = numberOf(node);
  if (unixMs === null || unixMs <= 0) return { kind: 'invalid' };
  return unixMs <= MAX_UNIX_MS ? { kind: 'at', unixMs } : { kind: 'beyond' };
}

const ONBOARD_COMMAND = /^openclaw\s+onboard(?:\s.*)?\s--auth-choice(?:\s|=|$)/i;
const REFRESH_FENCE = /^openclaw-oauth-refresh-fence:v1:/;

/** Of two reasons, the one that more releases know. */
function dormancyOf(type: CredentialType | 'unknown', fields: Fields): Dormancy | null {
  if (type === 'api_key' && ONBOARD_COMMAND.test(textOf(fields, 'key')?.trim() ?? '')) return 'malformedKey';
  const access = textOf(fields, 'access') ?? '';
  if (type === 'oauth' && numberOf(fields.get('expires')) === 1 && REFRESH_FENCE.test(access)) return 'refreshing';
  const setup = fields.get('setup');
  return setup?.type === 'object' && fieldsOf(setup).get('replacement')?.value === true ? 'setup' : null;
}

/** Text with something in it, as it stands. */
function textOf(fields: Fields, key: string): string | null {
  const text = stringOf(fields.get(key));
  return text === null || text.trim() === '' ? null : text;
}
