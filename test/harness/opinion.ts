import { GATEWAY_WARN_MS } from '../../src/domain/health.ts';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import { selectionRules, spelledProvider } from '../../src/domain/selectionRules.ts';
import type { HostSnapshot } from '../../src/domain/snapshot.ts';
import type { AgentStatus } from '../../src/domain/status.ts';
import type { Answer, JudgedProfile } from './oracle/ask.ts';
import { labelOf } from './releaseLabels.ts';

/** What one side says about one agent. Ids are any text, so all keys are those of maps. */
export interface Opinion {
  readonly profiles: ReadonlyMap<string, ProfileOpinion>;
  /** Which profiles of each provider are tried, in that order. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  /** Which profile of each provider is used next; null where none is. */
  readonly winners: ReadonlyMap<string, string | null>;
}

export interface ProfileOpinion {
  readonly type: string;
  /** As the release compares it. */
  readonly provider: string;
  /** The label of `models status`. */
  readonly label: string;
  /** Unix ms; null where there is no date, or where the release prints none. */
  readonly expiresAt: number | null;
}

const MAX_DATE = 8.64e15;

/** Our opinion on every agent of a host at `now` (Unix ms), in the gateway's words. */
export function ourOpinions(snapshot: HostSnapshot, now: number): ReadonlyMap<string, Opinion> {
  const options = { now, warnMs: GATEWAY_WARN_MS };
  const status = deriveHostStatus(snapshot, options);
  const unused = deriveHostStatus(withoutUsage(snapshot), options);
  return new Map(
    status.agents.map((agent, at) => [
      agent.id,
      {
        profiles: profilesOf(snapshot, at, unused.agents[at], now),
        orders: new Map(agent.providers.map(({ id, order }) => [id, order.profileIds])),
        winners: new Map(
          agent.providers.map(({ id, winner }) => [id, winner.kind === 'profile' ? winner.profileId : null]),
        ),
      },
    ]),
  );
}

/** The release's opinion; the text of its error where it threw. */
export function theirOpinion(answer: Answer, release: HostSnapshot['release']): Opinion | string {
  return 'error' in answer ? answer.error : opinionOf(answer.profiles, answer.orders, release);
}

/** What a release says, in the same words as ours. */
export function opinionOf(
  profiles: readonly JudgedProfile[],
  orders: readonly (readonly [provider: string, ids: readonly string[]])[],
  release: HostSnapshot['release'],
): Opinion {
  const rules = selectionRules(release);
  return {
    profiles: new Map(
      profiles.map(({ profileId, provider, type, status, expiresAt }) => [
        profileId,
        { type, provider: spelledProvider(rules, provider), label: status, expiresAt: dateOf(expiresAt) },
      ]),
    ),
    orders: new Map(orders),
    winners: new Map(orders.map(([provider, ids]) => [provider, ids[0] ?? null])),
  };
}

function dateOf(value: unknown): number | null {
  return typeof value === 'number' && value > 0 && value <= MAX_DATE ? value : null;
}

/** The gateway lists cooldowns and disables apart from its labels. */
function withoutUsage(snapshot: HostSnapshot): HostSnapshot {
  return {
    ...snapshot,
    agents: snapshot.agents.map((agent) => ({ ...agent, set: { ...agent.set, usage: new Map() } })),
  };
}

function profilesOf(
  { agents, release }: HostSnapshot,
  at: number,
  status: AgentStatus | undefined,
  now: number,
): Map<string, ProfileOpinion> {
  const profiles = agents[at]?.set.profiles;
  const rules = selectionRules(release);
  const judged = status?.providers.flatMap((provider) => provider.profiles) ?? [];
  return new Map(
    judged.flatMap(({ id, health, type, provider, expiresAt }): [string, ProfileOpinion][] => {
      const profile = profiles?.get(id);
      // The gateway drops what it does not know.
      if (profile === undefined || release === null || type === 'unknown') return [];
      const label = labelOf(profile, health, release, now);
      return [[id, { type, provider: spelledProvider(rules, provider), label, expiresAt }]];
    }),
  );
}

/** The lines in which two opinions differ; empty when they agree. */
export function compareOpinions(ours: Opinion, theirs: Opinion | string): readonly string[] {
  if (typeof theirs === 'string') return [`the release threw: ${theirs}`];
  return [
    ...compareEntries('profile', withPrintedDates(ours.profiles, theirs.profiles), theirs.profiles),
    ...compareEntries('order', ours.orders, theirs.orders),
    ...compareEntries('winner', ours.winners, theirs.winners),
  ];
}

/** The date of a key, and of a token that has ended, is not printed by most releases; where one is, ours must be the same. */
function withPrintedDates(ours: Opinion['profiles'], theirs: Opinion['profiles']): Opinion['profiles'] {
  return new Map(
    [...ours].map(([id, profile]) => [
      id,
      theirs.get(id)?.expiresAt == null ? { ...profile, expiresAt: null } : profile,
    ]),
  );
}

function compareEntries(
  what: string,
  ours: ReadonlyMap<string, unknown>,
  theirs: ReadonlyMap<string, unknown>,
): string[] {
  const textOf = (side: ReadonlyMap<string, unknown>, key: string): string =>
    side.has(key) ? JSON.stringify(side.get(key)) : 'none';
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) => {
    const [us, them] = [textOf(ours, key), textOf(theirs, key)];
    return us === them ? [] : [`${what} of ${JSON.stringify(key)}: ours ${us}, the release's ${them}`];
  });
}
