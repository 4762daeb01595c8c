import type { Outcome } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import type { AppError } from '../domain/errors.ts';
import type { AgentId, Fingerprint, HostId, ProfileId, ProviderId } from '../domain/ids.ts';
import type { Disposable } from '../platform/lifetime.ts';

/** What one vault key stands for. */
export interface ProfileKey {
  readonly hostId: HostId;
  readonly agentId: AgentId;
  readonly profileId: ProfileId;
}

export interface ProfileIdentity extends ProfileKey {
  readonly provider: ProviderId;
}

/** A credential that the vault holds. */
export interface Envelope {
  readonly identity: ProfileIdentity;
  readonly credential: Credential;
  /** Of `credential`; derived at reading, not stored. */
  readonly fingerprint: Fingerprint;
  /** When the credential was issued, as far as known: when it was entered. Unix ms, editor's clock. */
  readonly issuedAt: number;
  /** What vault and store last agreed on; `null` before the first confirmed push or pull. */
  readonly baseFingerprint: Fingerprint | null;
  /** The credential before this one, for undo. */
  readonly previous: Credential | null;
}

/** The user's removal of a profile. Nothing else may delete the other side. */
export interface Tombstone {
  readonly identity: ProfileIdentity;
  /** Unix ms, editor's clock. */
  readonly deletedAt: number;
  /** Of the credential that the user saw when removing; `null` when its value was hidden, or the store has lost it since. */
  readonly fingerprint: Fingerprint | null;
  /** The removed credential, for undo. */
  readonly previous: Credential | null;
}

/**
 * `absent` says nothing about intent: SecretStorage forgets what it cannot decrypt. Only `deleted` is a decision.
 * `unreadable` carries `vaultUnavailable` with `reason`: `timedOut`, `failed`, `malformed`, `laterVersion` or `identityMismatch`.
 */
export type VaultRead =
  | { readonly kind: 'present'; readonly envelope: Envelope }
  | { readonly kind: 'absent' }
  | { readonly kind: 'deleted'; readonly tombstone: Tombstone }
  | { readonly kind: 'unreadable'; readonly error: AppError };

export type VaultListing =
  | {
      readonly kind: 'listed';
      readonly envelopes: readonly Envelope[];
      readonly tombstones: readonly Tombstone[];
      /** Keys of ours whose content cannot be read, so whose identity is not known. */
      readonly unreadableCount: number;
    }
  | { readonly kind: 'unreadable'; readonly error: AppError };

/** One key of ours and what stands under it. The name is a hash. */
export interface VaultKey {
  readonly name: string;
  readonly read: VaultRead;
}

export type VaultInventory =
  | { readonly kind: 'listed'; readonly keys: readonly VaultKey[] }
  | { readonly kind: 'unreadable'; readonly error: AppError };

export interface WriteOptions {
  /** Write over an envelope that cannot be understood. It may hold the last copy of a secret: only after the user said so. */
  readonly replaceUnreadable?: boolean;
}

export interface PutOptions extends WriteOptions {
  /** Unix ms. Left out: kept for the same credential, now for another one. */
  readonly issuedAt?: number;
  /** Left out: kept; null: none. */
  readonly baseFingerprint?: Fingerprint | null;
  /** What the vault held when this was decided, null for nothing at all: `changeConflict` where that has changed. */
  readonly seen?: Fingerprint | null;
}

export interface RemoveOptions extends WriteOptions {
  /** Of the credential that the user saw. Left out: that of the vault's own. */
  readonly fingerprint?: Fingerprint;
  /** The store's credential, so that undo works for what the vault never held. Left out: the vault's own. */
  readonly previous?: Credential;
  /** Keeps no credential in the tombstone: what the user wants gone is gone. */
  readonly forgets?: boolean;
}

/**
 * Credentials in the editor's SecretStorage, one key per profile. No call throws. A write is `done` only when it was read back;
 * `notDone` with `vaultUnavailable` or `credentialInvalid` changed nothing; `unknown` carries `vaultNotConfirmed`.
 */
export interface Vault {
  /** Whether the SecretStorage answers at all. */
  isReachable(): Promise<boolean>;
  read(key: ProfileKey): Promise<VaultRead>;
  /** Everything that the vault holds, for all hosts. */
  list(): Promise<VaultListing>;
  /** Keeps a credential; the one before it stays for undo. Lifts a tombstone. */
  put(identity: ProfileIdentity, credential: Credential, options?: PutOptions): Promise<Outcome>;
  /** Leaves a tombstone. */
  remove(identity: ProfileIdentity, options?: RemoveOptions): Promise<Outcome>;
  /**
   * Sets the base after both sides were seen to agree. `profileMissing` when the vault holds no credential. `null`: the store has
   * none either, so a tombstone takes nothing out of it any more; `profileMissing` when there is no tombstone.
   */
  recordAgreement(key: ProfileKey, fingerprint: Fingerprint | null): Promise<Outcome>;
  /** Leaves nothing, no tombstone either: the vault then says nothing about the profile. */
  forget(key: ProfileKey): Promise<Outcome>;
  /** Every key of ours, also what cannot be read. */
  inventory(): Promise<VaultInventory>;
  /** As `forget`, by the key's name; of profiles' keys only. */
  forgetKey(name: string): Promise<Outcome>;
  /** Calls back when any profile's key may have changed, in this window or another. Only a hint: read again. */
  onDidChange(onMaybeChanged: () => void): Disposable;
}
