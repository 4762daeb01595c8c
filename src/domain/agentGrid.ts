import type { Profile } from './credential.ts';
import type { AgentId, ProfileId, ProviderId } from './ids.ts';
import type { AgentSnapshot, HostSnapshot } from './snapshot.ts';

/**
 * What an agent has of a profile, against the first agent that has it itself: `base` is that one. `other`: another value;
 * `otherExpiry`: the same value with another expiry; `hidden`: values cannot be compared here.
 */
export const CELLS = ['base', 'same', 'other', 'otherExpiry', 'reference', 'hidden', 'inherited', 'missing'] as const;
export type Cell = (typeof CELLS)[number];

export interface GridRow {
  readonly provider: ProviderId;
  readonly profileId: ProfileId;
  /** The first agent that has it itself; what the others are compared with. */
  readonly base: AgentId;
  /** One for each agent, in the order of `AgentGrid.agents`. */
  readonly cells: readonly Cell[];
}

/** The same login of a provider in several places. Its refresh token is used up by whichever refreshes first. */
export interface SharedAccount {
  readonly provider: ProviderId;
  readonly places: readonly { readonly agentId: AgentId; readonly profileId: ProfileId }[];
}

export interface AgentGrid {
  readonly agents: readonly AgentId[];
  readonly rows: readonly GridRow[];
  readonly shared: readonly SharedAccount[];
}

const DRIFT: ReadonlySet<Cell> = new Set<Cell>(['other', 'otherExpiry', 'missing']);

/** Agents beside each other, a row for each profile that any of them has itself. */
export function buildAgentGrid({ agents }: Pick<HostSnapshot, 'agents'>): AgentGrid {
  const ids = new Map<ProfileId, ProviderId>();
  for (const profile of agents.flatMap(ownProfiles)) ids.set(profile.id, ids.get(profile.id) ?? profile.provider);
  const rows = [...ids].flatMap(([profileId, provider]): GridRow[] => {
    const all = agents.map(({ set }) => set.profiles.get(profileId));
    const first = all.findIndex((profile) => profile?.origin === 'own');
    const base = agents[first]?.id;
    const cells = all.map((profile, at) => cellOf(profile, all[first], at === first));
    return base === undefined ? [] : [{ provider, profileId, base, cells }];
  });
  const byProvider = (a: GridRow, b: GridRow): number =>
    compare(a.provider, b.provider) || compare(a.profileId, b.profileId);
  return { agents: agents.map(({ id }) => id), rows: rows.toSorted(byProvider), shared: sharedAccounts(agents) };
}

/** The agents that differ in a profile from the first one that has it, and those that lack it. */
export function driftingAgents({ agents }: AgentGrid, { cells }: GridRow): readonly AgentId[] {
  return agents.filter((_, at) => DRIFT.has(cells[at] ?? 'base'));
}

/** OAuth logins of the same account that stand in more than one store, or twice in one. */
export function sharedAccounts(agents: readonly AgentSnapshot[]): readonly SharedAccount[] {
  const groups = new Map<string, { provider: ProviderId; places: SharedAccount['places'][number][] }>();
  for (const agent of agents)
    for (const profile of ownProfiles(agent)) {
      const account = profile.accountId ?? profile.email;
      if (profile.type !== 'oauth' || account === null) continue;
      const key = JSON.stringify([profile.provider, account]);
      const group = groups.get(key) ?? { provider: profile.provider, places: [] };
      group.places.push({ agentId: agent.id, profileId: profile.id });
      groups.set(key, group);
    }
  return [...groups.values()].filter(({ places }) => places.length > 1);
}

function ownProfiles({ set }: AgentSnapshot): readonly Profile[] {
  return [...set.profiles.values()].filter(({ origin }) => origin === 'own');
}

function cellOf(profile: Profile | undefined, base: Profile | undefined, isBase: boolean): Cell {
  if (profile === undefined) return 'missing';
  if (profile.origin === 'inherited') return 'inherited';
  if (profile.material.kind === 'ref') return isBase || isSameRef(profile, base) ? 'reference' : 'other';
  if (isBase || base === undefined) return 'base';
  const [one, other] = [profile.material, base.material];
  if (one.kind === 'hidden' || other.kind === 'hidden') return 'hidden';
  if (one.kind !== other.kind) return 'other';
  if (one.kind === 'value' && other.kind === 'value' && one.fingerprint !== other.fingerprint) return 'other';
  return JSON.stringify(profile.expiry) === JSON.stringify(base.expiry) ? 'same' : 'otherExpiry';
}

function isSameRef({ material: one }: Profile, base: Profile | undefined): boolean {
  return base?.material.kind === 'ref' && JSON.stringify(one) === JSON.stringify(base.material);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
