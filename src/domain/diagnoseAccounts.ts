import { sharedAccounts } from './agentGrid.ts';
import { billingOf, billingOfWinner } from './billing.ts';
import type { Finding } from './findings.ts';
import type { HostSnapshot } from './snapshot.ts';
import type { AgentStatus, ProviderStatus } from './status.ts';

/** One login in several places: whichever refreshes first leaves the others with a token that is refused. */
export function diagnoseAccounts(snapshot: HostSnapshot): Finding[] {
  return sharedAccounts(snapshot.agents).map(({ provider, places }): Finding => {
    const [first] = places;
    const names = places.map(({ agentId, profileId }) => `${quote(profileId)} of ${quote(agentId)}`);
    const message = `The same login stands in several places: ${names.join(', ')}. Only one of them can be refreshed.`;
    return {
      ...{ code: 'duplicateAccount', severity: 'warning', provider, message },
      ...{ agentId: first?.agentId ?? null, profileId: first?.profileId ?? null },
    };
  });
}

/** What is billed per use comes before a plan that is paid anyway and could be used. */
export function diagnoseBilling(agent: AgentStatus, provider: ProviderStatus): Finding[] {
  if (billingOfWinner(provider) !== 'metered') return [];
  const plan = provider.profiles.find(
    (profile) =>
      billingOf(profile, provider.id) === 'subscription' &&
      (profile.health === 'ok' ||
        profile.health === 'expiring' ||
        profile.health === 'refreshable' ||
        profile.health === 'unknown'),
  );
  if (plan === undefined) return [];
  const message = `${quote(agent.id)}: Requests to ${quote(provider.id)} are billed per use, while ${quote(plan.id)} is of a subscription.`;
  return [
    {
      ...{ code: 'meteredWinner', severity: 'warning', message },
      ...{ agentId: agent.id, provider: provider.id, profileId: plan.id },
    },
  ];
}

/** Profiles that the configuration names and no store has; of a store that cannot be read whole nobody knows. */
export function diagnoseConfig({ config, agents }: HostSnapshot): Finding[] {
  const isRead = agents.every(
    ({ store }) => store.state === 'ok' || store.state === 'missing' || store.state === 'empty',
  );
  if (!isRead || agents.length === 0) return [];
  return [...config.profiles]
    .filter(([id]) => agents.every(({ set }) => !set.profiles.has(id)))
    .map(([id, { provider }]): Finding => ({
      ...{ code: 'configDisagrees', severity: 'info', agentId: null, provider, profileId: id },
      message: `The configuration lists ${quote(id)}, and no store has it.`,
    }));
}

function quote(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
