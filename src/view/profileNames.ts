import { profileId, type ProfileId, type ProviderId } from '../domain/ids.ts';
import type { AgentStatus } from '../domain/status.ts';
import type { ProfileIdentity } from '../vault/vault.ts';

/** Names that a profile of the agent cannot be given: adding never writes over anything. */
export interface TakenNames {
  /** In the store, also what cannot be read there: it is kept as it is. */
  readonly inStore: ReadonlySet<string>;
  /** Only in the vault, where it may be the last copy. */
  readonly inVault: ReadonlySet<string>;
}

export function takenNames(agent: AgentStatus, kept: readonly ProfileIdentity[]): TakenNames {
  const profiles = agent.providers.flatMap((row) => row.profiles);
  return {
    inStore: new Set([...profiles, ...agent.unreadable].map(({ id }) => id)),
    inVault: new Set(kept.map((copy) => copy.profileId)),
  };
}

/** A name in the usual form that nothing has. */
export function freeProfileId({ inStore, inVault }: TakenNames, provider: ProviderId): ProfileId {
  const isFree = (name: string): boolean => !inStore.has(name) && !inVault.has(name);
  const usual = ['default', 'work', 'personal'].map((name) => `${provider}:${name}`).find(isFree);
  for (let number = 2; ; number += 1) {
    const name = usual ?? `${provider}:profile${String(number)}`;
    if (isFree(name)) return profileId(name);
  }
}
