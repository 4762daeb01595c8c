import type { Profile } from './credential.ts';
import type { AgentId, ProfileId } from './ids.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** The agents that have a profile of this name themselves, with another value or expiry. */
export type DriftOf = (profile: Profile) => readonly AgentId[];

/** Looks at every profile once; what is inherited, or cannot be compared here, does not drift. */
export function findDrift(agents: readonly AgentSnapshot[]): DriftOf {
  const copies = new Map<ProfileId, Map<string, AgentId[]>>();
  for (const { id, set } of agents)
    for (const profile of set.profiles.values()) {
      const value = valueOf(profile);
      if (value === null) continue;
      const values = copies.get(profile.id) ?? new Map<string, AgentId[]>();
      copies.set(profile.id, values.set(value, [...(values.get(value) ?? []), id]));
    }
  return (profile) => {
    const [value, values] = [valueOf(profile), copies.get(profile.id)];
    if (value === null || values === undefined || values.size < 2) return [];
    return [...values].flatMap(([other, ids]) => (other === value ? [] : ids));
  };
}

function valueOf({ origin, material, expiry }: Profile): string | null {
  if (origin === 'inherited' || material.kind === 'hidden' || material.kind === 'missing') return null;
  const value = material.kind === 'value' ? material.fingerprint : material.ref;
  return JSON.stringify([value, expiry]);
}
