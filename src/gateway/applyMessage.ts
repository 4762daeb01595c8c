import * as z from 'zod';
import { NOTICES, type Change, type Outcome } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { AppError, ERROR_CODES } from '../domain/errors.ts';
import { keyedFingerprinter } from '../domain/keyedFingerprint.ts';
import { agentId, fingerprint, profileId, providerId, type Fingerprinter } from '../domain/ids.ts';
import { parseRelease } from '../domain/release.ts';
import type { Clock } from '../platform/clock.ts';
import { Secret } from '../platform/secret.ts';
import type { VariableWrite } from './dotenvWriter.ts';
import type { JsonWriteContext } from './jsonStore/writer.ts';

/** A change on its way to the worker, as plain values. The only place for it is the pipe: it holds the secret. */
const agent = z.string().transform(agentId);
const provider = z.string().transform(providerId);
const profile = z.string().transform(profileId);
const secret = z.string().transform((text) => Secret.of(text));
const seen = z.string().transform((text) => (text === 'hidden' ? text : fingerprint(text)));
const order = z.array(profile).readonly();

export const credentialMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('token'), secret, expiresAt: z.number().nullable() }),
  z.strictObject({ type: z.literal('api_key'), secret }),
]);

const about = { agentId: agent, provider };
export const changeMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('putCredential'), ...about, profileId: profile, credential: credentialMessage },
    expected: seen.nullable(),
  }),
  z.strictObject({ kind: z.literal('removeProfile'), ...about, profileId: profile, expected: seen }),
  z.strictObject({ kind: z.literal('setOrder'), ...about, profileIds: order, expected: order.nullable() }),
  z.strictObject({ kind: z.literal('clearOrder'), ...about, expected: order.nullable() }),
]);

/** A reference in the place of a value. */
export const referenceMessage = z.strictObject({
  ...{ ...about, profileId: profile },
  ref: z.strictObject({ source: z.string(), provider: z.string().nullable(), id: z.string() }),
});
export type ReferenceMessage = z.input<typeof referenceMessage>;

/** An entry of `.env`. */
export const variableMessage = z.strictObject({
  name: z.string(),
  value: secret.nullable(),
  expected: z.string().transform(fingerprint).nullable(),
});
export type VariableMessage = z.input<typeof variableMessage>;

export function encodeVariable({ name, value, expected }: VariableWrite): VariableMessage {
  return { name, value: value === null ? null : value.reveal(), expected };
}

/** As it stands in a message. */
export type ChangeMessage = z.input<typeof changeMessage>;

/** A credential on its way from a host; `null` where there is none to be had. */
export type CredentialMessage = z.input<typeof credentialMessage>;

const applyParams = z.strictObject({
  change: changeMessage,
  dirs: z.strictObject({ agentDir: z.string(), sharedAgentDir: z.string() }),
  agentDirs: z.array(z.string()),
  configPath: z.string(),
  release: z.string(),
  fingerprintKey: secret,
  lockWaitMs: z.number().optional(),
});

/** As it stands in the message; checked by {@link decodeApply}. */
export type ApplyParams = z.input<typeof applyParams>;

/** Throws `storeUnknownRelease` where the release is not known. */
export function encodeApply(wanted: Change, context: JsonWriteContext, fingerprintKey: Secret): ApplyParams {
  const { dirs, agentDirs, configPath, release, lockWaitMs } = context;
  if (release === null) throw new AppError('storeUnknownRelease', { path: dirs.agentDir, release: null });
  return {
    change: encodeChange(wanted),
    dirs,
    agentDirs: [...agentDirs],
    configPath,
    release: release.text,
    fingerprintKey: fingerprintKey.reveal(),
    ...(lockWaitMs === undefined ? {} : { lockWaitMs }),
  };
}

export function encodeChange(wanted: Change): ChangeMessage {
  if (wanted.kind !== 'putCredential') return wanted;
  return { ...wanted, credential: encodeCredential(wanted.credential) };
}

export function encodeCredential(credential: Credential): CredentialMessage {
  return { ...credential, secret: credential.secret.reveal() };
}

/** The key of fingerprints, for a worker that makes them. */
export function encodeKey(key: Secret): string {
  return key.reveal();
}

/** `null` for a message that is not one. */
export function decodeApply(
  params: unknown,
  clock: Clock,
): { readonly change: Change; readonly context: JsonWriteContext & { readonly fingerprint: Fingerprinter } } | null {
  const parsed = applyParams.safeParse(params);
  if (!parsed.success) return null;
  const { change: wanted, release, fingerprintKey, lockWaitMs, ...rest } = parsed.data;
  const wait = lockWaitMs === undefined ? {} : { lockWaitMs };
  return {
    change: wanted,
    context: {
      ...rest,
      ...wait,
      release: parseRelease(release),
      fingerprint: keyedFingerprinter(fingerprintKey),
      clock,
    },
  };
}

export const failureMessage = z.strictObject({
  code: z.enum(ERROR_CODES),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const outcome = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('done'),
    isNoop: z.boolean(),
    notices: z.array(z.enum(NOTICES)).readonly().optional(),
  }),
  z.strictObject({ kind: z.enum(['notDone', 'unknown']), error: failureMessage }),
]);

export type OutcomeMessage = z.input<typeof outcome>;

export function encodeOutcome(ended: Outcome): OutcomeMessage {
  if (ended.kind === 'done') return ended;
  return { kind: ended.kind, error: encodeFailure(ended.error) };
}

export function encodeFailure({ code, details }: AppError): z.input<typeof failureMessage> {
  return { code, details: { ...details } };
}

/** `null` for an answer that is not one. */
export function decodeOutcome(answer: unknown): Outcome | null {
  const parsed = outcome.safeParse(answer);
  if (!parsed.success) return null;
  const ended = parsed.data;
  if (ended.kind !== 'done') return { kind: ended.kind, error: new AppError(ended.error.code, ended.error.details) };
  const { isNoop, notices } = ended;
  return { kind: 'done', isNoop, ...(notices === undefined ? {} : { notices }) };
}
