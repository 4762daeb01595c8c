import type { Node } from 'jsonc-parser';
import { createScanner } from 'jsonc-parser';
import { gapBefore, lineIndent, serializeJson, type JsonLayout, type JsonValue } from './jsonLayout.ts';

/** Replaces `length` UTF-16 units at `offset`; everything outside stays as it is. */
export interface SpanEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Applies edits that do not overlap. */
export function applySpanEdits(text: string, edits: readonly SpanEdit[]): string {
  return edits
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((done, edit) => done.slice(0, edit.offset) + edit.text + done.slice(edit.offset + edit.length), text);
}

export function replaceNode(text: string, node: Node, value: JsonValue, layout: JsonLayout): SpanEdit {
  const indent = lineIndent(text, node.offset);
  return { offset: node.offset, length: node.length, text: serializeJson(value, layout, indent) };
}

/**
 * Adds a member as the last one, spaced like the one before it. Into an object without members it is set in such a way
 * that {@link removeChild} restores the object byte for byte.
 */
export function appendMember(
  text: string,
  object: Node,
  key: string,
  value: JsonValue,
  layout: JsonLayout,
): readonly SpanEdit[] {
  const last = object.children?.at(-1);
  if (last === undefined) return [intoEmpty(text, object, key, value, layout)];
  const gap = gapBefore(text, last.offset);
  const isOwnLine = gap.includes('\n');
  const indent = isOwnLine ? gap.slice(gap.indexOf('\n') + 1) : '';
  const content = gap + serializeMember(key, value, isOwnLine ? layout : { ...layout, indent: null }, indent);
  const end = endOf(last);
  const tail = tailOf(text, end);
  if (tail.commaAt !== null) return [{ offset: tail.offset, length: 0, text: `${content},` }];
  if (tail.offset === end) return [{ offset: end, length: 0, text: `,${content}` }];
  return [
    { offset: end, length: 0, text: ',' },
    { offset: tail.offset, length: 0, text: content },
  ];
}

function intoEmpty(text: string, object: Node, key: string, value: JsonValue, layout: JsonLayout): SpanEdit {
  const offset = object.offset + 1;
  const indent = lineIndent(text, object.offset);
  const isTight = object.length === 2;
  if (!isTight || layout.indent === null)
    return { offset, length: 0, text: serializeMember(key, value, layout, indent) };
  const inner = indent + layout.indent;
  const member = serializeMember(key, value, layout, inner);
  return { offset, length: 0, text: `${layout.eol}${inner}${member}${layout.eol}${indent}` };
}

function serializeMember(key: string, value: JsonValue, layout: JsonLayout, indent: string): string {
  return `${JSON.stringify(key)}${layout.colon}${serializeJson(value, layout, indent)}`;
}

/** Takes out one property of an object or one element of an array, with the comma that belongs to it. Comments stay. */
export function removeChild(text: string, parent: Node, child: Node): SpanEdit {
  const siblings = parent.children ?? [];
  const index = siblings.indexOf(child);
  const previous = siblings[index - 1];
  const next = siblings[index + 1];
  const end = endOf(child);
  if (next !== undefined)
    return span(child.offset, isBlankList(text, end, next.offset) ? next.offset : afterComma(text, end));
  if (previous !== undefined)
    return isBlankList(text, endOf(previous), child.offset)
      ? span(endOf(previous), end)
      : span(child.offset, afterComma(text, end));
  const inside = span(parent.offset + 1, endOf(parent) - 1);
  const isAlone =
    isBlankList(text, inside.offset, child.offset) && isBlankList(text, end, inside.offset + inside.length);
  const isTight = child.offset === inside.offset && afterComma(text, end) === end;
  // Set tight behind the brace, it leaves what stood there before it came; otherwise nothing is left.
  return isAlone && !isTight ? inside : span(child.offset, afterComma(text, end));
}

function span(from: number, to: number): SpanEdit {
  return { offset: from, length: to - from, text: '' };
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

/** White space and commas only, so no comment. */
function isBlankList(text: string, from: number, to: number): boolean {
  return /^[\s,]*$/.test(text.slice(from, to));
}

/** The offset behind the comma that follows, or `offset` where none does. */
function afterComma(text: string, offset: number): number {
  const { commaAt } = tailOf(text, offset);
  return commaAt === null ? offset : commaAt + 1;
}

/** What follows a child on its line: its comma and comments. */
function tailOf(text: string, end: number): { offset: number; commaAt: number | null } {
  const scanner = createScanner(text, false);
  scanner.setPosition(end);
  let offset = end;
  let commaAt: number | null = null;
  for (;;) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    const after = start + scanner.getTokenLength();
    const token = text.slice(start, after);
    if (token === ',' && commaAt === null) commaAt = start;
    else if (/^[ \t]+$/.test(token)) continue;
    else if (!token.startsWith('//') && !token.startsWith('/*')) return { offset, commaAt };
    offset = after;
  }
}
