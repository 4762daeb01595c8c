import type { ProviderId } from './ids.ts';
import type { ModelKey } from './modelKeys.ts';
import type { Selection, Winner } from './selection.ts';
import { canonicalProvider, selectionRules, type SelectionRules } from './selectionRules.ts';
import type { HostSnapshot } from './snapshot.ts';

/** Credentials of a host that are no profiles. Made once for all of its agents and providers. */
export interface OtherSources {
  readonly rules: SelectionRules;
  readonly environment: HostSnapshot['environment'];
  /** The keys of `models.providers`, by canonical provider; of two that mean one provider the first counts. */
  readonly modelKeys: ReadonlyMap<ProviderId, ModelKey>;
}

export function otherSources({
  release,
  environment,
  config,
}: Pick<HostSnapshot, 'release' | 'environment' | 'config'>): OtherSources {
  const rules = selectionRules(release);
  const keys = [...config.modelKeys].toReversed();
  return { rules, environment, modelKeys: new Map(keys.map(([id, key]) => [canonicalProvider(rules, id), key])) };
}

/** Whether the release asks the key in the provider's own entry before any profile. */
export function isModelKeyFirst({ rules, modelKeys }: OtherSources, provider: ProviderId): boolean {
  return rules.modelKeyFirst && modelKeys.get(provider)?.isFirst === true;
}

/**
 * What is used next: profiles in their order, then the environment, then the key in the configuration (2026.2.3 to 2026.9.6, by
 * `resolveApiKeyForProvider` and by what a request carries).
 */
export function deriveWinner(sources: OtherSources, provider: ProviderId, { tried }: Pick<Selection, 'tried'>): Winner {
  if (isModelKeyFirst(sources, provider)) return { kind: 'modelConfig' };
  const [first] = tried;
  if (first !== undefined) return { kind: 'profile', profileId: first };
  const variable = sources.environment.get(provider)?.[0];
  if (variable !== undefined) return { kind: 'environment', variable: variable.name };
  return sources.modelKeys.has(provider) ? { kind: 'modelConfig' } : { kind: 'none' };
}
