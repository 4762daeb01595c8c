import type { SeenCredential, SeenOrder } from './change.ts';
import type { Profile } from './credential.ts';
import { AppError } from './errors.ts';
import type { ProfileId, ProviderId } from './ids.ts';
import { storedOrderOf } from './selection.ts';
import type { SelectionRules } from './selectionRules.ts';
import type { ProfileSet } from './snapshot.ts';
import type { ProviderStatus } from './status.ts';

/** What a change that the user decides on now has to expect of a profile. An inherited one is not there to be replaced. */
export function seenCredential(profile: Profile | null): SeenCredential | null {
  if (profile === null || profile.origin === 'inherited') return null;
  return profile.material.kind === 'value' ? profile.material.fingerprint : 'hidden';
}

/** What a change that the user decides on now has to expect of a provider's order in the store. */
export function seenOrder({ listedIn, listed }: ProviderStatus['order']): SeenOrder {
  return listedIn === 'stored' ? listed : null;
}

/** What a change expects to find, as far as that is all that is asked. */
export type Expectation =
  | { readonly profileId: ProfileId; readonly expected: SeenCredential | null }
  | { readonly provider: ProviderId; readonly expected: SeenOrder };

/**
 * `changeConflict` {profileId or provider, reason: exists | gone | changed | orderChanged} where the store, as the agent sees it
 * now, is not what the user decided about; `null` where it is. What is inherited stands in another store: for this one it is absent.
 */
export function findConflict(change: Expectation, seen: ProfileSet, rules: SelectionRules): AppError | null {
  if ('profileId' in change) return findProfileConflict(change.profileId, change.expected, seen);
  const { provider, expected } = change;
  const stored = storedOrderOf(seen.order, provider, rules);
  const isSame = stored === null ? expected === null : expected !== null && isEqual(stored, expected);
  return isSame ? null : new AppError('changeConflict', { provider, reason: 'orderChanged' });
}

function findProfileConflict(
  profileId: ProfileId,
  expected: SeenCredential | null,
  { profiles, unreadable }: ProfileSet,
): AppError | null {
  const conflict = (reason: string): AppError => new AppError('changeConflict', { profileId, reason });
  const found = profiles.get(profileId);
  const own = found?.origin === 'own' ? found : undefined;
  const isThere = own !== undefined || unreadable.some(({ id }) => id === profileId);
  if (expected === null) return isThere ? conflict('exists') : null;
  if (own === undefined) return conflict('gone');
  if (expected === 'hidden' || own.material.kind === 'hidden') return null;
  // A value that has become a reference, or nothing, is not what was seen either.
  const isSame = own.material.kind === 'value' && own.material.fingerprint === expected;
  return isSame ? null : conflict('changed');
}

function isEqual(stored: readonly ProfileId[], expected: readonly ProfileId[]): boolean {
  return stored.length === expected.length && stored.every((id, index) => id === expected[index]);
}
