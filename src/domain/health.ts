import type { Profile } from './credential.ts';
import type { SelectionRules } from './selectionRules.ts';
import type { Usage } from './snapshot.ts';

/**
 * Condition of a profile. `refreshable`: an OAuth access token that has run out or is about to, which the gateway renews by
 * itself. `unknown`: no expiry is recorded. `invalid`: no credential, one that is not live, an expiry that is not a date, or a
 * type that no release knows.
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
] as const;
export type Health = (typeof HEALTHS)[number];

export const DAY_MS = 86_400_000;
/** The gateway's own warning period: `auth.oauth.warnAfterMs` in `models status --json`, 24 h in every measured release. */
export const GATEWAY_WARN_MS = DAY_MS;
/** The largest time that a date can hold, Unix ms. */
export const MAX_DATE_MS = 8.64e15;

export interface HealthOptions {
  /** Gateway host's clock, Unix ms. */
  readonly now: number;
  /** `expiring` begins when this much is left, ms. */
  readonly warnMs: number;
  readonly rules: SelectionRules;
}

export function deriveHealth(profile: Profile, usage: Usage | undefined, options: HealthOptions): Health {
  if (isInvalid(profile, options.rules)) return 'invalid';
  const expiry = deriveExpiryState(profile, options);
  if (expiry === 'expired') return 'expired';
  if (isActive(usage?.disabledUntil, options.now)) return 'disabled';
  if (isActive(usage?.cooldownUntil, options.now) || isActive(usage?.blockedUntil, options.now)) return 'coolingDown';
  return expiry;
}

/** True while a cooldown or disable that ends at `until` lasts. */
export function isActive(until: number | null | undefined, now: number): boolean {
  return typeof until === 'number' && until > now;
}

/** True when the release refuses the expiry, instead of taking it for "never". */
export function hasInvalidExpiry(profile: Profile, rules: SelectionRules): boolean {
  return profile.expiry.kind === 'invalid' || (profile.expiry.kind === 'beyond' && rules.limitsDates);
}

function isInvalid(profile: Profile, rules: SelectionRules): boolean {
  if (profile.type === 'unknown' || profile.material.kind === 'missing') return true;
  if (profile.dormancy !== null && rules.dormancies.has(profile.dormancy)) return true;
  return rules.invalidExpiryExcludes && hasInvalidExpiry(profile, rules);
}

function deriveExpiryState(profile: Profile, options: HealthOptions): Health {
  if (profile.type === 'api_key' || profile.expiry.kind === 'beyond') return 'ok';
  if (profile.expiry.kind !== 'at') return 'unknown';
  const left = profile.expiry.unixMs - options.now;
  if (left > options.warnMs) return 'ok';
  if (profile.isRefreshable) return 'refreshable';
  return left <= 0 ? 'expired' : 'expiring';
}
