import type { Profile } from './credential.ts';
import { isActive } from './health.ts';
import type { AgentId, ProfileId, ProviderId } from './ids.ts';
import { selectProfiles, type Selection, type Winner } from './selection.ts';
import { canonicalProvider, spelledProvider } from './selectionRules.ts';
import type { HostSnapshot, ProfileSet } from './snapshot.ts';
import { deriveWinner, otherSources, type OtherSources } from './winner.ts';

/** What would make another credential the one in use, or bring the first one. `at`: Unix ms, gateway host's clock. */
export type WhatIf =
  | {
      readonly kind: 'time';
      readonly event: 'expires' | 'cooldownEnds' | 'disableEnds';
      readonly profileId: ProfileId;
      readonly at: number;
      readonly then: Winner;
    }
  /** The provider refuses the one in use: the next profile is tried. */
  | { readonly kind: 'refused'; readonly then: Winner }
  | { readonly kind: 'clearOrder'; readonly then: Winner }
  | { readonly kind: 'renew'; readonly profileId: ProfileId; readonly then: Winner };

/** Moments and renewals that are looked at; a store may hold ten thousand. */
const MAX_TRIES = 100;

/** By deciding anew, with a later time or an altered store. Empty where there is no such agent. */
export function listWhatIfs(
  snapshot: HostSnapshot,
  agentId: AgentId,
  provider: ProviderId,
  now: number,
): readonly WhatIf[] {
  const agent = snapshot.agents.find(({ id }) => id === agentId);
  if (agent === undefined) return [];
  const desk = new Desk(snapshot, provider, now);
  const set = desk.narrow(agent.set);
  const selection = desk.select(set);
  const winner = desk.winnerOf(selection);
  return [
    ...desk.times(set, winner),
    ...desk.refusal(selection, winner),
    ...desk.withoutOrder(set, selection),
    ...desk.renewals(set, selection),
  ];
}

/** Decides about one provider again and again. */
class Desk {
  readonly #snapshot: HostSnapshot;
  readonly #provider: ProviderId;
  readonly #now: number;
  readonly #sources: OtherSources;

  constructor(snapshot: HostSnapshot, provider: ProviderId, now: number) {
    this.#snapshot = snapshot;
    this.#provider = provider;
    this.#now = now;
    this.#sources = otherSources(snapshot);
  }

  get #rules() {
    return this.#sources.rules;
  }

  /** Only what belongs to the provider, so that each decision is quick. */
  narrow(set: ProfileSet): ProfileSet {
    const isOurs = ({ provider }: Profile): boolean => canonicalProvider(this.#rules, provider) === this.#provider;
    return { ...set, profiles: new Map([...set.profiles].filter(([, profile]) => isOurs(profile))) };
  }

  select(set: ProfileSet, now = this.#now): Selection {
    const { config } = this.#snapshot;
    return selectProfiles({ set, config, provider: this.#provider, rules: this.#rules, now });
  }

  winnerOf(selection: Selection): Winner {
    return deriveWinner(this.#sources, this.#provider, selection);
  }

  /** The first moment at which time alone changes it. */
  times(set: ProfileSet, winner: Winner): WhatIf[] {
    const events = [...set.profiles.values()].flatMap((profile) => this.#eventsOf(set, profile));
    const sorted = events.toSorted((a, b) => a.at - b.at).slice(0, MAX_TRIES);
    for (const event of sorted) {
      const then = this.winnerOf(this.select(set, event.at));
      if (!isSame(then, winner)) return [{ kind: 'time', ...event, then }];
    }
    return [];
  }

  #eventsOf(set: ProfileSet, { id, expiry }: Profile) {
    const usage = set.usage.get(id);
    const all = [
      { event: 'expires', at: expiry.kind === 'at' ? expiry.unixMs : null },
      { event: 'cooldownEnds', at: usage?.cooldownUntil ?? null },
      { event: 'cooldownEnds', at: usage?.blockedUntil ?? null },
      { event: 'disableEnds', at: usage?.disabledUntil ?? null },
    ] as const;
    return all.flatMap(({ event, at }) =>
      at !== null && isActive(at, this.#now) ? [{ event, at, profileId: id }] : [],
    );
  }

  refusal({ tried }: Selection, winner: Winner): WhatIf[] {
    if (winner.kind === 'none') return [];
    const next = winner.kind === 'profile' ? tried[1] : undefined;
    const then: Winner = next === undefined ? { kind: 'none' } : { kind: 'profile', profileId: next };
    return [{ kind: 'refused', then }];
  }

  withoutOrder(set: ProfileSet, { listedIn }: Selection): WhatIf[] {
    if (listedIn !== 'stored') return [];
    const order = new Map(
      [...set.order].filter(([provider]) => spelledProvider(this.#rules, provider) !== this.#provider),
    );
    return [{ kind: 'clearOrder', then: this.winnerOf(this.select({ ...set, order })) }];
  }

  /** Of the expired, those that would be used if they were renewed. */
  renewals(set: ProfileSet, { reasons }: Selection): WhatIf[] {
    const expired = [...reasons].filter(([, reason]) => reason === 'expired').slice(0, MAX_TRIES);
    return expired.flatMap(([id]): WhatIf[] => {
      const profile = set.profiles.get(id);
      if (profile === undefined) return [];
      const renewed: Profile = { ...profile, expiry: { kind: 'none' } };
      const then = this.winnerOf(this.select({ ...set, profiles: new Map(set.profiles).set(id, renewed) }));
      return then.kind === 'profile' && then.profileId === id ? [{ kind: 'renew', profileId: id, then }] : [];
    });
  }
}

function isSame(a: Winner, b: Winner): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
