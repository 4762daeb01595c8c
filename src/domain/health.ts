import type { Profile } from './credential.ts';
import type { Usage } from './snapshot.ts';

/**
 * Condition of a profile. `refreshable`: an OAuth access token that has run out or is about to, which the gateway renews by
 * itself. `unknown`: a token without a recorded expiry. `invalid`: no credential, an expiry that is not a date, or an entry that
 * cannot be read. `rejected` and `external` come from probes and CLI logins.
 */
export const HEALTHS = [
  'ok',
  'refreshable',
  'expiring',
  'expired',
  'coolingDown',
  'disabled',
  'unknown',
  'invalid',
  'rejected',
  'external',
] as const;
export type Health = (typeof HEALTHS)[number];

export const DAY_MS = 86_400_000;
/** The gateway's own warning period: `auth.oauth.warnAfterMs` in `models status --json`, 24 h in every measured release. */
export const GATEWAY_WARN_MS = DAY_MS;

/** Health at `now` (Unix ms, gateway host's clock). `expiring` means that less than `warnMs` are left. */
export function deriveHealth(profile: Profile, usage: Usage | undefined, now: number, warnMs: number): Health {
  if (profile.type === 'unknown' || profile.material.kind === 'missing' || profile.expiry.kind === 'invalid')
    return 'invalid';
  const expiring = deriveExpiryState(profile, now, warnMs);
  if (expiring === 'expired') return 'expired';
  if (isActive(usage?.disabledUntil, now)) return 'disabled';
  if (isActive(usage?.cooldownUntil, now) || isActive(usage?.blockedUntil, now)) return 'coolingDown';
  if (expiring === 'none' && profile.type === 'token' && profile.material.kind !== 'ref') return 'unknown';
  return expiring === 'none' ? 'ok' : expiring;
}

/** True while a cooldown or disable that ends at `until` lasts. */
export function isActive(until: number | null | undefined, now: number): boolean {
  return typeof until === 'number' && until > now;
}

function deriveExpiryState(
  profile: Profile,
  now: number,
  warnMs: number,
): 'none' | 'ok' | 'expiring' | 'expired' | 'refreshable' {
  if (profile.expiry.kind !== 'at') return 'none';
  const left = profile.expiry.unixMs - now;
  if (left > warnMs) return 'ok';
  if (profile.isRefreshable) return 'refreshable';
  return left <= 0 ? 'expired' : 'expiring';
}
