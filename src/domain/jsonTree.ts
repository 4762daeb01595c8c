import type { Node, ParseError } from 'jsonc-parser';
import { createScanner, parseTree } from 'jsonc-parser';
import type { StoreProblem } from './snapshot.ts';

/** No store that OpenClaw writes comes near these; a hostile one must not cost memory or stack. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 64;

export interface JsonTree {
  readonly root: Node;
  /** Offset of the first key that stands twice in one object. `JSON.parse` lets the last one win; edits refuse. */
  readonly duplicateKeyAt: number | null;
}

export type ParsedTree =
  | { readonly kind: 'ok'; readonly tree: JsonTree }
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed'; readonly problem: StoreProblem; readonly offset: number | null };

/**
 * `json` accepts what `JSON.parse` accepts; `jsonc` also comments and trailing commas. Not `JSON.parse` itself: it hides
 * duplicate keys and offsets, its errors quote the input, and V8 13.6 misreads some escaped keys (nodejs/node #63785).
 */
export function parseJsonTree(text: string, dialect: 'json' | 'jsonc'): ParsedTree {
  if (text.length > MAX_DOCUMENT_BYTES) return { kind: 'malformed', problem: 'tooLarge', offset: null };
  if (/^[ \t\r\n]*$/.test(text)) return { kind: 'empty' };
  const tooDeepAt = findTooDeep(text);
  if (tooDeepAt !== null) return { kind: 'malformed', problem: 'tooDeep', offset: tooDeepAt };
  const errors: ParseError[] = [];
  const isJsonc = dialect === 'jsonc';
  const root = parseTree(text, errors, { disallowComments: !isJsonc, allowTrailingComma: isJsonc });
  const [error] = errors;
  if (root === undefined || error !== undefined)
    return { kind: 'malformed', problem: 'syntax', offset: error?.offset ?? 0 };
  return { kind: 'ok', tree: { root, duplicateKeyAt: findDuplicateKey(root) } };
}

/**
 * What can be made of a document that is being typed: comments, trailing commas and errors are passed over. `null` where there is
 * nothing, or more than may be looked at.
 */
export function parseLenientTree(text: string): Node | null {
  if (text.length > MAX_DOCUMENT_BYTES || findTooDeep(text) !== null) return null;
  return parseTree(text, [], { allowTrailingComma: true }) ?? null;
}

/** jsonc-parser recurses, so the depth is measured first, by its scanner, which does not. */
function findTooDeep(text: string): number | null {
  const scanner = createScanner(text, true);
  let depth = 0;
  // Only the end of the text is a token without length.
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const first = text[scanner.getTokenOffset()];
    if (first === '{' || first === '[') depth += 1;
    else if (first === '}' || first === ']') depth -= 1;
    if (depth > MAX_DEPTH) return scanner.getTokenOffset();
  }
  return null;
}

function findDuplicateKey(node: Node): number | null {
  // Most nodes are leaves, and a large store has many.
  if (node.children === undefined) return null;
  const seen = new Set<string>();
  for (const { key, property } of membersOf(node)) {
    if (seen.has(key)) return property.offset;
    seen.add(key);
  }
  for (const child of node.children) {
    const inside = findDuplicateKey(child);
    if (inside !== null) return inside;
  }
  return null;
}

/** One `key: value` of an object, with the node of the whole property. */
export interface Member {
  readonly key: string;
  readonly value: Node;
  readonly property: Node;
}

/** In document order; a key that stands twice appears twice. Empty for anything but an object. */
export function membersOf(node: Node | undefined): Member[] {
  if (node?.type !== 'object') return [];
  const members: Member[] = [];
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key !== undefined && value !== undefined) members.push({ key: String(key.value), value, property });
  }
  return members;
}

/** The member that counts: the last one with that key. */
export function memberOf(node: Node | undefined, key: string): Member | undefined {
  return membersOf(node).findLast((member) => member.key === key);
}

/** Walks into objects by key. */
export function nodeAt(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  return keys.reduce<Node | undefined>((at, key) => memberOf(at, key)?.value, node);
}

/** The members of an object as a map, the last of equal keys winning, as in `JSON.parse`. `__proto__` is a key like any other. */
export function fieldsOf(node: Node): ReadonlyMap<string, Node> {
  return new Map(membersOf(node).map(({ key, value }) => [key, value]));
}

export function stringOf(node: Node | undefined): string | null {
  return node?.type === 'string' ? String(node.value) : null;
}

/** `null` where the value is not a finite number (`1e999` is infinite). */
export function numberOf(node: Node | undefined): number | null {
  const value: unknown = node?.type === 'number' ? node.value : null;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
