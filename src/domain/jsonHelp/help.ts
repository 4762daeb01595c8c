import { findNodeAtOffset, getNodePath, type Node } from 'jsonc-parser';
import { isLiteralSecret } from '../credentialEntry.ts';
import { MAX_DATE_MS } from '../health.ts';
import { membersOf, numberOf, parseLenientTree, stringOf } from '../jsonTree.ts';
import { prefixOf, type KnownPrefix } from '../tokenIntake.ts';
import type { HelpedDocument } from './documents.ts';
import { fieldAt, isSecretPath, isTimePath, type Field } from './fields.ts';

/** A piece of the text, in UTF-16 units. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What a credential is, without anything of it. */
export interface SecretShape {
  /** Of a literal one: which kind begins like that; constants only. `null`: a beginning that is not known. */
  readonly kind: KnownPrefix | null;
  readonly length: number;
  /** It names where the credential is found, in the place of the credential. */
  readonly isReference: boolean;
}

/** What is said where the pointer rests. No value of the document is in it but times. */
export interface FieldHelp {
  readonly field: Field;
  readonly place: Place;
  /** Unix ms; only of a time that a date can hold. */
  readonly unixMs: number | null;
  readonly secret: SecretShape | null;
}

export interface DateHint {
  /** Behind the number. */
  readonly offset: number;
  readonly unixMs: number;
  /** Whether the past is bad news: something has run out, instead of having happened. */
  readonly isEnd: boolean;
}

const PASSED: readonly string[] = ['lastUsed', 'lastFailureAt', 'lastProbeAt'];

/** What stands at an offset; `null` where nothing of ours does. */
export function helpAt(text: string, document: HelpedDocument, offset: number): FieldHelp | null {
  const root = parseLenientTree(text);
  const found = root === null ? undefined : findNodeAtOffset(root, offset);
  if (found === undefined) return null;
  const value = valueOf(found);
  const path = getNodePath(value);
  const field = fieldAt(document, path);
  if (field === null) return null;
  return {
    field,
    place: placeOf(found),
    unixMs: isTimePath(document, path) ? timeOf(value) : null,
    secret: isSecretPath(document, path) ? shapeOf(value) : null,
  };
}

/** A key stands for its value. */
function valueOf(node: Node): Node {
  const property = node.type === 'property' ? node : node.parent;
  if (property?.type !== 'property') return node;
  return property.children?.[1] ?? node;
}

function shapeOf(node: Node): SecretShape | null {
  const text = stringOf(node);
  if (text === null) return node.type === 'object' ? { kind: null, length: 0, isReference: true } : null;
  const isReference = text.trim() !== '' && !isLiteralSecret(text);
  return { kind: isReference ? null : prefixOf(text), length: text.length, isReference };
}

function timeOf(node: Node): number | null {
  const unixMs = numberOf(node);
  return unixMs !== null && unixMs > 1 && unixMs <= MAX_DATE_MS ? unixMs : null;
}

/** The times of a part of the text. Everything is parsed, and little of it looked at. */
export function dateHints(text: string, document: HelpedDocument, { offset, length }: Place): readonly DateHint[] {
  const root = document === 'config' ? null : parseLenientTree(text);
  const entries = ['profiles', 'usageStats'].flatMap((part) =>
    membersOf(root ?? undefined)
      .filter(({ key }) => key === part)
      .flatMap(({ value }) => membersOf(value)),
  );
  const fields = entries
    .filter(({ property }) => property.offset <= offset + length && property.offset + property.length >= offset)
    .flatMap(({ value }) => membersOf(value));
  return fields.flatMap(({ key, value }) => {
    const unixMs = isTimePath(document, getNodePath(value)) ? timeOf(value) : null;
    return unixMs === null ? [] : [{ offset: value.offset + value.length, unixMs, isEnd: !PASSED.includes(key) }];
  });
}

export function placeOf({ offset, length }: Node): Place {
  return { offset, length };
}
