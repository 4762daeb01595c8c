import type { Secret } from '../platform/secret.ts';
import type { Fingerprint, Fingerprinter, ProfileId, ProviderId } from './ids.ts';
import type { CredentialDoubt } from './tokenIntake.ts';

/** The types that OpenClaw stores. A profile of any other type is shown, kept and never edited. */
export const CREDENTIAL_TYPES = ['api_key', 'token', 'oauth'] as const;
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

/** A SecretRef: where the gateway finds the value instead of in the store. */
export interface SecretRef {
  readonly source: string;
  readonly provider: string | null;
  readonly id: string;
}

/** What stands in the place of the secret, without the secret. */
export type Material =
  | {
      readonly kind: 'value';
      readonly fingerprint: Fingerprint;
      /** Characters. */
      readonly length: number;
      readonly doubt?: CredentialDoubt | undefined;
    }
  | { readonly kind: 'ref'; readonly ref: SecretRef }
  | { readonly kind: 'missing' }
  /** The store's values are not readable here (the answer came from the CLI). */
  | { readonly kind: 'hidden' };

/** `expires` of a token or an OAuth access token. OpenClaw takes a finite number in (0, 8.64e15] (2026.9.6). */
export type Expiry =
  | { readonly kind: 'none' }
  | { readonly kind: 'at'; /** Unix ms */ readonly unixMs: number }
  /** A number that no date can hold: valid up to 2026.4.15, ineligible from 2026.6.1 on. */
  | { readonly kind: 'beyond' }
  | { readonly kind: 'invalid' };

/**
 * Why a stored credential is not live (2026.7 and later): saved by a set-up that has not finished, held while an OAuth refresh
 * runs, or an onboarding command that was pasted in place of a key.
 */
export type Dormancy = 'setup' | 'refreshing' | 'malformedKey';

/** One profile as the store has it, without its secret. */
export interface Profile {
  readonly id: ProfileId;
  readonly provider: ProviderId;
  /** `unknown`: a type that no known release writes, or an entry that cannot be read. */
  readonly type: CredentialType | 'unknown';
  readonly material: Material;
  readonly expiry: Expiry;
  readonly dormancy: Dormancy | null;
  /** OAuth only: a refresh token is there, so the gateway renews the access token by itself. */
  readonly isRefreshable: boolean;
  readonly email: string | null;
  readonly displayName: string | null;
  /** The provider's account id, for finding the same account twice. */
  readonly accountId: string | null;
  /** Where the entry stands: the agent's own store, or the default agent's, which this agent inherits. */
  readonly origin: 'own' | 'inherited';
}

/** A credential with its value, on its way between the user, the vault and a store. Times are Unix ms. */
export type Credential =
  | { readonly type: 'token'; readonly secret: Secret; readonly expiresAt: number | null }
  | { readonly type: 'api_key'; readonly secret: Secret };

/** The text whose keyed hash is the fingerprint: type and value, not the expiry, which may be learnt later. */
export function canonicalText(type: CredentialType, value: string): string {
  return `${type}\0${value}`;
}

/** Fingerprint of a credential; equal to that of the profile in whose store it stands. */
export function fingerprintCredential(credential: Credential, fingerprint: Fingerprinter): Fingerprint {
  return fingerprint(canonicalText(credential.type, credential.secret.reveal()));
}
