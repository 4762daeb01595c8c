import type { GatewayProfile, GatewayProvider, GatewayStatus } from './gatewayAnswer.ts';
import type { ProfileId, ProviderId } from './ids.ts';
import { isAtLeast, type Release } from './release.ts';
import type { AgentStatus, ProfileStatus, ProviderStatus } from './status.ts';

/** What a release makes of the question for its credentials; measured with real gateways (`docs/openclaw-measured.md`, L). */
export interface AskingRules {
  /** False where it is known to answer "unknown method", so that it need not be asked. */
  readonly isOffered: boolean;
  /** It can be asked about any agent; else it answers for the default one. */
  readonly takesAgent: boolean;
  /** It lists every provider of the store, and explicit orders; else, depending on the configuration, only some. */
  readonly isWhole: boolean;
  /** `refresh` has it load its credentials again; 2026.4.15 only passes its cache by. */
  readonly canLoadAgain: boolean;
  /** The program's device keeps the rights of its first call: after reading, `secrets reload` waits for an approval. */
  readonly keepsFirstRights: boolean;
}

/** By first release, latest first. 2026.3.14 to 2026.4.14 and the releases between those measured were not run. */
const RULES: readonly (readonly [`${number}.${number}.${number}`, Omit<AskingRules, 'isOffered'>])[] = [
  ['2026.8.0', { takesAgent: true, isWhole: true, canLoadAgain: true, keepsFirstRights: false }],
  ['2026.6.1', { takesAgent: false, isWhole: false, canLoadAgain: true, keepsFirstRights: true }],
  ['2026.3.14', { takesAgent: false, isWhole: false, canLoadAgain: false, keepsFirstRights: true }],
];
const NOT_OFFERED = {
  isOffered: false,
  takesAgent: false,
  isWhole: false,
  canLoadAgain: false,
  keepsFirstRights: false,
};

export function askingRules(release: Release | null): AskingRules {
  const found = release === null ? undefined : RULES.find(([first]) => isAtLeast(release, first));
  return found === undefined ? NOT_OFFERED : { isOffered: true, ...found[1] };
}

/**
 * How the gateway and the store differ about a profile. `notSeen`: the gateway does not have it. `onlySeen`: the store does not.
 * `usable`: one of them says that it can be used. `expiry`: another date. `silent`: the answer says nothing of its provider.
 */
export type Difference = 'notSeen' | 'onlySeen' | 'usable' | 'expiry';

export interface TruthRow {
  readonly provider: ProviderId;
  readonly profileId: ProfileId;
  readonly ours: ProfileStatus | null;
  readonly theirs: GatewayProfile | null;
  /** `null`: they agree. `silent`: nothing can be said, because the answer leaves its provider out. */
  readonly difference: Difference | 'silent' | null;
}

export interface TruthProvider {
  readonly provider: ProviderId;
  /** `null`: the answer leaves it out. */
  readonly status: GatewayStatus | null;
  /** Both name an explicit order, or one of them does, and it is another one. */
  readonly hasOtherOrder: boolean;
}

/** The store of an agent beside what the gateway that runs says of it. Values are not compared: nobody tells the gateway's. */
export interface GatewayTruth {
  readonly providers: readonly TruthProvider[];
  readonly rows: readonly TruthRow[];
  /** Profiles and orders that differ. */
  readonly differences: number;
}

/** Pure. What both sides may say of the same credential at the same moment is no difference. */
export function compareWithGateway(
  agent: Pick<AgentStatus, 'providers'>,
  answered: readonly GatewayProvider[],
  { isWhole }: Pick<AskingRules, 'isWhole'>,
): GatewayTruth {
  const theirs = new Map(answered.flatMap(({ profiles }) => profiles.map((one) => [one.profileId, one] as const)));
  const named = new Map(answered.map((one) => [one.provider, one]));
  const ours = new Set<ProfileId>();
  const rows: TruthRow[] = [];
  for (const provider of agent.providers) {
    for (const profile of provider.profiles) {
      ours.add(profile.id);
      const found = theirs.get(profile.id) ?? null;
      const isSilent = !isWhole && !named.has(provider.id) && !named.has(profile.provider);
      const difference = found === null ? (isSilent ? 'silent' : 'notSeen') : differenceOf(profile, found);
      rows.push({ provider: provider.id, profileId: profile.id, ours: profile, theirs: found, difference });
    }
  }
  for (const { provider, profiles } of answered) {
    for (const profile of profiles) {
      if (ours.has(profile.profileId)) continue;
      const difference = profile.isForeign ? null : 'onlySeen';
      rows.push({ provider, profileId: profile.profileId, ours: null, theirs: profile, difference });
    }
  }
  const providers = listProviders(agent.providers, named, isWhole);
  const differing = rows.filter(({ difference }) => difference !== null && difference !== 'silent').length;
  return { providers, rows, differences: differing + providers.filter(({ hasOtherOrder }) => hasOtherOrder).length };
}

function listProviders(
  ours: readonly ProviderStatus[],
  named: ReadonlyMap<ProviderId, GatewayProvider>,
  isWhole: boolean,
): readonly TruthProvider[] {
  const ids = [...new Set([...ours.map(({ id }) => id), ...named.keys()])].toSorted();
  return ids.map((provider) => {
    const [own, theirs] = [ours.find(({ id }) => id === provider), named.get(provider)];
    const hasOtherOrder = isWhole && own !== undefined && theirs !== undefined && !isSameOrder(own, theirs);
    return { provider, status: theirs?.status ?? null, hasOtherOrder };
  });
}

function isSameOrder({ order }: ProviderStatus, { order: theirs }: GatewayProvider): boolean {
  const ours = order.listedIn === null ? null : order.listed;
  return JSON.stringify(ours) === JSON.stringify(theirs === null ? null : [...new Set(theirs)]);
}

/** Dates of releases are whole milliseconds; a second is left for those that round. */
const SAME_DATE_MS = 1_000;

function differenceOf(ours: ProfileStatus, theirs: GatewayProfile): Difference | null {
  const [here, there] = [isUsable(ours), isUsableThere(theirs.status)];
  if (here !== null && there !== null && here !== there) return 'usable';
  if (ours.type === 'api_key' || ours.expirySource !== 'store') return null;
  if (ours.expiresAt === null || theirs.expiresAt === null) return null;
  return Math.abs(ours.expiresAt - theirs.expiresAt) > SAME_DATE_MS ? 'expiry' : null;
}

/** `null`: a sign-in that the gateway renews by itself, or a type that is not known, of which releases say either. */
function isUsable({ type, health, expirySource }: ProfileStatus): boolean | null {
  if (type === 'oauth' || type === 'unknown') return null;
  if (health === 'invalid') return false;
  // An expiry that only VS Code knows is none to the gateway.
  return health !== 'expired' || expirySource !== 'store';
}

/** A warning period is each side's own: what is expiring can be used. */
function isUsableThere(status: GatewayStatus): boolean | null {
  if (status === 'other') return null;
  return status !== 'expired' && status !== 'missing';
}
