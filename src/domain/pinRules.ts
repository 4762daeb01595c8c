import type { ProfileId } from './ids.ts';
import { isAtLeast, type Release } from './release.ts';

/**
 * The chat message that ties a session to a profile (2026.2.3 to 2026.9.6). `null`: a name with white space cannot be said so.
 * `model` is `provider/model` or an alias.
 */
export function pinLine(model: string, profileId: ProfileId): string | null {
  const words = `${model}@${profileId}`;
  return /[\s\p{C}]/u.test(words) ? null : `/model ${words}`;
}

/**
 * The chat message that takes the tie away again: a model without a profile (2026.2.3 to 2026.6.1). `null`: there is none;
 * 2026.9.6 keeps the profile until another one is named, and releases between were not run.
 */
export function clearingLine(release: Release | null, model: string): string | null {
  if (release === null || isAtLeast(release, '2026.6.2') || /[\s\p{C}]/u.test(model)) return null;
  return `/model ${model}`;
}

/** How the gateway that runs ties a session, and lets it go; measured with real gateways (`docs/openclaw-measured.md`, N). */
export interface PinningRules {
  /** Before a session's model is set, the gateway has to say that this counts for the session alone. */
  readonly asksTarget: boolean;
}

/**
 * By first release and the first one that was not run, latest first. 2026.2.3 takes the profile for part of the model's name, and
 * 2026.4.15 answers that all is well and does nothing, so neither is ever told.
 */
const PINNING: readonly (readonly [`${number}.${number}.${number}`, `${number}.${number}.${number}`, PinningRules])[] =
  [
    ['2026.9.0', '2027.0.0', { asksTarget: true }],
    ['2026.6.1', '2026.6.2', { asksTarget: false }],
  ];

/** `null`: the release is not to be told; the chat line does it. */
export function pinningRules(release: Release | null): PinningRules | null {
  if (release === null) return null;
  const found = PINNING.find(([first, last]) => isAtLeast(release, first) && !isAtLeast(release, last));
  return found?.[2] ?? null;
}

/** Providers that every release with such rules knows. */
const PASSING_PROVIDERS = ['xai', 'openai', 'together'];

/**
 * A model that does not exist, of another provider than those. A session that is put on it lets its profile go, which a model of the
 * same provider does not do; a message that comes meanwhile fails, instead of costing at somebody else's.
 */
export function passingModel(providers: readonly string[]): string {
  const free = PASSING_PROVIDERS.find((one) => !providers.includes(one));
  return `${free ?? 'xai'}/none`;
}

/** The provider of a `provider/model`. */
export function providerOfModel(model: string): string {
  return model.slice(0, Math.max(0, model.indexOf('/')));
}
