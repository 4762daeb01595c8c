import { billingOfWinner } from './billing.ts';
import type { ErrorCause, ExplainedError } from './errorExplainer.ts';
import type { AgentId } from './ids.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from './status.ts';

/**
 * Whether what an error came from still stands there. `standing`: for these agents; `cleared`: for none any more; `unknown`: only
 * the provider or the gateway knows.
 */
export type ErrorContext =
  | { readonly kind: 'standing'; readonly agents: readonly AgentId[] }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'unknown' };

/** A shorter one was cut (`sk-ant-oat01-` and at least 80 characters, by every measured release). */
const SHORTEST_SETUP_TOKEN = 80;

/** `profile`: the one that the error names; null where it names none, or one that is not there. */
type IsStanding = (provider: ProviderStatus, profile: ProfileStatus | null, error: ExplainedError) => boolean;

const isUnusable = ({ health }: ProfileStatus): boolean => health === 'coolingDown' || health === 'disabled';

/** `null`: nothing that is read tells. `store`: the store itself, whatever the provider. */
const CHECKS: Record<ErrorCause, IsStanding | 'store' | null> = {
  claudeCodeOnly: (provider) => billingOfWinner(provider) === 'subscription',
  extraUsage: (provider) => billingOfWinner(provider) === 'subscription',
  migrationRequired: 'store',
  gatewayScope: null,
  gatewayToken: null,
  storeBusy: null,
  notASetupToken: (provider, profile) =>
    chosen(provider, profile).some(
      ({ type, material }) => type === 'token' && material.kind === 'value' && material.length < SHORTEST_SETUP_TOKEN,
    ),
  noCredentials: ({ winner, order }, profile, { profileId }) =>
    winner.kind === 'none' || (profile === null && profileId !== null && order.listed.includes(profileId)),
  refreshReused: null,
  refreshFailed: null,
  expired: (provider, profile) => chosen(provider, profile).some(({ health }) => health === 'expired'),
  invalidKey: null,
  billing: (provider, profile) => first(provider, profile)?.health === 'disabled',
  rateLimit: (provider, profile) => first(provider, profile)?.health === 'coolingDown',
  overloaded: null,
  missingScope: null,
  coolingDown: ({ winner, order, profiles }) =>
    winner.kind === 'profile' &&
    profiles.filter(({ id }) => order.profileIds.includes(id)).every((profile) => isUnusable(profile)),
};

/** The profile that the error names, else all that the gateway tries or would. */
function chosen({ profiles }: ProviderStatus, profile: ProfileStatus | null): readonly ProfileStatus[] {
  return profile === null ? profiles.filter(({ reason }) => reason !== 'excludedByOrder') : [profile];
}

/** The profile that the error names, else the one in use. */
function first({ profiles }: ProviderStatus, profile: ProfileStatus | null): ProfileStatus | undefined {
  return profile ?? profiles.find(({ reason }) => reason === 'winner');
}

/** Takes the status as it is now; of an error without a provider, any provider counts. */
export function contextOf(error: ExplainedError, { agents }: Pick<HostStatus, 'agents'>): ErrorContext {
  const check = CHECKS[error.cause];
  if (check === null) return { kind: 'unknown' };
  const concerned = agents.map((agent) => ({ agent, providers: providersOf(error, agent) }));
  if (check !== 'store' && concerned.every(({ providers }) => providers.length === 0))
    return error.cause === 'noCredentials' ? standing(agents) : { kind: 'unknown' };
  const still = concerned.filter(({ agent, providers }) =>
    check === 'store'
      ? isToBeMigrated(agent)
      : providers.some((provider) => check(provider, named(error, provider), error)),
  );
  return still.length === 0 ? { kind: 'cleared' } : standing(still.map(({ agent }) => agent));
}

function standing(agents: readonly AgentStatus[]): ErrorContext {
  return { kind: 'standing', agents: agents.map(({ id }) => id) };
}

function isToBeMigrated({ store }: AgentStatus): boolean {
  return store.state === 'retired' || store.problem === 'migrationRequired';
}

function providersOf({ provider }: ExplainedError, agent: AgentStatus): readonly ProviderStatus[] {
  return agent.providers.filter(({ id }) => provider === null || id === provider.toLowerCase());
}

function named({ profileId }: ExplainedError, { profiles }: ProviderStatus): ProfileStatus | null {
  return profiles.find(({ id }) => id === profileId) ?? null;
}
