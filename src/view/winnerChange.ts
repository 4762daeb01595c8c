import type { AgentId, ProviderId } from '../domain/ids.ts';
import type { Winner } from '../domain/selection.ts';
import type { HostStatus } from '../domain/status.ts';

/** Of the key in a provider's entry of the configuration; as OpenClaw writes the place. */
const MODEL_CONFIG_KEY = 'models.providers';

/** What is used for a provider, and was before. */
export interface WinnerChange {
  readonly from: Winner;
  readonly to: Winner;
}

/** `null` where the same is used as before, and where one of both is not known. */
export function findWinnerChange(
  before: HostStatus | null,
  after: HostStatus | null,
  agentId: AgentId,
  provider: ProviderId,
): WinnerChange | null {
  const to = winnerOf(after, agentId, provider);
  const known = winnerOf(before, agentId, provider);
  if (to === null || before === null) return null;
  const from: Winner = known ?? { kind: 'none' };
  return nameOf(from) === nameOf(to) ? null : { from, to };
}

/** Of the profile or variable; `null` for none. */
export function nameOf(winner: Winner): string | null {
  if (winner.kind === 'profile') return winner.profileId;
  if (winner.kind === 'modelConfig') return MODEL_CONFIG_KEY;
  return winner.kind === 'environment' ? winner.variable : null;
}

function winnerOf(status: HostStatus | null, agentId: AgentId, provider: ProviderId): Winner | null {
  const agent = status?.agents.find(({ id }) => id === agentId);
  return agent?.providers.find(({ id }) => id === provider)?.winner ?? null;
}
