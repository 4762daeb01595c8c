import type { ProfileId } from './ids.ts';

/** Which rule gave the order: an override in the store, `auth.order`, the configured profiles, or the stored ones. */
export type OrderSource = 'stored' | 'config' | 'configured' | 'default';

/** Which credential the gateway will use next for a provider. */
export type Winner =
  | { readonly kind: 'profile'; readonly profileId: ProfileId }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'none' };

/** Why a profile is the winner, waits behind it, or is not tried at all. */
export const PROFILE_REASONS = [
  'winner',
  'fallback',
  'coolingDown',
  'disabled',
  'expired',
  'excludedByOrder',
  'missingCredential',
  'invalidExpires',
  'unresolvedRef',
  'modeMismatch',
  'ineligible',
  'unreadable',
] as const;
export type ProfileReason = (typeof PROFILE_REASONS)[number];
