import { DAY_MS } from '../domain/health.ts';
import type { AgentId, ProfileId, ProviderId } from '../domain/ids.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../domain/status.ts';

/** A credential that is about to end or has ended, and the step of the ladder that it has reached. */
export interface ExpiryReminder {
  /** The profile on its gateway; the same whatever its credential. */
  readonly about: string;
  /** The credential and the step: a reminder is given once for each, and a renewed credential begins anew. */
  readonly step: string;
  readonly agentId: AgentId;
  /** As the tree names it, whatever the profile's own spelling. */
  readonly provider: ProviderId;
  readonly profileId: ProfileId;
  /** Unix ms, gateway host's clock. */
  readonly expiresAt: number;
}

/**
 * What is due on a ladder of days before the expiry, the expiry itself being its last step. About profiles that the gateway
 * tries, or would if they had not expired; where they are inherited, the agent that has them is told about. Empty for no days.
 */
export function deriveReminders(host: HostStatus, days: readonly number[], now: number): readonly ExpiryReminder[] {
  if (days.length === 0) return [];
  return host.agents.flatMap((agent) =>
    agent.providers.flatMap((provider) =>
      provider.profiles.flatMap((profile) => {
        if (!isConcerned(provider, profile)) return [];
        const step = stepOf(profile.expiresAt, days, now);
        return step === null ? [] : [reminderOf(host, agent, provider, profile, step)];
      }),
    ),
  );
}

type Ending = ProfileStatus & { readonly expiresAt: number };

/** An OAuth access token that runs out is the gateway's to renew. */
function isConcerned(provider: ProviderStatus, profile: ProfileStatus): profile is Ending {
  const isTried = profile.reason === 'winner' || profile.reason === 'fallback' || isMissed(provider, profile);
  return isTried && profile.origin === 'own' && profile.type === 'token' && profile.expiresAt !== null;
}

/** Expired, and tried if it had not: an order that is set and names other profiles of the provider leaves it out either way. */
function isMissed({ order, profiles }: ProviderStatus, { id, reason }: ProfileStatus): boolean {
  const isOrdered = order.source === 'stored' || order.source === 'config';
  const isLeftOut =
    isOrdered && !order.listed.includes(id) && profiles.some((profile) => order.listed.includes(profile.id));
  return reason === 'expired' && !isLeftOut;
}

/** The lowest step that has been reached, in days; 0 for what has ended, null before the first. */
function stepOf(expiresAt: number, days: readonly number[], now: number): number | null {
  const left = expiresAt - now;
  if (left <= 0) return 0;
  const reached = days.filter((day) => left <= day * DAY_MS);
  return reached.length === 0 ? null : Math.min(...reached);
}

function reminderOf(
  host: HostStatus,
  agent: AgentStatus,
  provider: ProviderStatus,
  profile: Ending,
  step: number,
): ExpiryReminder {
  const { expiresAt } = profile;
  const about = [host.hostId, agent.id, profile.id];
  return {
    about: JSON.stringify(about),
    step: JSON.stringify([...about, expiresAt, step]),
    agentId: agent.id,
    provider: provider.id,
    profileId: profile.id,
    expiresAt,
  };
}
