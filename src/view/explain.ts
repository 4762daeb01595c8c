import { MAIN_AGENT } from '../domain/agentRoster.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../domain/status.ts';

/** What relies on a profile, to be said before it is removed. */
export interface Uses {
  /** It is the credential in use for these agents. */
  readonly winnerOf: readonly string[];
  /** It stands in the stored or configured order of these agents. */
  readonly inOrderOf: readonly string[];
  /** These agents inherit it. */
  readonly inheritedBy: readonly string[];
}

/** An agent that has a profile of the same name itself does not rely on this one; inherited is what `main` has. */
export function findUses(host: HostStatus, owner: AgentId, profileId: ProfileId): Uses {
  const isHeir = (profile: ProfileStatus): boolean =>
    owner === MAIN_AGENT && profile.id === profileId && profile.origin === 'inherited';
  const agentsWhere = (holds: (provider: ProviderStatus, agent: AgentStatus) => boolean): string[] =>
    host.agents.filter((agent) => agent.providers.some((provider) => holds(provider, agent))).map((agent) => agent.id);
  const agentsUsing = (holds: (provider: ProviderStatus) => boolean): string[] =>
    agentsWhere((provider, { id }) => holds(provider) && (id === owner || provider.profiles.some(isHeir)));
  return {
    winnerOf: agentsUsing(({ winner }) => winner.kind === 'profile' && winner.profileId === profileId),
    inOrderOf: agentsUsing(
      ({ order }) => (order.source === 'stored' || order.source === 'config') && order.profileIds.includes(profileId),
    ),
    inheritedBy: agentsWhere(({ profiles }) => profiles.some(isHeir)),
  };
}
