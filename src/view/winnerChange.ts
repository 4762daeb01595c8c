import { billingOfWinner } from '../domain/billing.ts';
import type { AgentId, ProviderId } from '../domain/ids.ts';
import type { Winner } from '../domain/selection.ts';
import type { HostStatus, ProviderStatus } from '../domain/status.ts';

/** Of the key in a provider's entry of the configuration; as OpenClaw writes the place. */
const MODEL_CONFIG_KEY = 'models.providers';

/** What is used for a provider, and was before. */
export interface WinnerChange {
  readonly from: Winner;
  readonly to: Winner;
  /** From a subscription to something that is billed per use. */
  readonly isMetered: boolean;
}

/** `null` where the same is used as before, and where one of both is not known. */
export function findWinnerChange(
  before: HostStatus | null,
  after: HostStatus | null,
  agentId: AgentId,
  provider: ProviderId,
): WinnerChange | null {
  const now = providerOf(after, agentId, provider);
  const was = providerOf(before, agentId, provider);
  if (now === null || before === null) return null;
  const [from, to] = [was?.winner ?? NONE, now.winner];
  return nameOf(from) === nameOf(to) ? null : { from, to, isMetered: was !== null && isMetered(was, now) };
}

/** Whether requests were covered by a subscription, and are billed per use now. */
export function isMetered(before: ProviderStatus, after: ProviderStatus): boolean {
  return billingOfWinner(before) === 'subscription' && billingOfWinner(after) === 'metered';
}

/** Of the profile or variable; `null` for none. */
export function nameOf(winner: Winner): string | null {
  if (winner.kind === 'profile') return winner.profileId;
  if (winner.kind === 'modelConfig') return MODEL_CONFIG_KEY;
  return winner.kind === 'environment' ? winner.variable : null;
}

const NONE: Winner = { kind: 'none' };

function providerOf(status: HostStatus | null, agentId: AgentId, provider: ProviderId): ProviderStatus | null {
  const agent = status?.agents.find(({ id }) => id === agentId);
  return agent?.providers.find(({ id }) => id === provider) ?? null;
}
