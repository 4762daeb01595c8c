import type { ProfileId } from '../domain/ids.ts';
import type { ProfileReason } from '../domain/selection.ts';
import type { ProviderStatus } from '../domain/status.ts';

export type Move = 'first' | 'up' | 'down';

/** Not tried for a reason that a renewal or a repair takes away. */
const COMES_BACK: ReadonlySet<ProfileReason> = new Set<ProfileReason>([
  'expired',
  'missingCredential',
  'invalidExpires',
  'dormant',
]);

/**
 * The sequence that a move changes. An order that is set, as it stands: what cools down is tried later and keeps its place in
 * it. Without one, what is tried, and behind it what will be tried again, or setting an order would shut that out for good.
 */
function orderOf({ order, profiles }: ProviderStatus): readonly ProfileId[] {
  const isThere = new Set(profiles.map((profile) => profile.id));
  const listed = [...new Set(order.listed)].filter((id) => isThere.has(id));
  if (listed.length > 0) return listed;
  const waiting = profiles.filter((profile) => COMES_BACK.has(profile.reason)).map((profile) => profile.id);
  return [...new Set([...order.profileIds, ...waiting])];
}

/**
 * The order after a move; null when the move changes nothing. One step passes one profile that is tried, or nothing would be
 * seen of it. A profile outside the order joins it at its head only.
 */
export function moveInOrder(provider: ProviderStatus, profileId: ProfileId, move: Move): readonly ProfileId[] | null {
  const order = orderOf(provider);
  const rest = order.filter((id) => id !== profileId);
  if (move === 'first') return order[0] === profileId ? null : [profileId, ...rest];
  const from = order.indexOf(profileId);
  const isTried = (id: ProfileId): boolean => provider.order.profileIds.includes(id);
  const neighbour =
    move === 'up' ? order.slice(0, Math.max(from, 0)).findLast(isTried) : order.slice(from + 1).find(isTried);
  if (from < 0 || neighbour === undefined) return null;
  return rest.toSpliced(rest.indexOf(neighbour) + (move === 'up' ? 0 : 1), 0, profileId);
}

/**
 * The order after the profile took the place of another one: what stood from there on moves on by one. Null when nothing changes,
 * or the place is of none that the order has.
 */
export function takePlace(
  provider: ProviderStatus,
  profileId: ProfileId,
  placeOf: ProfileId,
): readonly ProfileId[] | null {
  const order = orderOf(provider);
  const place = order.indexOf(placeOf);
  if (profileId === placeOf || place < 0) return null;
  return order.filter((id) => id !== profileId).toSpliced(place, 0, profileId);
}

/** Which moves change something, for every profile of a provider: {@link moveInOrder} for all at once, in linear time. */
export function listMoves(provider: ProviderStatus): (profileId: ProfileId, move: Move) => boolean {
  const order = orderOf(provider);
  const places = new Map(order.map((id, place) => [id, place]));
  const tried = new Set(provider.order.profileIds);
  const firstTried = order.findIndex((id) => tried.has(id));
  const lastTried = order.findLastIndex((id) => tried.has(id));
  return (profileId, move) => {
    const place = places.get(profileId);
    if (move === 'first') return place !== 0;
    if (place === undefined || firstTried < 0) return false;
    return move === 'up' ? firstTried < place : lastTried > place;
  };
}
