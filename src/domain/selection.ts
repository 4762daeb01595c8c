import type { Profile } from './credential.ts';
import { hasInvalidExpiry, isActive, MAX_DATE_MS } from './health.ts';
import type { ProfileId, ProviderId } from './ids.ts';
import { canonicalProvider, spelledProvider, type SelectionRules } from './selectionRules.ts';
import type { ConfigAuth, ProfileSet, Usage } from './snapshot.ts';

/** Which rule gave the order: an override in the store, `auth.order`, the configured profiles, or the stored ones. */
export type OrderSource = 'stored' | 'config' | 'configured' | 'default';

/** Which credential the gateway will use next for a provider. */
export type Winner =
  | { readonly kind: 'profile'; readonly profileId: ProfileId }
  | { readonly kind: 'environment'; readonly variable: string }
  /** A key in the provider's own entry of the configuration, `models.providers.<id>.apiKey`. */
  | { readonly kind: 'modelConfig' }
  | { readonly kind: 'none' };

/** Why a profile is the winner, waits behind it, or is not tried at all. */
export const PROFILE_REASONS = [
  'winner',
  'fallback',
  'coolingDown',
  'disabled',
  'expired',
  'excludedByOrder',
  'modelKeyFirst',
  'notConfigured',
  'missingCredential',
  'invalidExpires',
  'unresolvedRef',
  'modeMismatch',
  'dormant',
  'unknownType',
] as const;
export type ProfileReason = (typeof PROFILE_REASONS)[number];

/** What {@link selectProfiles} needs to know; `config` may stand for an unreadable file with empty maps. */
export interface SelectionInput {
  readonly set: ProfileSet;
  readonly config: Pick<ConfigAuth, 'hasProfiles' | 'profiles' | 'order'>;
  readonly provider: ProviderId;
  readonly rules: SelectionRules;
  /** Gateway host's clock, Unix ms. */
  readonly now: number;
  /** Of the same set, configuration and rules; made here when left out. */
  readonly index?: SelectionIndex;
}

/** What belongs to each provider, by its canonical id, so that many providers do not mean as many passes over everything. */
export interface SelectionIndex {
  /** The profiles of the store, in document order. */
  readonly stored: ReadonlyMap<string, readonly Profile[]>;
  readonly storedOrders: ReadonlyMap<string, readonly (readonly ProfileId[])[]>;
  readonly config: ConfigIndex;
}

/** The part that is the same for all agents. */
export interface ConfigIndex {
  readonly orders: ReadonlyMap<string, readonly (readonly ProfileId[])[]>;
  readonly configured: ReadonlyMap<string, readonly ProfileId[]>;
}

export function indexConfig(config: SelectionInput['config'], rules: SelectionRules): ConfigIndex {
  return {
    orders: group(
      config.order,
      ([provider]) => spelledProvider(rules, provider),
      ([, ids]) => ids,
    ),
    configured: group(
      config.profiles,
      ([, entry]) => canonicalProvider(rules, entry.provider),
      ([id]) => id,
    ),
  };
}

export function indexProfiles(set: ProfileSet, rules: SelectionRules, config: ConfigIndex): SelectionIndex {
  return {
    stored: group(
      set.profiles.values(),
      (profile) => canonicalProvider(rules, profile.provider),
      (profile) => profile,
    ),
    storedOrders: group(
      set.order,
      ([provider]) => spelledProvider(rules, provider),
      ([, ids]) => ids,
    ),
    config,
  };
}

function group<T, V>(items: Iterable<T>, keyOf: (item: T) => string, valueOf: (item: T) => V): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const item of items) {
    const key = keyOf(item);
    const found = groups.get(key);
    if (found === undefined) groups.set(key, [valueOf(item)]);
    else found.push(valueOf(item));
  }
  return groups;
}

interface Indexed extends SelectionInput {
  readonly key: string;
  readonly index: SelectionIndex;
}

export interface Selection {
  readonly source: OrderSource;
  /** What an explicit order lists, as written; empty without one. */
  readonly listed: readonly ProfileId[];
  /** Where that order stands. Of one that names nothing usable a release may make nothing: then `source` is another. */
  readonly listedIn: 'stored' | 'config' | null;
  /** The profiles that are tried, in that order. */
  readonly tried: readonly ProfileId[];
  /** Every profile of the provider, with its reason. */
  readonly reasons: ReadonlyMap<ProfileId, ProfileReason>;
}

/** Puts a provider's profiles in the order in which the release tries them, and says why each stands where it does. */
export function selectProfiles(given: SelectionInput): Selection {
  const input = withIndex(given);
  const stored = input.index.stored.get(input.key) ?? [];
  const base = baseOrder(input, stored);
  const isExcludedById = new Map(stored.map((profile) => [profile.id, exclusion(input, profile)]));
  const isEligible = (id: ProfileId): boolean => isExcludedById.has(id) && isExcludedById.get(id) === null;

  let candidates = base.ids.filter(isEligible);
  let isExplicit = (base.source === 'stored' || base.source === 'config') && base.ids.length > 0;
  let source = base.source;
  if (candidates.length === 0 && mayRepair(input, base)) {
    candidates = stored.map((profile) => profile.id).filter(isEligible);
    isExplicit &&= input.rules.repairKeepsOrder;
    source = isExplicit ? source : 'default';
  }
  const tried = sortCandidates(input, [...new Set(candidates)], isExplicit);

  const triedIds = new Set(tried);
  const reasons = new Map<ProfileId, ProfileReason>();
  for (const profile of stored) {
    const why = isExcludedById.get(profile.id) ?? null;
    if (!triedIds.has(profile.id))
      reasons.set(profile.id, why ?? (source === 'configured' ? 'notConfigured' : 'excludedByOrder'));
    else if (profile.id === tried[0]) reasons.set(profile.id, 'winner');
    else reasons.set(profile.id, waitingReason(input, profile));
  }
  return { source, ...explicitOrder(base), tried, reasons };
}

function withIndex(input: SelectionInput): Indexed {
  const { set, config, rules, provider } = input;
  const index = input.index ?? indexProfiles(set, rules, indexConfig(config, rules));
  return { ...input, key: canonicalProvider(rules, provider), index };
}

function explicitOrder({ source, ids }: BaseOrder): Pick<Selection, 'listed' | 'listedIn'> {
  return source === 'stored' || source === 'config'
    ? { listed: ids, listedIn: source }
    : { listed: [], listedIn: null };
}

interface BaseOrder {
  readonly source: OrderSource;
  readonly ids: readonly ProfileId[];
}

function baseOrder({ index, key, rules }: Indexed, stored: readonly Profile[]): BaseOrder {
  const override = chosenOrder(index.storedOrders.get(key) ?? [], rules);
  if (override) return { source: 'stored', ids: override };
  const order = index.config.orders.get(key)?.[0];
  if (order) return { source: 'config', ids: order };
  const configured = index.config.configured.get(key) ?? [];
  if (configured.length > 0) return { source: 'configured', ids: configured };
  return { source: 'default', ids: stored.map((profile) => profile.id) };
}

/** Of several orders whose keys spell one provider, the one that counts; `null`: none. */
function chosenOrder(orders: readonly (readonly ProfileId[])[], rules: SelectionRules): readonly ProfileId[] | null {
  return (rules.storedOrderPick === 'first' ? orders[0] : orders.at(-1)) ?? null;
}

/** The order in the store that counts for the provider, however its key is spelled; `null`: none. */
export function storedOrderOf(
  orders: ReadonlyMap<ProviderId, readonly ProfileId[]>,
  provider: ProviderId,
  rules: SelectionRules,
): readonly ProfileId[] | null {
  const key = canonicalProvider(rules, provider);
  const found = [...orders].filter(([candidate]) => spelledProvider(rules, candidate) === key);
  return chosenOrder(
    found.map(([, ids]) => ids),
    rules,
  );
}
/** Why a profile can never be tried, whatever the order; null when it can. */
function exclusion(input: Indexed, profile: Profile): ProfileReason | null {
  const { rules, now } = input;
  if (profile.type === 'unknown') return 'unknownType';
  if (isConfigMismatch(input, profile)) return 'modeMismatch';
  if (profile.dormancy !== null && rules.dormancies.has(profile.dormancy)) return 'dormant';
  if (profile.material.kind === 'missing') return 'missingCredential';
  if (profile.material.kind === 'ref' && !rules.refsCount) return 'unresolvedRef';
  if (profile.type !== 'token') return null;
  if (hasInvalidExpiry(profile, rules)) return rules.invalidExpiryExcludes ? 'invalidExpires' : null;
  return profile.expiry.kind === 'at' && now >= profile.expiry.unixMs ? 'expired' : null;
}

/** The configuration names the profile for another provider, or with another mode than the credential has. */
function isConfigMismatch(input: Indexed, profile: Profile): boolean {
  const entry = input.config.profiles.get(profile.id);
  // The release looks the id up in a JavaScript object, which has a `constructor` and its like of another kind.
  if (!entry) return input.config.hasProfiles && profile.id in Object.prototype;
  if (canonicalProvider(input.rules, entry.provider) !== input.key) return true;
  return entry.mode !== profile.type && !(entry.mode === 'oauth' && profile.type === 'token');
}

function mayRepair(input: Indexed, base: { source: OrderSource; ids: readonly ProfileId[] }): boolean {
  // An entry of a type that the release does not know is missing to it.
  const isStored = (id: ProfileId): boolean => (input.set.profiles.get(id)?.type ?? 'unknown') !== 'unknown';
  if (base.ids.length === 0 || base.ids.some(isStored)) return false;
  if (input.rules.repairs === 'none') return false;
  const isStoredOrder = base.source === 'stored' && input.rules.repairs === 'storedOrderOrConfiguredProfiles';
  return isStoredOrder || input.index.config.configured.has(input.key);
}

/** Those that are ready, then those that are cooling down or disabled, soonest back first. */
function sortCandidates(input: SelectionInput, ids: readonly ProfileId[], isExplicit: boolean): ProfileId[] {
  const ready = ids.filter((id) => unusableUntil(input, id) === null);
  const waiting = ids.filter((id) => unusableUntil(input, id) !== null);
  const sorted = isExplicit ? ready : ready.toSorted((a, b) => compareReady(input, a, b));
  const soonestFirst = waiting.toSorted((a, b) => (unusableUntil(input, a) ?? 0) - (unusableUntil(input, b) ?? 0));
  return [...sorted, ...soonestFirst];
}

const TYPE_RANK = { oauth: 0, token: 1, api_key: 2, unknown: 3 } as const;

function compareReady(input: SelectionInput, a: ProfileId, b: ProfileId): number {
  return (
    rank(input, a) - rank(input, b) ||
    lateRank(input, a) - lateRank(input, b) ||
    lastUsed(input, a) - lastUsed(input, b)
  );
}

function rank(input: SelectionInput, id: ProfileId): number {
  return TYPE_RANK[input.set.profiles.get(id)?.type ?? 'unknown'];
}

function lateRank(input: SelectionInput, id: ProfileId): number {
  const profile = input.set.profiles.get(id);
  if (!input.rules.expiredOAuthLast || profile?.type !== 'oauth') return 0;
  return profile.expiry.kind === 'at' && profile.expiry.unixMs <= input.now ? 1 : 0;
}

function lastUsed(input: SelectionInput, id: ProfileId): number {
  return input.set.usage.get(id)?.lastUsed ?? 0;
}

/** End of the longest active cooldown, block or disable of a profile; null when it can be used now. */
function unusableUntil(input: SelectionInput, id: ProfileId): number | null {
  const usage = input.set.usage.get(id);
  const provider = input.set.profiles.get(id)?.provider ?? '';
  if (!usage || input.rules.cooldownBypassed.has(canonicalProvider(input.rules, provider))) return null;
  const ends = unusableEnds(usage, input.rules).filter((end) => isActive(end, input.now));
  return ends.length === 0 ? null : Math.max(...ends);
}

function unusableEnds(usage: Usage, rules: SelectionRules): number[] {
  const ends = [usage.cooldownUntil, usage.disabledUntil, rules.blockedCounts ? usage.blockedUntil : null];
  return ends.filter((end): end is number => end !== null && !(rules.limitsDates && end > MAX_DATE_MS));
}

function waitingReason(input: SelectionInput, profile: Profile): ProfileReason {
  if (unusableUntil(input, profile.id) === null) return 'fallback';
  return isActive(input.set.usage.get(profile.id)?.disabledUntil, input.now) ? 'disabled' : 'coolingDown';
}
