import type { ProfileId } from '../domain/ids.ts';
import type { ProviderStatus } from '../domain/status.ts';

export type Move = 'first' | 'up' | 'down';

/**
 * The order after a move; null when the move changes nothing. A profile that is not tried yet joins the order. What the order
 * lists and the gateway cannot try now (an expired token) stays in it, at the end, ready for its renewal.
 */
export function moveInOrder(provider: ProviderStatus, profileId: ProfileId, move: Move): readonly ProfileId[] | null {
  const order = provider.order.profileIds;
  const from = order.indexOf(profileId);
  const rest = order.filter((id) => id !== profileId);
  const to = move === 'first' ? 0 : move === 'up' ? from - 1 : from + 1;
  if (from === to || to < 0 || to > rest.length || (from < 0 && move !== 'first')) return null;
  const tried = rest.toSpliced(to, 0, profileId);
  const isThere = new Set(provider.profiles.map((profile) => profile.id));
  return [...tried, ...provider.order.listed.filter((id) => !tried.includes(id) && isThere.has(id))];
}
