import type { Node } from 'jsonc-parser';
import type { Credential, Profile } from './credential.ts';
import { readCredential, readEntry } from './credentialEntry.ts';
import type { Fingerprinter, ProfileId } from './ids.ts';
import { profileId } from './ids.ts';
import { memberOf, membersOf, nodeAt, parseJsonTree } from './jsonTree.ts';
import { inObjectOrder } from './objectOrder.ts';
import type { ReadingRules } from './readingRules.ts';
import type { ProfileSet, StoreProblem, UnreadableEntry } from './snapshot.ts';
import { EMPTY_PROFILE_SET } from './snapshot.ts';
import { readState } from './stateDocument.ts';

export type ParsedDocument =
  | { readonly kind: 'ok'; readonly set: ProfileSet }
  /** No bytes but white space. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed'; readonly problem: StoreProblem; readonly offset: number | null };

/**
 * The credentials document: `auth-profiles.json`, or its text in a database. Also reads `order`, `lastGood` and `usageStats`,
 * which stand in it up to 2026.3.x and which later releases still read there. A profile id that stands twice is read as the
 * gateway reads it (the last one wins) and also listed as unreadable, because it cannot be edited. A document without
 * `profiles` holds nothing for the gateway. A byte order mark is a syntax error, as it is for the gateway (2026.2.3, 2026.6.1).
 */
export function parseStoreDocument(text: string, fingerprint: Fingerprinter, rules: ReadingRules): ParsedDocument {
  const parsed = parseJsonTree(text, 'json');
  if (parsed.kind !== 'ok') return parsed;
  const { root } = parsed.tree;
  if (root.type !== 'object') return { kind: 'malformed', problem: 'notAnObject', offset: root.offset };
  const profiles = memberOf(root, 'profiles')?.value;
  if (profiles === undefined) return { kind: 'ok', set: EMPTY_PROFILE_SET };
  if (profiles.type !== 'object') return { kind: 'malformed', problem: 'notAnObject', offset: profiles.offset };
  return { kind: 'ok', set: { ...readProfiles(profiles, fingerprint, rules), ...readState(root, rules) } };
}

function readProfiles(
  node: Node,
  fingerprint: Fingerprinter,
  rules: ReadingRules,
): Pick<ProfileSet, 'profiles' | 'unreadable'> {
  const profiles = new Map<ProfileId, Profile>();
  const unreadable = new Map<ProfileId, UnreadableEntry>();
  const seen = new Set<ProfileId>();
  for (const { key, value } of membersOf(node)) {
    const id = profileId(key);
    const entry = readEntry(id, value, fingerprint, rules);
    if (entry.kind === 'profile') profiles.set(id, entry.profile);
    else profiles.delete(id);
    if (seen.has(id)) unreadable.set(id, { id, why: 'duplicateKey' });
    else if (entry.kind === 'unreadable') unreadable.set(id, { id, why: entry.why });
    seen.add(id);
  }
  return { profiles: inObjectOrder(profiles), unreadable: [...unreadable.values()] };
}

/** The value of an `api_key` or `token` profile. `null`: absent, a ref, OAuth, or a document that cannot be read. */
export function extractCredential(text: string, id: ProfileId, rules: ReadingRules): Credential | null {
  const parsed = parseJsonTree(text, 'json');
  const node = parsed.kind === 'ok' ? nodeAt(parsed.tree.root, 'profiles', id) : undefined;
  return node === undefined ? null : readCredential(node, rules);
}

/** Which of the two comes first where both have something for a provider. */
export type Inheritance = 'sharedFirst' | 'ownFirst';

/**
 * What an agent sees: the shared profiles with its own over them, by profile id; order, last good profile and usage likewise, by
 * key. What is noted about a profile that neither has is dropped. `sharedFirst` up to 2026.6.1; with `ownFirst` (the
 * releases with SQLite) the agent's profiles come first, also before a shared order of a provider for which it has no order itself.
 */
export function mergeInherited(
  own: ProfileSet,
  shared: ProfileSet,
  inheritance: Inheritance = 'sharedFirst',
): ProfileSet {
  const isOwnFirst = inheritance === 'ownFirst';
  // Releases drop an entry of a type that they do not know, so it hides nothing and holds no place.
  const isKnown = ({ type }: Profile): boolean => type !== 'unknown';
  const known = new Set([...shared.profiles.values()].filter(isKnown).map(({ id }) => id));
  const isHidden = (profile: Profile): boolean => !isKnown(profile) && known.has(profile.id);
  const hidden = [...own.profiles.values()].filter(isHidden);
  const owned = new Map([...own.profiles].filter(([, profile]) => !isHidden(profile)));
  const inherited = [...shared.profiles.values()].map((profile) => ({ ...profile, origin: 'inherited' as const }));
  const profiles = new Map<ProfileId, Profile>([
    ...(isOwnFirst ? owned : []),
    ...byId(inherited.filter(isKnown)),
    ...owned,
    ...byId(inherited.filter((profile) => !isKnown(profile) && !owned.has(profile.id))),
  ]);
  const sharedOrder = isOwnFirst ? putOwnFirst(shared.order, owned) : shared.order;
  return {
    profiles: inObjectOrder(profiles),
    unreadable: [...own.unreadable, ...hidden.map(({ id }) => ({ id, why: 'unknownType' as const }))],
    order: new Map([...sharedOrder, ...own.order]),
    lastGood: keep([...shared.lastGood, ...own.lastGood], ([, id]) => profiles.has(id)),
    usage: keep([...shared.usage, ...own.usage], ([id]) => profiles.has(id)),
  };
}

function byId(profiles: readonly Profile[]): (readonly [ProfileId, Profile])[] {
  return profiles.map((profile) => [profile.id, profile]);
}

function putOwnFirst(order: ProfileSet['order'], own: ProfileSet['profiles']): ProfileSet['order'] {
  const nameOf = (provider: string): string => provider.trim().toLowerCase();
  const ownIds = new Map<string, ProfileId[]>();
  for (const { id, provider } of own.values()) {
    const ids = ownIds.get(nameOf(provider)) ?? [];
    ids.push(id);
    ownIds.set(nameOf(provider), ids);
  }
  const withOwn = [...order].map(
    ([provider, ids]) => [provider, [...new Set([...(ownIds.get(nameOf(provider)) ?? []), ...ids])]] as const,
  );
  return new Map(withOwn);
}

function keep<K, V>(entries: readonly (readonly [K, V])[], isKept: (entry: readonly [K, V]) => boolean): Map<K, V> {
  return new Map([...new Map(entries)].filter(isKept));
}
