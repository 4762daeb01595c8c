/**
 * Store format and lock dialect of a range of releases (`docs/releases.md`): `json-directory-lock` is 2026.2.3's
 * proper-lockfile directory, `json-file-lock` `{pid, createdAt}`, `json-owned-lock` adds `starttime`, `sqlite` begins with 2026.6.5.
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

/** True when `release` is `text` or later. Pre-releases count as their release. */
export function isAtLeast(release: Release, text: `${number}.${number}.${number}`): boolean {
  const [year = 0, month = 0, patch = 0] = text.split('.').map(Number);
  return compare(release, { year, month, patch }) >= 0;
}

function compare(a: Omit<Release, 'text'>, b: Omit<Release, 'text'>): number {
  return a.year - b.year || a.month - b.month || a.patch - b.patch;
}

/** The era of a release; releases before 2026.2 and unknown ones are `unknown`, so they are read and never written as files. */
export function eraOf(release: Release | null): Era {
  if (release === null || !isAtLeast(release, '2026.2.0') || release.year > 2026) return 'unknown';
  if (isAtLeast(release, '2026.6.5')) return 'sqlite';
  if (isAtLeast(release, '2026.5.28')) return 'json-owned-lock';
  if (isAtLeast(release, '2026.2.21')) return 'json-file-lock';
  return 'json-directory-lock';
}
