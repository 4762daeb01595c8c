import type { ProfileId } from '../domain/ids.ts';
import type { AgentSnapshot, StoreState } from '../domain/snapshot.ts';

/**
 * What befell an agent's store: it is not there (`missing`) or holds nothing (`emptied`) where it held profiles, lost several at
 * once (`profilesGone`), or cannot be read (`malformed`, `unreadable`, `retired`).
 */
type IncidentKind = 'missing' | 'emptied' | 'profilesGone' | 'malformed' | 'unreadable' | 'retired';

/** Nothing is written to that agent's store or copied from it meanwhile. */
export interface Incident {
  readonly kind: IncidentKind;
  /** Profiles of the last whole reading that are not there now and that the user did not remove. */
  readonly gone: readonly ProfileId[];
  /** The user knows. A store that cannot be read is left alone all the same. */
  readonly isDismissed: boolean;
}

/** Profiles are gone and can be put back; otherwise the store has to be mended first. */
export function isLoss({ kind }: Pick<Incident, 'kind'>): boolean {
  return kind === 'missing' || kind === 'emptied' || kind === 'profilesGone';
}

/** What is remembered of an agent's store from reading to reading. */
export interface StoreMemory {
  /** The agent's own profiles when the store was whole last; null before the first such reading. */
  readonly whole: ReadonlySet<ProfileId> | null;
  readonly incident: Incident | null;
}

export const NOTHING_SEEN: StoreMemory = { whole: null, incident: null };

/** One reading of an agent's store, as far as losses are concerned. */
export interface StoreReading {
  readonly state: StoreState;
  /** The agent's own entries, also those that cannot be read as a profile. */
  readonly ids: ReadonlySet<ProfileId>;
}

/** An agent that is not in the snapshot any more has no store. */
export function storeReadingOf(agent: AgentSnapshot | undefined): StoreReading {
  if (agent === undefined) return { state: 'missing', ids: new Set() };
  const own = [...agent.set.profiles.values()].filter(({ origin }) => origin === 'own').map(({ id }) => id);
  return { state: agent.store.state, ids: new Set([...own, ...agent.set.unreadable.map(({ id }) => id)]) };
}

/**
 * Compares a reading with the last whole one. Several profiles that go at once, or the last one, are an incident, which stays
 * until all are back or the user decided. `isRemoved`: the user removed it, so it is not a loss.
 */
export function observeStore(
  memory: StoreMemory,
  { state, ids }: StoreReading,
  isRemoved: (id: ProfileId) => boolean,
): StoreMemory {
  const { whole, incident } = memory;
  const gone = [...(whole ?? [])].filter((id) => !ids.has(id) && !isRemoved(id));
  if (state === 'malformed' || state === 'unreadable' || state === 'retired')
    return { whole, incident: { kind: state, gone, isDismissed: incident?.kind === state && incident.isDismissed } };
  const isOngoing = incident !== null && !incident.isDismissed && gone.length > 0;
  const isNew = gone.length > 1 || (gone.length === 1 && ids.size === 0);
  if (!isOngoing && !isNew) return { whole: ids, incident: null };
  const kind = state === 'missing' ? 'missing' : ids.size === 0 ? 'emptied' : 'profilesGone';
  return { whole, incident: { kind, gone, isDismissed: false } };
}

/** What this window knows, with what windows keep together: a loss that one of them saw waits in all, and so does its end. */
export function recall(known: StoreMemory, kept: StoreMemory): StoreMemory {
  if (known.whole !== null && known.incident === null && kept.incident === null) return known;
  const whole = kept.whole ?? known.whole;
  const gone = known.incident?.gone ?? [];
  // Somebody else let all of it go: what is missing besides is another matter.
  const isOver = gone.length > 0 && !gone.some((id) => whole?.has(id));
  return { whole, incident: isOver ? kept.incident : (known.incident ?? kept.incident) };
}

/** The user takes the store as it is; `kept` are still owed to it (restoring them failed). */
export function dismissIncident(memory: StoreMemory, kept: ReadonlySet<ProfileId> = new Set()): StoreMemory {
  const { whole, incident } = memory;
  if (incident === null) return memory;
  const { gone } = incident;
  if (!isLoss(incident)) return { whole, incident: { ...incident, isDismissed: true } };
  const owed = gone.filter((id) => kept.has(id));
  const rest = new Set([...(whole ?? [])].filter((id) => kept.has(id) || !gone.includes(id)));
  return { whole: rest, incident: owed.length === 0 ? null : { ...incident, gone: owed } };
}
