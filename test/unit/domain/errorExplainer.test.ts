import { describe, expect, it } from 'vitest';
import { ERROR_CAUSES, explainError, type ErrorCause } from '../../../src/domain/errorExplainer.ts';

/** As users report them and releases print them; nothing in them is real. */
const TEXTS: readonly (readonly [ErrorCause, string])[] = [
  [
    'claudeCodeOnly',
    '{"type":"error","error":{"type":"invalid_request_error","message":"This credential is only authorized for use with Claude Code and cannot be used for other API requests."}}',
  ],
  ['extraUsage', 'Third-party apps now draw from your extra usage, not your plan limits.'],
  ['extraUsage', 'HTTP 400: You are out of extra usage.'],
  [
    'migrationRequired',
    '{"ok":false,"error":{"type":"cli_error","message":"Auth profile store main requires legacy credential migration; run openclaw doctor --fix."}}',
  ],
  ['migrationRequired', 'Error [AUTH_PROFILE_MIGRATION_REQUIRED]: refused'],
  ['gatewayScope', 'gateway call failed: missing scope: operator.read'],
  ['gatewayScope', 'missing scope: operator.admin'],
  ['gatewayToken', 'unauthorized: gateway token mismatch (set gateway.remote.token to match gateway.auth.token)'],
  ['gatewayToken', 'unauthorized: device token mismatch'],
  ['gatewayToken', 'gateway closed (1008): pairing required'],
  ['storeBusy', 'Failed to remove the profile; the auth store lock may be busy.'],
  ['storeBusy', 'Error: file lock timeout for auth-profiles.json'],
  ['notASetupToken', 'Expected token starting with sk-ant-oat01-'],
  ['notASetupToken', 'Token looks too short; paste the full setup-token'],
  ['noCredentials', 'Error: No credentials found for profile "anthropic:default".'],
  ['noCredentials', '⚠️ Missing API key for the model'],
  ['noCredentials', "The selected auth profile is unavailable in this agent's OpenClaw credential store."],
  ['noCredentials', 'No API key found for provider "openai". Auth store: auth-profiles.json'],
  ['refreshReused', 'OAuth token refresh failed for openai-codex: {"error":{"code":"refresh_token_reused"}}'],
  [
    'refreshFailed',
    'OAuth token refresh failed for google-gemini-cli: invalid_grant. Please try again or re-authenticate.',
  ],
  ['refreshFailed', 'Authentication refresh failed. Re-authenticate this provider and try again.'],
  ['expired', 'HTTP 401 authentication_error: OAuth token has expired. Please obtain a new token.'],
  ['invalidKey', 'HTTP 401: {"type":"authentication_error","message":"Invalid bearer token"}'],
  ['invalidKey', '401 Incorrect API key provided: sk-FAKE'],
  ['billing', 'Your credit balance is too low to access the Anthropic API.'],
  ['billing', '⚠️ anthropic returned a billing error — your API key has run out of credits.'],
  ['billing', '429 {"error":{"code":"insufficient_quota"}}'],
  ['rateLimit', '429 {"type":"error","error":{"type":"rate_limit_error"}}'],
  ['rateLimit', '⚠️ API rate limit reached. Please try again later.'],
  ['overloaded', 'The AI service is temporarily overloaded. Please try again in a moment.'],
  ['overloaded', '529 {"type":"overloaded_error","message":"Overloaded"}'],
  ['missingScope', 'OAuth authentication failed: missing scope: user:inference'],
  ['coolingDown', 'Provider anthropic is in cooldown (all profiles unavailable)'],
  ['coolingDown', 'No available auth profile for anthropic (all in cooldown or unavailable).'],
];

/** What looks like a cause and is not it: another one, or nothing of ours (`null`). */
const OTHERS: Record<ErrorCause, readonly (readonly [text: string, is: ErrorCause | null])[]> = {
  claudeCodeOnly: [['Claude Code is authorized for use in this workspace', null]],
  extraUsage: [['Extra usage: 3 GB of disk', null]],
  migrationRequired: [['Legacy state migration finished', null]],
  gatewayScope: [['missing scope: user:inference', 'missingScope']],
  gatewayToken: [['401 invalid bearer token', 'invalidKey']],
  storeBusy: [['The line may be busy', null]],
  notASetupToken: [['Domain name too short', null]],
  noCredentials: [['No available auth profile for openai (all in cooldown or unavailable).', 'coolingDown']],
  refreshReused: [['OAuth token refresh failed for google: invalid_grant', 'refreshFailed']],
  refreshFailed: [['The page was refreshed', null]],
  expired: [['The certificate of the proxy is out of date', null]],
  invalidKey: [['404 Not Found', null]],
  billing: [['529 overloaded_error', 'overloaded']],
  rateLimit: [['The frame rate is limited', null]],
  overloaded: [['The method is an overload', null]],
  missingScope: [['missing scope: operator.write', 'gatewayScope']],
  coolingDown: [['The processor is cool', null]],
};

describe('the cause of an error', () => {
  it.each(TEXTS)('%s: %s', (cause, text) => {
    expect(explainError(text)?.cause).toBe(cause);
    expect(explainError(`[agent/main] embedded run failed:\n  ${text}\n  at run (dist/x.js:1:2)`)?.cause).toBe(cause);
  });

  it.each(Object.entries(OTHERS).flatMap(([cause, texts]) => texts.map(([text, is]) => [cause, text, is] as const)))(
    'is not %s: %s',
    (_cause, text, is) => {
      expect(explainError(text)?.cause ?? null).toBe(is);
    },
  );

  it('has a text for each', () => {
    expect(new Set(TEXTS.map(([cause]) => cause))).toEqual(new Set(ERROR_CAUSES));
  });

  it('names provider and profile where the text does', () => {
    expect(explainError('No credentials found for profile "anthropic:work".')).toMatchObject({
      ...{ provider: 'anthropic', profileId: 'anthropic:work' },
    });
    expect(explainError('No API key found for provider "openai".')).toMatchObject({
      provider: 'openai',
      profileId: null,
    });
    expect(explainError('OAuth token refresh failed for openai-codex: invalid_grant')?.provider).toBe('openai-codex');
    expect(explainError('only authorized for use with Claude Code')?.provider).toBe('anthropic');
  });

  it('is not guessed', () => {
    for (const text of ['', 'ENOENT: no such file or directory', 'hello', 'x'.repeat(100_000)])
      expect(explainError(text)).toBeNull();
  });
});
