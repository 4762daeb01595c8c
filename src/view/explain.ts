import type { ProfileId } from '../domain/ids.ts';
import type { AgentStatus, HostStatus, ProviderStatus } from '../domain/status.ts';

/** What relies on a profile, to be said before it is removed. */
export interface Uses {
  /** It is the credential in use for these agents. */
  readonly winnerOf: readonly string[];
  /** It stands in the stored or configured order of these agents. */
  readonly inOrderOf: readonly string[];
  /** These agents inherit it. */
  readonly inheritedBy: readonly string[];
}

export function findUses(host: HostStatus, profileId: ProfileId): Uses {
  const agentsWhere = (holds: (agent: AgentStatus, provider: ProviderStatus) => boolean): string[] =>
    host.agents.filter((agent) => agent.providers.some((provider) => holds(agent, provider))).map((agent) => agent.id);
  return {
    winnerOf: agentsWhere((_, { winner }) => winner.kind === 'profile' && winner.profileId === profileId),
    inOrderOf: agentsWhere(
      (_, { order }) =>
        (order.source === 'stored' || order.source === 'config') && order.profileIds.includes(profileId),
    ),
    inheritedBy: agentsWhere((_, { profiles }) =>
      profiles.some((profile) => profile.id === profileId && profile.origin === 'inherited'),
    ),
  };
}
