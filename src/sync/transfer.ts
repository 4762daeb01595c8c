import type { Change, Outcome } from '../domain/change.ts';
import { type Credential, fingerprintCredential, type Profile } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import { seenCredential } from '../domain/expectation.ts';
import type { Fingerprint, Fingerprinter } from '../domain/ids.ts';
import type { ApplyOptions, CallOptions, GatewayService } from '../gateway/service.ts';
import type { Logger } from '../platform/logger.ts';
import type { Envelope, ProfileIdentity, ProfileKey, Vault } from '../vault/vault.ts';

export interface TransferParts {
  readonly vault: Vault;
  readonly gateway: GatewayService;
  readonly fingerprint: Fingerprinter;
  readonly logger: Logger;
}

/** What the vault held when the transfer was decided, null for nothing at all; left out: whatever it holds. */
export interface SeenVault {
  readonly seenVault?: Fingerprint | null;
}

/**
 * Vault → store. `profile` is what the user saw in the store, null for none; a store that holds something else by now refuses
 * with `changeConflict`. Besides the gateway's own errors: `profileMissing` (nothing in the vault), `vaultUnavailable`, and
 * `transferRefused` with `reason` `oauth`, `ref` or `unknownType`. The base follows only a confirmed write.
 */
export async function pushProfile(
  parts: TransferParts,
  key: ProfileKey,
  profile: Profile | null,
  options: ApplyOptions & SeenVault = {},
): Promise<Outcome> {
  const reason = deriveRefusal(profile);
  if (reason !== null) return refuse(reason);
  const read = await parts.vault.read(key);
  if (read.kind === 'unreadable') return { kind: 'notDone', error: read.error };
  if (read.kind !== 'present') return notDone('profileMissing', 'vault');
  if (options.seenVault !== undefined && options.seenVault !== read.envelope.fingerprint)
    return notDone('changeConflict', 'vault');
  if (profile !== null && profile.provider !== read.envelope.identity.provider)
    return notDone('changeConflict', 'provider');
  const outcome = await parts.gateway.apply(putChange(read.envelope, profile), options);
  if (outcome.kind === 'done') await recordBase(parts, read.envelope);
  return outcome;
}

/**
 * Store → vault. What the vault held stays there for undo. `transferRefused` with `reason` `oauth`, `ref`, `unknownType` or
 * `hidden`; `profileMissing` (nothing in the store); `changeConflict` when the store no longer holds what the user saw.
 */
export async function pullProfile(
  parts: TransferParts,
  key: ProfileKey,
  profile: Profile,
  options: CallOptions & SeenVault = {},
): Promise<Outcome> {
  const reason = deriveRefusal(profile) ?? (profile.material.kind === 'hidden' ? 'hidden' : null);
  if (reason !== null) return refuse(reason);
  const credential = await parts.gateway
    .readCredential(key.agentId, key.profileId, options)
    .catch((thrown: unknown) => AppError.from(thrown));
  if (credential instanceof AppError) return { kind: 'notDone', error: credential };
  if (credential === null) return notDone('profileMissing', 'store');
  const baseFingerprint = fingerprintCredential(credential, parts.fingerprint);
  if (profile.material.kind !== 'value' || profile.material.fingerprint !== baseFingerprint)
    return notDone('changeConflict', 'store');
  const { hostId, agentId, profileId } = key;
  const identity = { hostId, agentId, profileId, provider: profile.provider };
  const seen = options.seenVault;
  return parts.vault.put(identity, credential, { baseFingerprint, ...(seen === undefined ? {} : { seen }) });
}

export interface EnterOptions extends ApplyOptions {
  /** Whether the user wants a copy in the vault at all. */
  readonly keeps: boolean;
}

/**
 * What the user entered: kept in the vault first, so that a store that fails half-way has a copy to be mended from, then
 * written. `profile` as for {@link pushProfile}; `kept` is null where no copy was wanted. The base is what was written, not what the vault holds by then: another
 * command may have put something else there meanwhile.
 */
export async function storeEntered(
  parts: TransferParts,
  identity: ProfileIdentity,
  credential: Credential,
  profile: Profile | null,
  { keeps, ...options }: EnterOptions,
): Promise<{ readonly kept: Outcome | null; readonly written: Outcome }> {
  const kept = keeps ? await parts.vault.put(identity, credential) : null;
  const written = await parts.gateway.apply(putChange({ identity, credential }, profile), options);
  if (written.kind === 'done' && kept?.kind === 'done')
    await parts.vault.recordAgreement(identity, fingerprintCredential(credential, parts.fingerprint));
  return { kept, written };
}

function putChange(
  { identity, credential }: Pick<Envelope, 'identity' | 'credential'>,
  profile: Profile | null,
): Change {
  const { agentId, profileId, provider } = identity;
  return { kind: 'putCredential', agentId, provider, profileId, credential, expected: seenCredential(profile) };
}

/** A base that is not recorded only makes a later comparison ask once more: the write itself stands. */
async function recordBase({ vault, logger }: TransferParts, envelope: Envelope): Promise<void> {
  const recorded = await vault.recordAgreement(envelope.identity, envelope.fingerprint);
  if (recorded.kind !== 'done') logger.warn('sync: pushed, base not recorded', { code: recorded.error.code });
}

/** What only the gateway may write (OAuth), what stands for a value (refs), and what we do not understand. */
function deriveRefusal(profile: Profile | null): 'oauth' | 'ref' | 'unknownType' | null {
  if (profile?.type === 'oauth') return 'oauth';
  if (profile?.type === 'unknown') return 'unknownType';
  return profile?.material.kind === 'ref' ? 'ref' : null;
}

function refuse(reason: string): Outcome {
  return { kind: 'notDone', error: new AppError('transferRefused', { reason }) };
}

function notDone(code: 'profileMissing' | 'changeConflict', side: string): Outcome {
  return { kind: 'notDone', error: new AppError(code, { side }) };
}
