import { isAtLeast, type Release } from './release.ts';

/** What differs between releases when they read a stored entry; measured with the releases' own loaders. */
export interface ReadingRules {
  /** `fields`: `mode` stands for a missing `type`, `apiKey` for a missing `key` (2026.4). `types`: also `apiKey` for `api_key` (2026.6). */
  readonly aliases: 'none' | 'fields' | 'types';
  /**
   * What counts as a SecretRef. `none`: nothing, a value is a value (2026.2 and 2026.3). `braced`: objects and `${NAME}`
   * (2026.4). `dollar`: also `$NAME` (2026.8). `markers`: also `secretref-env:NAME` and `__env__:NAME` (2026.5.28 to 2026.7).
   */
  readonly refs: 'none' | 'braced' | 'dollar' | 'markers';
  /** A refresh token of white space counts as one (before 2026.6). */
  readonly isBlankRefreshKept: boolean;
  /** Profile ids in `usageStats` are trimmed, so what is noted about an id with outer blanks is not found (2026.6, 2026.7). */
  readonly trimsUsageIds: boolean;
}

const RULES_2: ReadingRules = { aliases: 'none', refs: 'none', isBlankRefreshKept: true, trimsUsageIds: false };
const RULES_4: ReadingRules = { aliases: 'fields', refs: 'braced', isBlankRefreshKept: true, trimsUsageIds: false };
const RULES_6: ReadingRules = { aliases: 'types', refs: 'markers', isBlankRefreshKept: false, trimsUsageIds: true };
const RULES_8: ReadingRules = { aliases: 'types', refs: 'dollar', isBlankRefreshKept: false, trimsUsageIds: false };

/** Reads whatever any release reads: for a store of an unknown release, and for refusing to overwrite a ref. */
export const WIDEST_READING: ReadingRules = { ...RULES_8, refs: 'markers' };

/** The rules of a release; the widest for an unknown one. */
export function readingRules(release: Release | null): ReadingRules {
  if (release === null) return WIDEST_READING;
  if (isAtLeast(release, '2026.8.0')) return RULES_8;
  if (isAtLeast(release, '2026.5.28')) return RULES_6;
  return isAtLeast(release, '2026.4.0') ? RULES_4 : RULES_2;
}
