import type { ProfileId } from '../../src/domain/ids.ts';
import { GATEWAY_WARN_MS } from '../../src/domain/health.ts';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import type { HostSnapshot } from '../../src/domain/snapshot.ts';
import type { AgentStatus } from '../../src/domain/status.ts';
import type { Answer } from './oracle/ask.ts';
import { labelOf } from './releaseLabels.ts';

/** What one side says about one agent. */
export interface Opinion {
  /** The label of `models status` of each profile. */
  readonly labels: Readonly<Record<string, string>>;
  /** Which profiles of each provider are tried, in that order. */
  readonly orders: Readonly<Record<string, readonly string[]>>;
}

/** Our opinion on every agent of a host at `now` (Unix ms), in the gateway's words. */
export function ourOpinions(snapshot: HostSnapshot, now: number): ReadonlyMap<string, Opinion> {
  const options = { now, warnMs: GATEWAY_WARN_MS };
  const status = deriveHostStatus(snapshot, options);
  const unused = deriveHostStatus(withoutUsage(snapshot), options);
  return new Map(
    status.agents.map((agent, at) => [
      agent.id,
      { labels: labelsOf(snapshot, at, unused.agents[at], now), orders: ordersOf(agent) },
    ]),
  );
}

/** The release's opinion; the text of its error where it threw. */
export function theirOpinion(answer: Answer): Opinion | string {
  if ('error' in answer) return answer.error;
  return {
    labels: Object.fromEntries(answer.profiles.map(({ profileId, status }) => [profileId, status])),
    orders: answer.orders,
  };
}

/** The gateway lists cooldowns and disables apart from its labels. */
function withoutUsage(snapshot: HostSnapshot): HostSnapshot {
  return {
    ...snapshot,
    agents: snapshot.agents.map((agent) => ({ ...agent, set: { ...agent.set, usage: new Map() } })),
  };
}

function labelsOf(
  { agents, release }: HostSnapshot,
  at: number,
  status: AgentStatus | undefined,
  now: number,
): Record<string, string> {
  const profiles = agents[at]?.set.profiles;
  const judged = status?.providers.flatMap((provider) => provider.profiles) ?? [];
  return Object.fromEntries(
    judged.flatMap(({ id, health, type }): [ProfileId, string][] => {
      const profile = profiles?.get(id);
      // The gateway drops what it does not know.
      return profile === undefined || release === null || type === 'unknown'
        ? []
        : [[id, labelOf(profile, health, release, now)]];
    }),
  );
}

function ordersOf(agent: AgentStatus): Record<string, readonly string[]> {
  return Object.fromEntries(agent.providers.map(({ id, order }) => [id, order.profileIds]));
}

/** The lines in which two opinions differ; empty when they agree. */
export function compareOpinions(ours: Opinion, theirs: Opinion | string): readonly string[] {
  if (typeof theirs === 'string') return [`the release threw: ${theirs}`];
  return [
    ...compareEntries('label', ours.labels, theirs.labels),
    ...compareEntries('order', ours.orders, theirs.orders),
  ];
}

function compareEntries(
  what: string,
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((key) => {
    const us = key in ours ? JSON.stringify(ours[key]) : 'none';
    const them = key in theirs ? JSON.stringify(theirs[key]) : 'none';
    return us === them ? [] : [`${what} of ${JSON.stringify(key)}: ours ${us}, the release's ${them}`];
  });
}
