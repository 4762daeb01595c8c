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
  ['noCredentials', 'Error: No credentials found for profile "anthropic:default".'],
  ['noCredentials', 'No API key found for provider "openai". Auth store: auth-profiles.json'],
  ['refreshReused', 'OAuth token refresh failed for openai-codex: {"error":{"code":"refresh_token_reused"}}'],
  [
    'refreshFailed',
    'OAuth token refresh failed for google-gemini-cli: invalid_grant. Please try again or re-authenticate.',
  ],
  ['expired', 'HTTP 401 authentication_error: OAuth token has expired. Please obtain a new token.'],
  ['invalidKey', 'HTTP 401: {"type":"authentication_error","message":"Invalid bearer token"}'],
  ['invalidKey', '401 Incorrect API key provided: sk-FAKE'],
  ['billing', 'Your credit balance is too low to access the Anthropic API.'],
  ['billing', '429 {"error":{"code":"insufficient_quota"}}'],
  ['rateLimit', '429 {"type":"error","error":{"type":"rate_limit_error"}}'],
  ['overloaded', '529 {"type":"overloaded_error","message":"Overloaded"}'],
  ['missingScope', 'OAuth authentication failed: missing scope: user:inference'],
  ['coolingDown', 'Provider anthropic is in cooldown (all profiles unavailable)'],
];

describe('the cause of an error', () => {
  it.each(TEXTS)('%s: %s', (cause, text) => {
    expect(explainError(text)?.cause).toBe(cause);
    expect(explainError(`[agent/main] embedded run failed:\n  ${text}\n  at run (dist/x.js:1:2)`)?.cause).toBe(cause);
  });

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
