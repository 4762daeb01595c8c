import type { Finding } from '../domain/findings.ts';
import type { HostStatus, ProfileStatus } from '../domain/status.ts';

/** The credential in use that ends first: what the status bar counts down to. */
export interface Soonest {
  readonly profile: ProfileStatus;
  /** Unix ms, gateway host's clock. */
  readonly expiresAt: number;
}

/** What the status bar says. `level` chooses its background: error only when a credential in use has expired. */
export interface Summary {
  readonly level: 'none' | 'ok' | 'warning' | 'error';
  readonly soonest: Soonest | null;
  readonly needsAction: readonly Finding[];
}

export function buildSummary(host: HostStatus): Summary {
  const needsAction = host.findings.filter((finding) => finding.severity !== 'info');
  const hasExpired = needsAction.some((finding) => finding.severity === 'error' && finding.code === 'tokenExpired');
  const isExpiring = needsAction.some((finding) => finding.code === 'tokenExpiring');
  const soonest = findSoonest(host);
  const hasWinner = host.agents.some((agent) => agent.providers.some((provider) => provider.winner.kind !== 'none'));
  // Whoever has no OpenClaw at all need not be told on every window.
  const calm = host.agents.length > 0 && (hasWinner || needsAction.length > 0) ? 'ok' : 'none';
  return { level: hasExpired ? 'error' : isExpiring ? 'warning' : calm, soonest, needsAction };
}

function findSoonest(host: HostStatus): Soonest | null {
  const winners = host.agents.flatMap((agent) =>
    agent.providers.flatMap((provider) => provider.profiles.filter((profile) => profile.reason === 'winner')),
  );
  return winners.reduce<Soonest | null>((soonest, profile) => {
    // An access token that the gateway renews by itself is nobody's deadline.
    if (profile.expiresAt === null || profile.health === 'refreshable' || profile.type === 'oauth') return soonest;
    return soonest === null || profile.expiresAt < soonest.expiresAt
      ? { profile, expiresAt: profile.expiresAt }
      : soonest;
  }, null);
}
