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

const LEVELS: readonly Summary['level'][] = ['none', 'ok', 'warning', 'error'];

/** Of several hosts: the worst, the first to end, and everything that needs action. */
export function joinSummaries(summaries: readonly Summary[]): Summary {
  return summaries.reduce<Summary>(
    (joined, { level, soonest, needsAction }) => ({
      level: LEVELS.indexOf(level) > LEVELS.indexOf(joined.level) ? level : joined.level,
      soonest: earlier(joined.soonest, soonest),
      needsAction: [...joined.needsAction, ...needsAction],
    }),
    { level: 'none', soonest: null, needsAction: [] },
  );
}

function earlier(one: Soonest | null, other: Soonest | null): Soonest | null {
  if (one === null || other === null) return one ?? other;
  return other.expiresAt < one.expiresAt ? other : one;
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
