/**
 * Store format and lock dialect of a range of releases (`docs/supported-releases.md`). `json-directory-lock`: proper-lockfile's directory.
 * `json-file-lock`: a file `{pid, createdAt}` that may be taken away by age. `json-owned-lock`: a file that only its owner's death
 * releases, with `starttime` from 2026.5.26 on. `sqlite`: a database.
 */
export const ERAS = ['json-directory-lock', 'json-file-lock', 'json-owned-lock', 'sqlite', 'unknown'] as const;
export type Era = (typeof ERAS)[number];

/** An OpenClaw release such as `2026.6.1` or `2026.7.1-beta.2`. */
export interface Release {
  readonly text: string;
  readonly year: number;
  readonly month: number;
  readonly patch: number;
}

const RELEASE = /^v?(\d{4})\.(\d{1,2})\.(\d{1,3})(?:[-+][0-9A-Za-z.-]{1,40})?$/;

/** `null` for anything that is not an OpenClaw calendar version. */
export function parseRelease(text: string): Release | null {
  const match = RELEASE.exec(text.trim());
  if (!match) return null;
  const [whole, year, month, patch] = match;
  return { text: whole.replace(/^v/, ''), year: Number(year), month: Number(month), patch: Number(patch) };
}

type ReleaseText = `${number}.${number}.${number}`;

/** True when `release` is `text` or later. Pre-releases count as their release. */
export function isAtLeast(release: Release, text: ReleaseText): boolean {
  const [year = 0, month = 0, patch = 0] = text.split('.').map(Number);
  return compare(release, { year, month, patch }) >= 0;
}

/** True when `a` is a later release than `b`. Pre-releases count as their release. */
export function isLater(a: Release, b: Release): boolean {
  return compare(a, b) > 0;
}

function compare(a: Omit<Release, 'text'>, b: Omit<Release, 'text'>): number {
  return a.year - b.year || a.month - b.month || a.patch - b.patch;
}

/** Where an era begins: the last published release before it, and its first. */
export interface EraStart {
  readonly era: Exclude<Era, 'unknown'>;
  readonly last: ReleaseText | null;
  readonly first: ReleaseText;
}

/**
 * Measured with the releases on both sides (`docs/openclaw-measured.md`). Numbers between `last`
 * and `first` were not published; a release with one of them would count to the earlier era.
 */
export const ERA_STARTS: readonly EraStart[] = [
  { era: 'json-directory-lock', last: null, first: '2026.2.0' },
  { era: 'json-file-lock', last: '2026.2.12', first: '2026.2.17' },
  { era: 'json-owned-lock', last: '2026.5.7', first: '2026.5.12' },
  { era: 'sqlite', last: '2026.6.1', first: '2026.6.5' },
];

/** First release whose CLI removes one profile (`models auth logout ID`). */
export const FIRST_REMOVING_CLI = '2026.8.2';

/** False where one profile cannot be removed: with a database only the CLI writes, and until then it only removed whole providers. */
export function canRemoveProfile(release: Release | null, era: Era): boolean {
  return era !== 'sqlite' || (release !== null && isAtLeast(release, FIRST_REMOVING_CLI));
}

/** The era of a release; releases before 2026.2 and unknown ones are `unknown`, so they are read and never written as files. */
export function eraOf(release: Release | null): Era {
  if (release === null || release.year > 2026) return 'unknown';
  return ERA_STARTS.findLast(({ first }) => isAtLeast(release, first))?.era ?? 'unknown';
}
