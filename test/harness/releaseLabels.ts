import type { Profile } from '../../src/domain/credential.ts';
import { GATEWAY_WARN_MS, type Health } from '../../src/domain/health.ts';
import { isAtLeast, type Release } from '../../src/domain/release.ts';

/**
 * The label that `models status` of a release gives to what we call `health`, cooldowns and disables left aside (the release
 * lists them apart). Our words are finer, so every one of them has exactly one label; where earlier releases do not judge a
 * credential at all, the label follows the date alone.
 */
export function labelOf(profile: Profile, health: Health, release: Release, now: number): string {
  if (profile.type === 'api_key') return health === 'invalid' && isAtLeast(release, '2026.7.0') ? 'missing' : 'static';
  if (profile.type === 'token') return labelOfToken(profile, health, release, now);
  return labelOfOAuth(profile, health, release, now);
}

/** From 2026.3.8 on a token without a value or with an odd date is missing; before, only the date counts. */
function labelOfToken(profile: Profile, health: Health, release: Release, now: number): string {
  if (health === 'unknown') return 'static';
  if (health !== 'invalid') return health;
  return isAtLeast(release, '2026.3.8') ? 'missing' : labelOfDate(profile, 'static', now);
}

/**
 * From 2026.4.21 on the label of a refreshable one is the access token's; before, it is fine as long as it can be refreshed. From
 * 2026.6 on one without any value is missing; before, only the date counts.
 */
function labelOfOAuth(profile: Profile, health: Health, release: Release, now: number): string {
  const isRefreshFine = !isAtLeast(release, '2026.4.21');
  if (health === 'refreshable') return isRefreshFine ? 'ok' : labelOfDate(profile, 'missing', now);
  if (health === 'unknown') return 'missing';
  if (health !== 'invalid') return health;
  if (isAtLeast(release, '2026.6.0')) return 'missing';
  const isDated = profile.expiry.kind === 'at' || profile.expiry.kind === 'beyond';
  return isRefreshFine && profile.isRefreshable && isDated ? 'ok' : labelOfDate(profile, 'missing', now);
}

function labelOfDate({ expiry }: Profile, dateless: string, now: number): string {
  if (expiry.kind === 'beyond') return 'ok';
  if (expiry.kind !== 'at') return dateless;
  const left = expiry.unixMs - now;
  if (left <= 0) return 'expired';
  return left <= GATEWAY_WARN_MS ? 'expiring' : 'ok';
}
