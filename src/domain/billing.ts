import type { ProviderId } from './ids.ts';
import type { ProfileStatus, ProviderStatus } from './status.ts';

/**
 * What a request with a credential costs: `subscription`: covered by a plan that is paid anyway; `metered`: billed per use;
 * `unknown`: it depends on more than the store says.
 */
export const BILLINGS = ['subscription', 'metered', 'unknown'] as const;
export type Billing = (typeof BILLINGS)[number];

/** Programs on the user's own machines, a gateway in front of others, and plans that are paid by a key: nobody can tell from the key. */
const KEY_SAYS_NOTHING: ReadonlySet<string> = new Set([
  ...['ollama', 'lmstudio', 'vllm', 'sglang', 'litellm'],
  ...['github-copilot', 'kimi', 'kimi-coding'],
]);

/** Variables that hold what a plan gives, not an API key (the manifests of 2026.4.15 to 2026.9.6). */
const PLAN_VARIABLES: ReadonlySet<string> = new Set([
  ...['ANTHROPIC_OAUTH_TOKEN', 'CHUTES_OAUTH_TOKEN'],
  ...['MINIMAX_CODE_PLAN_KEY', 'MINIMAX_CODING_API_KEY'],
]);

/** Anthropic's tokens are setup-tokens (`sk-ant-oat01-`, nothing else is taken), of a Claude plan; a login is one of a plan too. */
export function billingOf({ type }: Pick<ProfileStatus, 'type'>, provider: ProviderId): Billing {
  if (type === 'oauth') return 'subscription';
  if (type === 'token') return provider.toLowerCase() === 'anthropic' ? 'subscription' : 'unknown';
  return type === 'api_key' ? keyBilling(provider) : 'unknown';
}

/** Of what is used next; `null` where nothing is. */
export function billingOfWinner({
  id,
  winner,
  profiles,
}: Pick<ProviderStatus, 'id' | 'winner' | 'profiles'>): Billing | null {
  if (winner.kind === 'none') return null;
  if (winner.kind === 'modelConfig') return keyBilling(id);
  if (winner.kind === 'environment') return PLAN_VARIABLES.has(winner.variable) ? 'subscription' : keyBilling(id);
  const profile = profiles.find((candidate) => candidate.id === winner.profileId);
  return profile === undefined ? 'unknown' : billingOf(profile, id);
}

function keyBilling(provider: ProviderId): Billing {
  return KEY_SAYS_NOTHING.has(provider.toLowerCase()) ? 'unknown' : 'metered';
}
