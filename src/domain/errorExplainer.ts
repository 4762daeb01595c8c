import { profileId, providerId, type ProfileId, type ProviderId } from './ids.ts';

/** What an error of a provider or of the gateway comes from. */
export const ERROR_CAUSES = [
  'claudeCodeOnly',
  'extraUsage',
  'migrationRequired',
  'gatewayScope',
  'gatewayToken',
  'storeBusy',
  'notASetupToken',
  'noCredentials',
  'refreshReused',
  'refreshFailed',
  'expired',
  'invalidKey',
  'billing',
  'rateLimit',
  'overloaded',
  'missingScope',
  'coolingDown',
] as const;
export type ErrorCause = (typeof ERROR_CAUSES)[number];

export interface ExplainedError {
  readonly cause: ErrorCause;
  /** What the text is about, where it says so. */
  readonly provider: ProviderId | null;
  readonly profileId: ProfileId | null;
}

/** More of a text is not looked at. */
const MAX_LENGTH = 20_000;

/**
 * The first row that matches decides, so the more particular stand above. Words of OpenClaw 2026.2.3 to 2026.9.6, and of providers as
 * the gateway passes them on.
 */
const ROWS: readonly (readonly [words: RegExp, cause: ErrorCause])[] = [
  [/only authorized for use with Claude Code/i, 'claudeCodeOnly'],
  [/(?:out of|draw from your|now draw from|requires?) extra usage|extra usage is required/i, 'extraUsage'],
  [/AUTH_PROFILE_MIGRATION_REQUIRED|requires legacy credential migration/i, 'migrationRequired'],
  // The gateway's own scopes; those of a provider have other names.
  [/missing scope: operator\.|does not satisfy operator\./i, 'gatewayScope'],
  [/(?:gateway|device|bootstrap) token (?:mismatch|missing|invalid)|pairing required/i, 'gatewayToken'],
  [/lock may be busy|file lock timeout|refresh_contention/i, 'storeBusy'],
  [/Expected token starting with|Token looks too short/i, 'notASetupToken'],
  [/No available auth profile|all in cooldown/i, 'coolingDown'],
  [
    /(?:No credentials|No API key) found|Missing API key|No auth profile|missing credentials? for|auth profile is (?:unavailable in|not eligible)/i,
    'noCredentials',
  ],
  [/refresh_token_reused|refresh token (?:has )?already (?:been )?used|token reuse/i, 'refreshReused'],
  [
    /refresh_token_expired|invalid_grant|OAuth token refresh failed|Authentication refresh failed|failed to refresh (?:the )?token/i,
    'refreshFailed',
  ],
  [/missing scopes?\b|insufficient[_ ](?:scope|permissions?)|does not have (?:the )?required scopes?/i, 'missingScope'],
  [/(?:token|credentials?|session|api[ _-]?key)\b[^\n]{0,40}\b(?:has |have |is |was )?expired/i, 'expired'],
  [/expired[ _-]?(?:token|credentials?|api[ _-]?key)/i, 'expired'],
  [/credit balance|insufficient[_ -]?(?:quota|balance|funds|credits?)|payment required|\b402\b|billing/i, 'billing'],
  [
    /invalid bearer token|invalid[_ -]?(?:x-)?api[_ -]?key|incorrect api key|authentication_error|\b401\b|unauthori[sz]ed/i,
    'invalidKey',
  ],
  [/in cooldown|cooling down|all (?:auth )?profiles? (?:are )?(?:unavailable|failed)/i, 'coolingDown'],
  [/rate[_ -]?limit|too many requests|\b429\b/i, 'rateLimit'],
  [/overloaded(?:_error)?|\b529\b|\b503\b/i, 'overloaded'],
];

const PROFILE = /profile ["'`“]([^"'`”\s]{1,200})["'`”]/i;
const PROVIDER = /(?:refresh failed for|provider) ["'`“]?([a-z0-9][a-z0-9._-]{0,60})/i;

/** Tells by its words what an error comes from; `null` where nobody knows. The text itself is not kept: it may hold a secret. */
export function explainError(text: string): ExplainedError | null {
  const looked = text.slice(0, MAX_LENGTH);
  const cause = ROWS.find(([words]) => words.test(looked))?.[1];
  if (cause === undefined) return null;
  const [, profile] = PROFILE.exec(looked) ?? [];
  const [, named] = PROVIDER.exec(looked) ?? [];
  const provider =
    named ?? profile?.split(':')[0] ?? (cause === 'claudeCodeOnly' || cause === 'extraUsage' ? 'anthropic' : undefined);
  return {
    cause,
    provider: provider === undefined ? null : providerId(provider),
    profileId: profile === undefined ? null : profileId(profile),
  };
}
