import type { Node } from 'jsonc-parser';

export type JsonValue = string | number | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How a document is spaced, so that what is put into it looks like the rest. */
export interface JsonLayout {
  /** One step of indentation; `null` where everything stands on one line. */
  readonly indent: string | null;
  readonly eol: '\n' | '\r\n';
  readonly colon: ':' | ': ';
}

/** The gateway's own: two spaces, LF. For documents that show nothing else. */
const DEFAULT_LAYOUT: JsonLayout = { indent: '  ', eol: '\n', colon: ': ' };

export function detectLayout(text: string, root: Node): JsonLayout {
  const first = root.children?.[0];
  if (first === undefined) return { ...DEFAULT_LAYOUT, eol: eolOf(text) };
  const gap = gapBefore(text, first.offset);
  const isCompact = !text.slice(root.offset, first.offset).includes('\n');
  return {
    indent: isCompact
      ? null
      : gap.replace(/^\r?\n/, '').slice(lineIndent(text, root.offset).length) || DEFAULT_LAYOUT.indent,
    eol: eolOf(text),
    colon: isTightColon(text, first) ? ':' : ': ',
  };
}

function eolOf(text: string): JsonLayout['eol'] {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

function isTightColon(text: string, property: Node): boolean {
  const [key, value] = property.children ?? [];
  return key !== undefined && value !== undefined && text.slice(key.offset + key.length, value.offset) === ':';
}

/** JSON text of `value`, spread over lines unless the layout is compact; further lines start with `lead`. */
export function serializeJson(value: JsonValue, layout: JsonLayout, lead: string): string {
  if (typeof value === 'string' || typeof value === 'number') return JSON.stringify(value);
  const inner = layout.indent === null ? '' : lead + layout.indent;
  const isArray = Array.isArray(value);
  const items = isArray
    ? (value as readonly JsonValue[]).map((item) => serializeJson(item, layout, inner))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}${layout.colon}${serializeJson(item, layout, inner)}`,
      );
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return open + close;
  if (layout.indent === null) return open + items.join(layout.colon === ':' ? ',' : ', ') + close;
  return `${open}${layout.eol}${inner}${items.join(`,${layout.eol}${inner}`)}${layout.eol}${lead}${close}`;
}

/** The white space in front of `offset`, from its line break on. */
export function gapBefore(text: string, offset: number): string {
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
  if (text[start - 1] === '\n') start -= text[start - 2] === '\r' ? 2 : 1;
  return text.slice(start, offset);
}

/** The white space at the start of the line on which `offset` stands. */
export function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  let end = start;
  while (end < offset && (text[end] === ' ' || text[end] === '\t')) end += 1;
  return text.slice(start, end);
}
