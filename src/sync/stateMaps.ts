import type { AgentId, ProfileId } from '../domain/ids.ts';
import type { StoreMemory } from './incidents.ts';
import type { AgentSync, ProfileSync, SyncState } from './syncEngine.ts';

/** The same agents with each profile altered. */
export function mapProfiles(
  agents: ReadonlyMap<AgentId, AgentSync>,
  alter: (item: ProfileSync) => ProfileSync,
): ReadonlyMap<AgentId, AgentSync> {
  return new Map(
    [...agents].map(([id, agent]) => {
      const profiles = new Map([...agent.profiles].map(([key, item]) => [key, alter(item)]));
      return [id, { ...agent, profiles }];
    }),
  );
}

/** Stores that were whole in another way than before: what has to be kept over restarts. */
export function wholesThatChanged(
  before: ReadonlyMap<AgentId, StoreMemory>,
  after: ReadonlyMap<AgentId, StoreMemory>,
): readonly (readonly [AgentId, ReadonlySet<ProfileId>])[] {
  return [...after].flatMap(([id, { whole }]) => {
    const earlier = before.get(id)?.whole ?? null;
    const isSame =
      whole !== null && earlier?.size === whole.size && [...whole].every((profile) => earlier.has(profile));
    return whole === null || isSame ? [] : [[id, whole] as const];
  });
}

/** Equal when nothing changed that is shown. */
export function describeState({ consent, isWriter, agents }: SyncState): string {
  const rows = [...agents].map(([id, { incident, isOneWay, profiles }]) => [
    id,
    incident,
    isOneWay,
    [...profiles.values()].map(({ identity, action, conflict, failure, vaultPrint, storePrint, cell }) => [
      ...[identity.profileId, action, conflict, failure?.code ?? null, vaultPrint, storePrint, cell],
    ]),
  ]);
  return JSON.stringify([consent, isWriter, rows]);
}
