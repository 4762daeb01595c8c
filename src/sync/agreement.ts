import type { Profile } from '../domain/credential.ts';
import type { Fingerprint } from '../domain/ids.ts';
import type { VaultRead } from '../vault/vault.ts';

/**
 * Whether vault and store hold the same credential of a profile. `vaultOnly` and `storeOnly`: the other side has none (a
 * tombstone counts as none). `unknown`: a value is hidden or the vault cannot be read. `notApplicable`: the gateway owns what
 * stands there (OAuth, refs, inherited and unknown entries), or nothing stands on either side.
 */
export type Agreement = 'agree' | 'differ' | 'vaultOnly' | 'storeOnly' | 'unknown' | 'notApplicable';

/** `profile` is null when the store has no such profile. */
export function deriveAgreement(read: VaultRead, profile: Profile | null): Agreement {
  const side = deriveStoreSide(profile);
  if (side === 'managed') return 'notApplicable';
  if (read.kind === 'unreadable') return 'unknown';
  if (read.kind !== 'present') return deriveWithoutVault(side, profile);
  if (side === 'none') return 'vaultOnly';
  if (side === 'hidden') return 'unknown';
  return side.fingerprint === read.envelope.fingerprint ? 'agree' : 'differ';
}

/** What the store holds, as far as a transfer is concerned. */
type StoreSide = 'none' | 'hidden' | 'managed' | { readonly fingerprint: Fingerprint };

function deriveStoreSide(profile: Profile | null): StoreSide {
  if (profile === null) return 'none';
  if (profile.type === 'oauth' || profile.type === 'unknown') return 'managed';
  if (profile.material.kind === 'ref') return 'managed';
  if (profile.material.kind === 'missing') return 'none';
  return profile.material.kind === 'hidden' ? 'hidden' : { fingerprint: profile.material.fingerprint };
}

function deriveWithoutVault(side: StoreSide, profile: Profile | null): Agreement {
  const isOthers = profile?.origin === 'inherited';
  return side === 'none' || isOthers ? 'notApplicable' : 'storeOnly';
}
