import type { Node } from 'jsonc-parser';
import type { ProfileId, ProviderId } from './ids.ts';
import { profileId, providerId } from './ids.ts';
import { fieldsOf, memberOf, membersOf, numberOf, parseJsonTree, stringOf } from './jsonTree.ts';
import { isDroppedId, type ReadingRules } from './readingRules.ts';
import type { ProfileSet, StoreProblem, Usage } from './snapshot.ts';

/** What the gateway keeps about the use of profiles. */
export type AuthState = Pick<ProfileSet, 'order' | 'lastGood' | 'usage'>;

export type ParsedState =
  | { readonly kind: 'ok'; readonly state: AuthState }
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed'; readonly problem: StoreProblem; readonly offset: number | null };

/** The state document: `auth-state.json` (2026.4.x to 2026.6.1), or its text in a database. */
export function parseStateDocument(text: string, rules: ReadingRules): ParsedState {
  const parsed = parseJsonTree(text, 'json');
  if (parsed.kind !== 'ok') return parsed;
  const { root } = parsed.tree;
  if (root.type !== 'object') return { kind: 'malformed', problem: 'notAnObject', offset: root.offset };
  return { kind: 'ok', state: readState(root, rules) };
}

/** The state inside an already parsed document. Entries of a wrong kind are dropped, as the gateway does. */
export function readState(root: Node, rules: ReadingRules): AuthState {
  return { order: readOrder(root, rules), lastGood: readLastGood(root), usage: readUsage(root, rules) };
}

/** State from two places, the later one winning by key: 2026.4.x to 2026.6.1 still read what stands beside the credentials. */
export function mergeState(base: AuthState, over: AuthState): AuthState {
  return {
    order: new Map([...base.order, ...over.order]),
    lastGood: new Map([...base.lastGood, ...over.lastGood]),
    usage: new Map([...base.usage, ...over.usage]),
  };
}

function readOrder(root: Node, rules: ReadingRules): AuthState['order'] {
  const order = new Map<ProviderId, readonly ProfileId[]>();
  for (const { key, value } of membersOf(memberOf(root, 'order')?.value)) {
    if (value.type !== 'array') continue;
    const listed = (value.children ?? []).map((item) => stringOf(item)?.trim() ?? '');
    const ids = listed.filter((id) => id !== '' && !isDroppedId(id, rules));
    if (ids.length > 0) order.set(providerId(key), ids.map(profileId));
  }
  return order;
}

function readLastGood(root: Node): AuthState['lastGood'] {
  const lastGood = new Map<ProviderId, ProfileId>();
  for (const { key, value } of membersOf(memberOf(root, 'lastGood')?.value)) {
    const id = stringOf(value)?.trim() ?? '';
    if (id !== '') lastGood.set(providerId(key), profileId(id));
  }
  return lastGood;
}

function readUsage(root: Node, { normalizesUsage }: ReadingRules): AuthState['usage'] {
  const usage = new Map<ProfileId, Usage>();
  for (const { key, value } of membersOf(memberOf(root, 'usageStats')?.value)) {
    if (value.type !== 'object') continue;
    const id = normalizesUsage ? key.trim() : key;
    const isDropped = normalizesUsage && (id === '' || !saysAnything(value));
    if (!isDropped) usage.set(profileId(id), usageOf(value));
  }
  return usage;
}

const USAGE_NUMBERS = ['lastUsed', 'blockedUntil', 'cooldownUntil', 'disabledUntil', 'errorCount', 'lastFailureAt'];
const USAGE_TEXTS = [
  ...['blockedReason', 'blockedSource', 'blockedModel'],
  ...['cooldownReason', 'cooldownModel', 'disabledReason'],
];

/** Whether an entry has a field that the release knows. */
function saysAnything(node: Node): boolean {
  const fields = fieldsOf(node);
  return (
    USAGE_NUMBERS.some((name) => numberOf(fields.get(name)) !== null) ||
    USAGE_TEXTS.some((name) => (stringOf(fields.get(name)) ?? '').trim() !== '') ||
    (fields.get('failureCounts')?.children?.length ?? 0) > 0
  );
}

function usageOf(node: Node): Usage {
  const fields = fieldsOf(node);
  return {
    lastUsed: numberOf(fields.get('lastUsed')),
    blockedUntil: numberOf(fields.get('blockedUntil')),
    cooldownUntil: numberOf(fields.get('cooldownUntil')),
    cooldownModel: stringOf(fields.get('cooldownModel')),
    cooldownReason: stringOf(fields.get('cooldownReason')),
    disabledUntil: numberOf(fields.get('disabledUntil')),
    disabledReason: stringOf(fields.get('disabledReason')),
    errorCount: numberOf(fields.get('errorCount')) ?? 0,
  };
}
