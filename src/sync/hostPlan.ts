import type { Fingerprinter, AgentId, ProfileId } from '../domain/ids.ts';
import type { AgentSnapshot } from '../domain/snapshot.ts';
import type { ProfileIdentity, ProfileKey } from '../vault/vault.ts';
import { NOTHING_SEEN, observeStore, storeReadingOf, type Incident, type StoreMemory } from './incidents.ts';
import { deriveCell, reconcile, type Action, type Cell, type Consent, type StoreEntry } from './reconcile.ts';
import type { AgentSync, ConflictReason, HostReading, ProfileSync } from './syncEngine.ts';

/** What follows from one reading of a host. */
export interface HostPlan {
  readonly agents: ReadonlyMap<AgentId, AgentSync>;
  /** For the next reading. */
  readonly memories: ReadonlyMap<AgentId, StoreMemory>;
}

interface PlanParts {
  readonly reading: HostReading;
  readonly consent: Consent;
  /** From the reading before. */
  readonly memories: ReadonlyMap<AgentId, StoreMemory>;
  readonly fingerprint: Fingerprinter;
}

/** Pure. An agent whose store suffered a loss, or cannot be read, has no profiles in the plan: nothing is done about them. */
export function planHost(parts: PlanParts): HostPlan {
  const { snapshot } = parts.reading;
  const present = new Map(snapshot.agents.map((agent) => [agent.id, agent]));
  const ids = new Set([...present.keys(), ...parts.memories.keys()]);
  const planned = [...ids].map((id) => [id, planAgent(parts, id, present.get(id))] as const);
  return {
    agents: new Map(planned.map(([id, { sync }]) => [id, sync])),
    memories: new Map(planned.map(([id, { memory }]) => [id, memory])),
  };
}

function planAgent(
  parts: PlanParts,
  agentId: AgentId,
  agent: AgentSnapshot | undefined,
): { readonly sync: AgentSync; readonly memory: StoreMemory } {
  const { vault, snapshot } = parts.reading;
  const keyOf = (profileId: ProfileId): ProfileKey => ({ hostId: snapshot.hostId, agentId, profileId });
  const isRemoved = (id: ProfileId): boolean => vault.readOf(keyOf(id)).kind === 'deleted';
  const memory = observeStore(parts.memories.get(agentId) ?? NOTHING_SEEN, storeReadingOf(agent), isRemoved);
  const isOneWay = agent?.store.isValueReadable === false;
  const { incident } = memory;
  if (incident !== null || agent === undefined) {
    const restorable = restorableOf(incident, parts.reading, keyOf);
    return { memory, sync: { incident: incident && { ...incident, restorable }, profiles: new Map(), isOneWay } };
  }
  const known = vault.listed.filter((key) => key.hostId === snapshot.hostId && key.agentId === agentId);
  const identities = new Map<ProfileId, ProfileIdentity>([
    ...known.map((identity) => [identity.profileId, identity] as const),
    ...[...agent.set.profiles.values()].map(({ id, provider }) => [id, { ...keyOf(id), provider }] as const),
  ]);
  const profiles = [...identities].flatMap(([id, identity]) => {
    const planned = planProfile(parts, identity, agent);
    return planned === null ? [] : [[id, planned] as const];
  });
  return { memory, sync: { incident: null, profiles: new Map(profiles), isOneWay } };
}

function restorableOf(
  incident: Incident | null,
  { vault }: HostReading,
  keyOf: (id: ProfileId) => ProfileKey,
): readonly ProfileIdentity[] {
  return (incident?.gone ?? []).flatMap((id) => {
    const read = vault.readOf(keyOf(id));
    return read.kind === 'present' ? [read.envelope.identity] : [];
  });
}

function planProfile(
  { reading, consent, fingerprint }: PlanParts,
  identity: ProfileIdentity,
  { set }: AgentSnapshot,
): ProfileSync | null {
  const isUnreadable = set.unreadable.some(({ id }) => id === identity.profileId);
  const profile = set.profiles.get(identity.profileId) ?? null;
  const entry: StoreEntry = isUnreadable ? 'unreadable' : profile;
  const { vaultPrint, storePrint, ...cell } = deriveCell(consent, reading.vault.readOf(identity), entry, fingerprint);
  const action = reconcile(cell);
  if (action === 'none') return null;
  const reason = action === 'conflict' ? reasonOf(cell) : null;
  const conflict = reason && { reason, isDismissed: false };
  return { identity, profile, cell, vaultPrint, storePrint, action, conflict, failure: null };
}

function reasonOf({ vault, store, base }: Cell): ConflictReason {
  if (vault === 'deleted') return 'removedHere';
  if (store === 'earlier' && base === 'vault') return 'wentBack';
  return base === 'none' ? 'neverAgreed' : 'bothChanged';
}

const AUTOMATIC: readonly Action[] = ['push', 'pull', 'remove', 'recordBase'];

/** What the engine does by itself. */
export function automaticOf(agents: ReadonlyMap<AgentId, AgentSync>): readonly ProfileSync[] {
  return [...agents.values()].flatMap(({ profiles }) =>
    [...profiles.values()].filter(({ action }) => AUTOMATIC.includes(action)),
  );
}
