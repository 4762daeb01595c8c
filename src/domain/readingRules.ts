import { isAtLeast, type Release } from './release.ts';

/** What differs between releases when they read a stored entry; measured with the releases' own loaders. */
export interface ReadingRules {
  /** `fields`: `mode` stands for a missing `type`, `apiKey` for a missing `key` (2026.3.8 to 2026.5). `types`: also `apiKey` for `api_key` (2026.6). */
  readonly aliases: 'none' | 'fields' | 'types';
  /**
   * What counts as a SecretRef. `none`: nothing, a value is a value (up to 2026.3.2). `braced`: objects and `${NAME}` (2026.3.8 to 2026.5). `dollar`: also `$NAME` (2026.8). `markers`: also `secretref-env:NAME` and `__env__:NAME` (2026.5.28 to 2026.7).
   */
  readonly refs: 'none' | 'braced' | 'dollar' | 'markers';
  /** An object in the place of a value is a ref as well (from 2026.4 on; before, it is no credential). */
  readonly takesRefAsValue: boolean;
  /** A refresh token of white space counts as one (before 2026.6). */
  readonly isBlankRefreshKept: boolean;
  /** Where a ref may point to. */
  readonly refSources: ReadonlySet<string>;
  /**
   * Entries of `usageStats` are normalized (from 2026.5.28 on): ids are trimmed, so what is noted about an id with outer blanks is
   * not found; and an entry of which nothing is left does not cover what another store notes about the id.
   */
  readonly normalizesUsage: boolean;
  /** Ids of people's own accounts are not taken from a store that agents share, nor from its orders (2026.9). */
  readonly dropsPersonalIds: boolean;
}

const RULES_2: ReadingRules = {
  aliases: 'none',
  refs: 'none',
  takesRefAsValue: false,
  isBlankRefreshKept: true,
  refSources: new Set(['env', 'file', 'exec']),
  normalizesUsage: false,
  dropsPersonalIds: false,
};
const RULES_3: ReadingRules = { ...RULES_2, aliases: 'fields', refs: 'braced' };
const RULES_4: ReadingRules = { ...RULES_3, takesRefAsValue: true };
const RULES_6: ReadingRules = {
  ...RULES_4,
  aliases: 'types',
  refs: 'markers',
  isBlankRefreshKept: false,
  normalizesUsage: true,
};
const RULES_8: ReadingRules = {
  ...RULES_6,
  refs: 'dollar',
  refSources: new Set(['env', 'file', 'exec', 'store']),
};
const RULES_9: ReadingRules = { ...RULES_8, dropsPersonalIds: true };

/** Reads whatever any release reads: for a store of an unknown release, and for refusing to overwrite a ref. */
export const WIDEST_READING: ReadingRules = { ...RULES_9, refs: 'markers' };

/** The rules of a release; the widest for an unknown one. */
export function readingRules(release: Release | null): ReadingRules {
  if (release === null) return WIDEST_READING;
  if (isAtLeast(release, '2026.9.0')) return RULES_9;
  if (isAtLeast(release, '2026.8.0')) return RULES_8;
  if (isAtLeast(release, '2026.5.28')) return RULES_6;
  if (isAtLeast(release, '2026.4.0')) return RULES_4;
  return isAtLeast(release, '2026.3.8') ? RULES_3 : RULES_2;
}

const UUID = '[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}';
const PERSONAL_ID = new RegExp(`^personal:(?:${UUID}|gateway-owner):${UUID}$`, 'u');

/**
 * True for an id that the release drops wherever it stands in a store. Every release loses `__proto__`, because it copies
 * entries into a plain object.
 */
export function isDroppedId(id: string, rules: ReadingRules): boolean {
  return id === '__proto__' || (rules.dropsPersonalIds && PERSONAL_ID.test(id));
}
