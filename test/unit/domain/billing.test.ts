import { describe, expect, it } from 'vitest';
import { billingOf, billingOfWinner, type Billing } from '../../../src/domain/billing.ts';
import type { CredentialType } from '../../../src/domain/credential.ts';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot } from '../../../src/domain/snapshot.ts';
import { aConfig, aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

function winnerBilling(profiles: Readonly<Record<string, ProfileSpec>>, host: Partial<HostSnapshot> = {}) {
  const status = deriveHostStatus(aHost([anAgent('main', aSet(profiles))], host), { now: NOW, warnMs: DAY_MS });
  return status.agents[0]?.providers.map((provider) => [provider.id, billingOfWinner(provider)]);
}

const variable = (provider: string, name: string): Partial<HostSnapshot> => ({
  environment: new Map([[providerId(provider), [{ name, source: 'process' }]]]),
});

describe('what a request costs', () => {
  it.each<[CredentialType | 'unknown', string, Billing]>([
    ['token', 'anthropic', 'subscription'],
    ['token', 'Anthropic', 'subscription'],
    ['token', 'github-copilot', 'unknown'],
    ['oauth', 'openai-codex', 'subscription'],
    ['oauth', 'google', 'subscription'],
    ['api_key', 'anthropic', 'metered'],
    ['api_key', 'openrouter', 'metered'],
    ['api_key', 'ollama', 'unknown'],
    ['unknown', 'anthropic', 'unknown'],
  ])('with a %s of %s: %s', (type, provider, billing) => {
    expect(billingOf({ type }, providerId(provider))).toBe(billing);
  });

  it('is that of the profile in use', () => {
    expect(winnerBilling({ 'anthropic:a': {}, 'anthropic:b': { type: 'api_key' } })).toEqual([
      ['anthropic', 'subscription'],
    ]);
    const expired = { 'anthropic:a': { expiresIn: -1 }, 'anthropic:b': { type: 'api_key' } } as const;
    expect(winnerBilling(expired)).toEqual([['anthropic', 'metered']]);
    expect(winnerBilling({ 'anthropic:a': { expiresIn: -1 } })).toEqual([['anthropic', null]]);
  });

  it('is that of a variable, or of the key in the configuration, where no profile is', () => {
    expect(winnerBilling({}, variable('anthropic', 'ANTHROPIC_API_KEY'))).toEqual([['anthropic', 'metered']]);
    expect(winnerBilling({}, variable('anthropic', 'ANTHROPIC_OAUTH_TOKEN'))).toEqual([['anthropic', 'subscription']]);
    expect(winnerBilling({}, variable('ollama', 'OLLAMA_API_KEY'))).toEqual([['ollama', 'unknown']]);
    const modelKeys = new Map([[providerId('openai'), { kind: 'value', isFirst: false } as const]]);
    expect(winnerBilling({}, { config: { ...aConfig(), modelKeys } })).toEqual([['openai', 'metered']]);
  });
});
