import { isAtLeast, type Release } from './release.ts';

/** What makes a running gateway use a credential that somebody else has written; measured with real gateways (`docs/openclaw-measured.md`). */
export interface GatewayRules {
  /**
   * `reads`: the gateway reads the store for every request. `reload`: it works from memory until `openclaw secrets reload`.
   * `cli`: the command that writes tells the gateway itself.
   */
  readonly follow: 'reads' | 'reload' | 'cli';
}

/** By first release, latest first. */
const RULES: readonly (readonly [`${number}.${number}.${number}`, GatewayRules])[] = [
  ['2026.8.0', { follow: 'cli' }],
  ['2026.2.17', { follow: 'reload' }],
];

export function gatewayRules(release: Release): GatewayRules {
  const found = RULES.find(([first]) => isAtLeast(release, first));
  return found?.[1] ?? { follow: 'reads' };
}

/**
 * Whether the gateway that runs uses what was written. `seen`: it reads the store, or has loaded it again. `reloadNeeded`: it
 * runs, works from memory and could not be told. `unknown`: nothing on this release tells. `notRunning`: nobody has to see it.
 */
export type Echo = 'notRunning' | 'seen' | 'reloadNeeded' | 'unknown';
