import type { ProviderId } from './ids.ts';
import type { ModelKey } from './modelKeys.ts';
import type { Selection, Winner } from './selection.ts';
import { canonicalProvider, selectionRules } from './selectionRules.ts';
import type { HostSnapshot } from './snapshot.ts';

type Sources = Pick<HostSnapshot, 'release' | 'environment' | 'config'>;

/** The key in the provider's own entry of the configuration; `null`: none. */
export function modelKeyOf({ release, config }: Sources, provider: ProviderId): ModelKey | null {
  const rules = selectionRules(release);
  for (const [id, key] of config.modelKeys) if (canonicalProvider(rules, id) === provider) return key;
  return null;
}

/** Whether the release asks that key before any profile. */
export function isModelKeyFirst(sources: Sources, provider: ProviderId): boolean {
  const key = modelKeyOf(sources, provider);
  return key !== null && key.isFirst && selectionRules(sources.release).modelKeyFirst;
}

/**
 * What is used next: profiles in their order, then the environment, then the key in the configuration (2026.2.3 to 2026.9.6, by
 * `resolveApiKeyForProvider` and by what a request carries).
 */
export function deriveWinner(sources: Sources, provider: ProviderId, { tried }: Pick<Selection, 'tried'>): Winner {
  if (isModelKeyFirst(sources, provider)) return { kind: 'modelConfig' };
  const [first] = tried;
  if (first !== undefined) return { kind: 'profile', profileId: first };
  const variable = sources.environment.get(provider)?.[0];
  if (variable !== undefined) return { kind: 'environment', variable: variable.name };
  return modelKeyOf(sources, provider) === null ? { kind: 'none' } : { kind: 'modelConfig' };
}
