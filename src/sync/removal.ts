import type { Change, Outcome, SeenOrder } from '../domain/change.ts';
import type { Credential, Profile } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import type { ProfileId, ProviderId } from '../domain/ids.ts';
import type { Era } from '../domain/release.ts';
import type { ProfileIdentity, VaultRead } from '../vault/vault.ts';
import type { EnterOptions, TransferParts } from './transfer.ts';

/**
 * What undoing a removal would bring back. `same`: what stands in the store. `uncompared`: the vault's copy, where the store
 * hides its value. `expired`: the release takes no expired token back. `unknown`: the value is not known here.
 */
export type Undo =
  { readonly kind: 'same' | 'uncompared'; readonly credential: Credential } | { readonly kind: 'expired' | 'unknown' };

/** Looks for the value that a removal would lose: the store's, else the vault's where that is no other one. Never throws. */
export async function findUndo(
  { vault, gateway, logger }: TransferParts,
  key: ProfileIdentity,
  profile: Profile,
  { era, now }: { readonly era: Era; readonly now: number },
): Promise<Undo> {
  const stored = await gateway.readCredential(key.agentId, key.profileId).catch((thrown: unknown) => {
    logger.warn('the value could not be read before removal', { code: AppError.from(thrown).code });
    return null;
  });
  const found: Undo = stored === null ? undoFromVault(await vault.read(key), profile) : same(stored);
  return 'credential' in found && isRefusedAsExpired(found.credential, era, now) ? { kind: 'expired' } : found;
}

/** An OAuth login or a reference that took the place of what was entered here is not brought back by it. */
function undoFromVault(read: VaultRead, { type, material }: Profile): Undo {
  if (read.kind !== 'present' || read.envelope.credential.type !== type) return { kind: 'unknown' };
  const { credential, fingerprint } = read.envelope;
  if (material.kind === 'hidden') return { kind: 'uncompared', credential };
  return material.kind === 'value' && material.fingerprint === fingerprint ? same(credential) : { kind: 'unknown' };
}

function same(credential: Credential): Undo {
  return { kind: 'same', credential };
}

/** The CLI, which alone writes databases, takes an expiry as a period from now on. */
export function isRefusedAsExpired(credential: Credential, era: Era, now: number): boolean {
  return (
    era === 'sqlite' && credential.type === 'token' && credential.expiresAt !== null && credential.expiresAt <= now
  );
}

/** The order of a provider as the store had it before a removal. */
export interface OrderBefore {
  readonly provider: ProviderId;
  readonly listed: SeenOrder;
}

/** `order`: how its place in the order came back; null where nothing was to be done about it. */
export interface Restored {
  readonly credential: Outcome;
  readonly order: Outcome | null;
}

/**
 * Puts back a profile that was removed, and the order that stood in the store before, from which the removal took it; an order that
 * somebody changed since stays. Keeps a copy in the vault again where one is wanted. Never throws.
 */
export async function restoreProfile(
  { vault, gateway }: TransferParts,
  identity: ProfileIdentity,
  credential: Credential,
  order: OrderBefore,
  { keeps, ...options }: EnterOptions,
): Promise<Restored> {
  const { agentId, provider, profileId } = identity;
  if (keeps) await vault.put(identity, credential);
  const put: Change = { kind: 'putCredential', agentId, provider, profileId, credential, expected: null };
  const written = await gateway.apply(put, options);
  if (written.kind !== 'done' || order.listed?.includes(profileId) !== true)
    return { credential: written, order: null };
  const { listed } = order;
  const expected = without(listed, profileId);
  const set: Change = { kind: 'setOrder', agentId, provider: order.provider, profileIds: listed, expected };
  return { credential: written, order: await gateway.apply(set, options) };
}

function without(order: readonly ProfileId[], profileId: ProfileId): SeenOrder {
  const rest = order.filter((id) => id !== profileId);
  return rest.length === 0 ? null : rest;
}
