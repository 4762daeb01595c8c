import { describe, expect, it } from 'vitest';
import { ERA_STARTS, ERAS, eraOf, parseRelease, type Era } from '../../../src/domain/release.ts';

const eraOfText = (text: string): Era => eraOf(parseRelease(text));

describe('eraOf', () => {
  it.each([
    ['2026.1.30', 'unknown'],
    ['2026.2.0', 'json-directory-lock'],
    ['2026.2.12', 'json-directory-lock'],
    ['2026.2.17', 'json-file-lock'],
    ['2026.2.19', 'json-file-lock'],
    ['2026.3.13', 'json-file-lock'],
    ['2026.5.7', 'json-file-lock'],
    ['2026.5.7-beta.1', 'json-file-lock'],
    ['2026.5.12', 'json-owned-lock'],
    ['2026.5.14-beta.1', 'json-owned-lock'],
    ['2026.5.22', 'json-owned-lock'],
    ['2026.5.26', 'json-owned-lock'],
    ['2026.5.31-beta.4', 'json-owned-lock'],
    ['2026.6.1', 'json-owned-lock'],
    ['2026.6.5', 'sqlite'],
    ['2026.12.31', 'sqlite'],
    ['2027.1.1', 'unknown'],
    ['not a release', 'unknown'],
  ] as const)('%s is %s', (text, era) => {
    expect(eraOfText(text)).toBe(era);
  });

  it('puts the releases on both sides of each start into neighbouring eras', () => {
    expect(ERA_STARTS.map(({ era }) => era)).toEqual(ERAS.filter((era) => era !== 'unknown'));
    for (const [index, { era, last, first }] of ERA_STARTS.entries()) {
      expect(eraOfText(first)).toBe(era);
      if (last !== null) expect(eraOfText(last)).toBe(ERA_STARTS[index - 1]?.era);
    }
  });
});
