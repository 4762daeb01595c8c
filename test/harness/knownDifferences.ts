import { isAtLeast, type Release } from '../../src/domain/release.ts';
import type { HomeSpec } from './openclawHome.ts';

/** A difference from a release that stays, with its reason in `docs/supported-releases.md` under the same name. */
interface KnownDifference {
  readonly name: string;
  readonly isIn: (release: Release) => boolean;
  /** True for a home in which the release goes astray. */
  readonly isCase: (spec: HomeSpec) => boolean;
  /** The lines of a comparison that it explains; everything else is still a difference. */
  readonly line: RegExp;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'crash at `constructor` or `__proto__`',
    isIn: (release) => !isAtLeast(release, '2026.4.0'),
    isCase: (spec) => storedIds(spec).has('constructor') || storedIds(spec).has('__proto__'),
    line: /^the release threw: Cannot read properties of undefined \(reading 'trim'\)$/,
  },
  {
    name: 'order or configuration that names `__proto__`',
    isIn: () => true,
    isCase: (spec) => storedIds(spec).has('__proto__') && namedIds(spec).has('__proto__'),
    line: /^(?:order|winner) of /,
  },
];

/** Takes out what is known; `names` has one entry for each known difference that explained a line. */
export function withoutKnown(
  lines: readonly string[],
  spec: HomeSpec,
  release: Release,
): { readonly lines: readonly string[]; readonly names: readonly string[] } {
  const known = KNOWN_DIFFERENCES.filter(({ isIn, isCase }) => isIn(release) && isCase(spec));
  const names = known.filter(({ line }) => lines.some((text) => line.test(text))).map(({ name }) => name);
  return { lines: lines.filter((text) => !known.some(({ line }) => line.test(text))), names };
}

function storedIds({ agents }: HomeSpec): ReadonlySet<string> {
  return new Set(Object.values(agents).flatMap(({ store }) => Object.keys(recordOf(store?.['profiles']))));
}

function namedIds({ config, agents }: HomeSpec): ReadonlySet<unknown> {
  const orders = [recordOf(config['auth'])['order'], ...Object.values(agents).map(({ state }) => state?.['order'])];
  const configured = Object.keys(recordOf(recordOf(config['auth'])['profiles']));
  return new Set([...configured, ...orders.flatMap((order) => Object.values(recordOf(order)).flat())]);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
