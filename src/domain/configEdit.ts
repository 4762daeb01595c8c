import type { Node } from 'jsonc-parser';
import { AppError } from './errors.ts';
import type { ProfileId } from './ids.ts';
import { detectLayout, type JsonLayout, type JsonValue } from './jsonLayout.ts';
import { memberOf, membersOf, nodeAt, parseJsonTree, stringOf } from './jsonTree.ts';
import { isAtLeast, type Release } from './release.ts';
import { canonicalProvider, selectionRules, spelledProvider } from './selectionRules.ts';
import { appendMember, applySpanEdits, removeChild, replaceNode } from './spanEdit.ts';

/** A profile as `auth.profiles` names it. */
export interface ConfiguredProfile {
  readonly profileId: ProfileId;
  readonly provider: string;
  readonly mode: 'token' | 'api_key';
}

/**
 * What `paste-token` and `paste-api-key` of that release do to `auth` in `openclaw.json`, as edits of its text: the profile's
 * entry, and its first place in the provider's order (measured with 2026.2.3, 2026.4.15 and 2026.6.1). `text` null: no
 * configuration yet. Returns the same text where nothing changes. Throws `configUnreadable` {path, reason, offset} for a text
 * that is not JSON with comments (other JSON5 is read, and left alone), that includes other files, or has a key twice.
 */
export function configureProfile(
  text: string | null,
  path: string,
  profile: ConfiguredProfile,
  release: Release,
): string {
  const withAuth = ensureObjects(text ?? '{}\n', path);
  return setFirst(setEntry(withAuth, path, profile), path, profile, release);
}

/** What `models auth logout` does (2026.9.6; earlier releases have no such command): the entry and its places in every order. */
export function unconfigureProfile(text: string, path: string, profileId: ProfileId): string {
  const { root } = open(text, path);
  const profiles = nodeAt(root, 'auth', 'profiles');
  const entry = memberOf(profiles, profileId);
  if (profiles !== undefined && entry !== undefined)
    return unconfigureProfile(applySpanEdits(text, [removeChild(text, profiles, entry.property)]), path, profileId);
  const order = nodeAt(root, 'auth', 'order');
  for (const { property, value } of membersOf(order)) {
    const item = itemsOf(value).find((child) => stringOf(child) === profileId);
    if (order === undefined || item === undefined) continue;
    const edit = itemsOf(value).length === 1 ? removeChild(text, order, property) : removeChild(text, value, item);
    return unconfigureProfile(applySpanEdits(text, [edit]), path, profileId);
  }
  return text;
}

function open(text: string, path: string): { root: Node; layout: JsonLayout } {
  const refuse = (reason: string, offset: number | null): AppError =>
    new AppError('configUnreadable', { path, reason, offset });
  const parsed = parseJsonTree(text, 'jsonc');
  if (parsed.kind === 'empty') throw refuse('syntax', 0);
  if (parsed.kind === 'malformed') throw refuse(parsed.problem, parsed.offset);
  const { root, duplicateKeyAt } = parsed.tree;
  if (duplicateKeyAt !== null) throw refuse('duplicateKey', duplicateKeyAt);
  if (root.type !== 'object') throw refuse('notAnObject', root.offset);
  const auth = memberOf(root, 'auth')?.value;
  const include = [root, auth, ...['profiles', 'order'].map((key) => nodeAt(auth, key))]
    .map((node) => memberOf(node, '$include')?.property)
    .find((property) => property !== undefined);
  if (include !== undefined) throw refuse('include', include.offset);
  for (const node of [auth, nodeAt(auth, 'profiles'), nodeAt(auth, 'order')])
    if (node !== undefined && node.type !== 'object') throw refuse('notAnObject', node.offset);
  return { root, layout: detectLayout(text, root) };
}

/** `auth.profiles` is there afterwards. */
function ensureObjects(text: string, path: string): string {
  const { root, layout } = open(text, path);
  const auth = memberOf(root, 'auth')?.value;
  if (auth === undefined) return applySpanEdits(text, appendMember(text, root, 'auth', { profiles: {} }, layout));
  if (memberOf(auth, 'profiles') !== undefined) return text;
  return applySpanEdits(text, appendMember(text, auth, 'profiles', {}, layout));
}

function setEntry(text: string, path: string, { profileId, provider, mode }: ConfiguredProfile): string {
  return [
    ['provider', provider],
    ['mode', mode],
  ].reduce((result, [key = '', value = '']) => {
    const { root } = open(result, path);
    const profiles = nodeAt(root, 'auth', 'profiles');
    const entry = memberOf(profiles, profileId)?.value;
    if (entry?.type !== 'object') return setMember(result, path, ['auth', 'profiles'], profileId, { provider, mode });
    return setMember(result, path, ['auth', 'profiles', profileId], key, value);
  }, text);
}

function setFirst(text: string, path: string, profile: ConfiguredProfile, release: Release): string {
  const { root } = open(text, path);
  const { key, isMeant } = orderKeyOf(profile.provider, release);
  const lists = membersOf(nodeAt(root, 'auth', 'order')).filter((member) => isMeant(member.key));
  const listed = lists.flatMap(({ value }) => itemsOf(value).map((item) => stringOf(item) ?? ''));
  const others = lists.length > 0 ? listed : otherModes(root, profile, release, isMeant);
  if (others === null) return text;
  const ids = [...new Set([profile.profileId, ...others])];
  if (nodeAt(root, 'auth', 'order') === undefined) return setMember(text, path, ['auth'], 'order', { [key]: ids });
  // Other spellings of the provider become one list.
  const kept = lists
    .filter((list) => list.key !== key)
    .reduce((result, list) => removeMember(result, path, ['auth', 'order'], list.key), text);
  return setMember(kept, path, ['auth', 'order'], key, ids);
}

/** 2026.2.3 knows only the key that is spelled like the provider. */
function orderKeyOf(provider: string, release: Release): { key: string; isMeant: (key: string) => boolean } {
  const rules = selectionRules(release);
  if (!isAtLeast(release, '2026.4.0')) {
    const key = spelledProvider(rules, provider);
    return { key, isMeant: (candidate) => candidate === key };
  }
  const key = canonicalProvider(rules, provider);
  return { key, isMeant: (candidate) => canonicalProvider(rules, candidate) === key };
}

/** Without an order, a second kind of credential gets one, so that the pasted one is used (from 2026.4 on). `null`: no order. */
function otherModes(
  root: Node,
  { profileId, mode }: ConfiguredProfile,
  release: Release,
  isMeant: (provider: string) => boolean,
): string[] | null {
  if (!isAtLeast(release, '2026.4.0')) return null;
  const configured = membersOf(nodeAt(root, 'auth', 'profiles')).filter(({ value }) =>
    isMeant(stringOf(memberOf(value, 'provider')?.value) ?? ''),
  );
  const isMixed = configured.some(
    ({ key, value }) => key !== profileId && stringOf(memberOf(value, 'mode')?.value) !== mode,
  );
  return isMixed ? configured.map(({ key }) => key) : null;
}

function setMember(text: string, path: string, parents: readonly string[], key: string, value: JsonValue): string {
  const { root, layout } = open(text, path);
  const parent = nodeAt(root, ...parents);
  if (parent === undefined) return text;
  const member = memberOf(parent, key);
  if (member === undefined) return applySpanEdits(text, appendMember(text, parent, key, value, layout));
  if (isSame(member.value, value)) return text;
  const isOneLine = !text.slice(member.value.offset, member.value.offset + member.value.length).includes('\n');
  return applySpanEdits(text, [
    replaceNode(text, member.value, value, isOneLine ? { ...layout, indent: null } : layout),
  ]);
}

function removeMember(text: string, path: string, parents: readonly string[], key: string): string {
  const parent = nodeAt(open(text, path).root, ...parents);
  const member = memberOf(parent, key);
  if (parent === undefined || member === undefined) return text;
  return applySpanEdits(text, [removeChild(text, parent, member.property)]);
}

function isSame(node: Node, value: JsonValue): boolean {
  if (!Array.isArray(value)) return stringOf(node) === value;
  const items = itemsOf(node);
  return (
    node.type === 'array' && items.length === value.length && items.every((item, at) => stringOf(item) === value[at])
  );
}

function itemsOf(node: Node): readonly Node[] {
  return node.type === 'array' ? (node.children ?? []) : [];
}
