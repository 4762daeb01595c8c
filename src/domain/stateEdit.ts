import type { Node } from 'jsonc-parser';
import { malformed, openForEdit } from './editableDocument.ts';
import type { ProfileId } from './ids.ts';
import { memberOf, membersOf, stringOf, type Member } from './jsonTree.ts';
import { appendMember, applySpanEdits, removeChild, replaceNode } from './spanEdit.ts';

/** What `auth-state.json` holds before anything is noted in it. */
export const NEW_STATE_DOCUMENT = '{\n  "version": 1\n}\n';

/** Which order entry is the provider's; keys that mean the same provider are one to the gateway. */
export interface OrderKey {
  /** The key for an entry that is not there yet. */
  readonly provider: string;
  readonly isMeant: (key: string) => boolean;
}

/** Makes `profileIds` the stored order; none clears it, as with the CLI. Returns `text` itself where it is already. Throws `storeMalformed`. */
export function setOrder(text: string, path: string, key: OrderKey, profileIds: readonly ProfileId[]): string {
  if (profileIds.length === 0) return clearOrder(text, path, key);
  const [first, second] = meantMembers(text, path, key);
  if (second !== undefined) return setOrder(removeFrom(text, path, 'order', second.key), path, key, profileIds);
  const { root, layout } = openForEdit(text, path);
  const order = memberOf(root, 'order')?.value;
  if (order === undefined)
    return applySpanEdits(text, appendMember(text, root, 'order', { [key.provider]: profileIds }, layout));
  if (order.type !== 'object') throw malformed(path, 'notAnObject', text, order.offset);
  if (first === undefined) return applySpanEdits(text, appendMember(text, order, key.provider, profileIds, layout));
  const { value } = first;
  if (isList(value, profileIds)) return text;
  const isOneLine =
    value.type === 'array' && (value.children ?? []).length > 0 && !sourceOf(text, value).includes('\n');
  return applySpanEdits(text, [replaceNode(text, value, profileIds, isOneLine ? { ...layout, indent: null } : layout)]);
}

/** Takes the provider's stored order away, and `order` itself when it was the last one in it. Throws `storeMalformed`. */
export function clearOrder(text: string, path: string, key: OrderKey): string {
  const [first] = meantMembers(text, path, key);
  return first === undefined ? text : clearOrder(removeFrom(text, path, 'order', first.key), path, key);
}

/**
 * Takes out what refers to a profile: its place in every order, `lastGood`, and its usage. Containers that become empty go
 * too, as when the gateway removes a provider's profiles (2026.6.1). Throws `storeMalformed`.
 */
export function removeReferences(text: string, path: string, profileId: ProfileId): string {
  const { root } = openForEdit(text, path);
  if (memberOf(memberOf(root, 'usageStats')?.value, profileId) !== undefined)
    return removeReferences(removeFrom(text, path, 'usageStats', profileId), path, profileId);
  const good = membersOf(memberOf(root, 'lastGood')?.value).find(({ value }) => stringOf(value) === profileId);
  if (good !== undefined) return removeReferences(removeFrom(text, path, 'lastGood', good.key), path, profileId);
  for (const { key, value } of membersOf(memberOf(root, 'order')?.value)) {
    const item = value.type === 'array' ? value.children?.find((child) => stringOf(child) === profileId) : undefined;
    if (item === undefined) continue;
    const rest =
      value.children?.length === 1
        ? removeFrom(text, path, 'order', key)
        : applySpanEdits(text, [removeChild(text, value, item)]);
    return removeReferences(rest, path, profileId);
  }
  return text;
}

function meantMembers(text: string, path: string, key: OrderKey): Member[] {
  const { root } = openForEdit(text, path);
  return membersOf(memberOf(root, 'order')?.value).filter((member) => key.isMeant(member.key));
}

function removeFrom(text: string, path: string, container: string, key: string): string {
  const { root } = openForEdit(text, path);
  const outer = memberOf(root, container);
  const inner = memberOf(outer?.value, key);
  if (outer === undefined || inner === undefined) return text;
  const isLast = outer.value.children?.length === 1;
  const edit = isLast ? removeChild(text, root, outer.property) : removeChild(text, outer.value, inner.property);
  return applySpanEdits(text, [edit]);
}

function isList(node: Node, texts: readonly string[]): boolean {
  const items = node.type === 'array' ? (node.children ?? []) : null;
  return items?.length === texts.length && items.every((item, index) => stringOf(item) === texts[index]);
}

function sourceOf(text: string, node: Node): string {
  return text.slice(node.offset, node.offset + node.length);
}
