import type { AgentId } from '../domain/ids.ts';
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

/** What has to be kept over restarts is not what it was. */
export function isKeptOtherwise(before: StoreMemory | undefined, { whole, incident }: StoreMemory): boolean {
  const earlier = before?.whole ?? null;
  const isSame = earlier?.size === whole?.size && [...(whole ?? [])].every((id) => earlier?.has(id));
  return whole !== null && (!isSame || ((before?.incident ?? null) === null) !== (incident === null));
}

/** Something waits for its time, or for the user, who may answer in another window. */
export function isUnsettled({ agents }: SyncState): boolean {
  const isOpen = ({ action }: ProfileSync): boolean => action !== 'offer' && action !== 'removalPending';
  return [...agents.values()].some(
    ({ incident, profiles }) => incident !== null || [...profiles.values()].some((item) => isOpen(item)),
  );
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
