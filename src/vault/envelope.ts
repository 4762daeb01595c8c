import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Credential, fingerprintCredential } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import { agentId, fingerprint, type Fingerprinter, hostId, profileId, providerId } from '../domain/ids.ts';
import { parseJson } from '../platform/json.ts';
import { Secret } from '../platform/secret.ts';
import type { Envelope, ProfileIdentity, ProfileKey, Tombstone, VaultRead } from './vault.ts';

export const KEY_PREFIX = 'openclawAuth.profile.';
const VERSION = 1;
/** Largest date of JavaScript, which is also OpenClaw's largest `expires`. */
const MAX_UNIX_MS = 8.64e15;

/** Hashed, because VS Code writes key names to its log and the names of agents and profiles are the user's own. */
export function keyName(key: ProfileKey): string {
  const text = JSON.stringify([key.hostId, key.agentId, key.profileId]);
  return KEY_PREFIX + createHash('sha256').update(text).digest('hex');
}

const unixMs = z.number().nonnegative().max(MAX_UNIX_MS);
const value = z.string().min(1);
const storedCredential = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('token'), value, expiresAt: unixMs.nullable() }),
  z.strictObject({ type: z.literal('api_key'), value, expiresAt: z.null() }),
]);
const identity = z.strictObject({
  hostId: z.string().transform(hostId),
  agentId: z.string().transform(agentId),
  profileId: z.string().transform(profileId),
  provider: z.string().transform(providerId),
});
const print = z.string().min(1).transform(fingerprint);

const stored = z.discriminatedUnion('kind', [
  z.strictObject({
    version: z.literal(VERSION),
    kind: z.literal('credential'),
    identity,
    credential: storedCredential,
    issuedAt: unixMs,
    baseFingerprint: print.nullable(),
    previous: storedCredential.nullable(),
  }),
  z.strictObject({
    version: z.literal(VERSION),
    kind: z.literal('tombstone'),
    identity,
    tombstone: z.strictObject({ deletedAt: unixMs, fingerprint: print.nullable() }),
    previous: storedCredential.nullable(),
  }),
]);
const anyVersion = z.looseObject({ version: z.number() });

/** The text that stands under the key. Throws `credentialInvalid` for what could not be read back. */
export function encodeEnvelope(envelope: Omit<Envelope, 'fingerprint'>): string {
  return encode({
    version: VERSION,
    kind: 'credential',
    identity: plainIdentity(envelope.identity),
    credential: plainCredential(envelope.credential),
    issuedAt: envelope.issuedAt,
    baseFingerprint: envelope.baseFingerprint,
    previous: envelope.previous && plainCredential(envelope.previous),
  });
}

/** The text that stands under the key of a removed profile. Throws `credentialInvalid` for what could not be read back. */
export function encodeTombstone(tombstone: Tombstone): string {
  return encode({
    version: VERSION,
    kind: 'tombstone',
    identity: plainIdentity(tombstone.identity),
    tombstone: { deletedAt: tombstone.deletedAt, fingerprint: tombstone.fingerprint },
    previous: tombstone.previous && plainCredential(tombstone.previous),
  });
}

/** Turns stored text into one of the four states; whatever it is, nothing of it stands in the error. */
export function decodeStored(text: string | undefined, fingerprintOf: Fingerprinter): VaultRead {
  if (text === undefined) return { kind: 'absent' };
  const json = parseJson(text);
  const parsed = stored.safeParse(json);
  if (!parsed.success) {
    const version = anyVersion.safeParse(json);
    const isLater = version.success && version.data.version > VERSION;
    return unreadable(isLater ? 'laterVersion' : 'malformed');
  }
  const data = parsed.data;
  const previous = data.previous && toCredential(data.previous);
  if (data.kind === 'tombstone')
    return { kind: 'deleted', tombstone: { identity: data.identity, ...data.tombstone, previous } };
  const credential = toCredential(data.credential);
  const { issuedAt, baseFingerprint } = data;
  return {
    kind: 'present',
    envelope: {
      identity: data.identity,
      credential,
      fingerprint: fingerprintCredential(credential, fingerprintOf),
      issuedAt,
      baseFingerprint,
      previous,
    },
  };
}

export type UnreadableReason = 'timedOut' | 'failed' | 'malformed' | 'laterVersion' | 'identityMismatch';

export function unreadable(reason: UnreadableReason): Extract<VaultRead, { kind: 'unreadable' }> {
  return { kind: 'unreadable', error: new AppError('vaultUnavailable', { reason }) };
}

function encode(envelope: z.input<typeof stored>): string {
  if (!stored.safeParse(envelope).success) throw new AppError('credentialInvalid');
  return JSON.stringify(envelope);
}

function plainIdentity({ hostId, agentId, profileId, provider }: ProfileIdentity): z.input<typeof identity> {
  return { hostId, agentId, profileId, provider };
}

function plainCredential(credential: Credential): z.input<typeof storedCredential> {
  const value = credential.secret.reveal();
  return credential.type === 'token'
    ? { type: 'token', value, expiresAt: credential.expiresAt }
    : { type: 'api_key', value, expiresAt: null };
}

function toCredential(plain: z.output<typeof storedCredential>): Credential {
  const secret = Secret.of(plain.value);
  return plain.type === 'token' ? { type: 'token', secret, expiresAt: plain.expiresAt } : { type: 'api_key', secret };
}
