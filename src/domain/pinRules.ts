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
