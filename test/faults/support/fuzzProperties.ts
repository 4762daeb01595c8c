import { parseTree, type Node } from 'jsonc-parser';
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../../src/domain/errors.ts';
import { membersOf, parseJsonTree } from '../../../src/domain/jsonTree.ts';
import type { ReadingRules } from '../../../src/domain/readingRules.ts';
import { applyEdit, isObject, modelEdit, type Edit } from './fuzzEdit.ts';

export interface Examined {
  readonly kind: 'edited' | 'same' | 'refused' | 'notUtf8';
  readonly text: string | null;
  readonly problems: readonly string[];
}

const REFUSALS = new Set(['storeMalformed', 'credentialInvalid', 'changeConflict', 'profileMissing']);
/** A machine that is busy with other things takes its time, too. */
const SLOW_MS = 2_000;

/** One edit of one file's bytes, and everything that must hold for it. */
export function examine(bytes: Buffer, edit: Edit, rules: ReadingRules): Examined {
  const text = decode(bytes);
  if (text === null) return { kind: 'notUtf8', text: null, problems: [] };
  const start = performance.now();
  const result = attempt(text, edit, rules);
  const problems = performance.now() - start > SLOW_MS ? ['it takes too long'] : [];
  if (result instanceof Error)
    return { kind: 'refused', text: null, problems: [...problems, ...refusalProblems(result)] };
  const found = [
    ...problems,
    ...syntaxProblems(text),
    ...keptProblems(text, result, edit),
    ...modelProblems(text, result, edit),
  ];
  return {
    kind: result === text ? 'same' : 'edited',
    text: result,
    problems: [...found, ...inverseProblems(text, result, edit, rules)],
  };
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function attempt(text: string, edit: Edit, rules: ReadingRules): string | Error {
  try {
    return applyEdit(text, edit, rules);
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

/** (d): a refusal is one of ours and says why; anything else is a crash. */
function refusalProblems(error: Error): string[] {
  return error instanceof AppError && REFUSALS.has(error.code) ? [] : [`it threw ${String(error.stack)}`];
}

/** What the gateway rejects, and a key that stands twice, is not edited. */
function syntaxProblems(text: string): string[] {
  const parsed = parseJsonTree(text, 'json');
  if (parsed.kind === 'ok' && parsed.tree.duplicateKeyAt !== null) return ['a key stands twice, and it was edited'];
  try {
    JSON.parse(text);
    return [];
  } catch {
    return ['it is not JSON, and it was edited'];
  }
}

/** (a): every byte of every member that the edit does not name is still there, in its place. */
function keptProblems(before: string, after: string, edit: Edit): string[] {
  const named = namedMembers(before, edit);
  const [kept, now] = [others(before, named), others(after, named)];
  return isDeepStrictEqual(kept, now)
    ? []
    : [`other members changed:\n    ${kept.join('\n    ')}\n    →\n    ${now.join('\n    ')}`];
}

const CONTAINERS = ['profiles', 'order', 'lastGood', 'usageStats'];
const keyOf = (container: string, key: string): string => `${container}\0${key}`;

/** The members, by container and key, that the edit may touch. */
function namedMembers(before: string, edit: Edit): ReadonlySet<string> {
  if (edit.kind === 'order') return new Set([keyOf('order', edit.provider)]);
  const named = new Set([keyOf('profiles', edit.id)]);
  if (edit.kind === 'put') return named;
  for (const { key: container, value } of membersOf(parseTree(before)))
    for (const { key, value: item } of membersOf(value))
      if (container !== 'profiles' && (key === edit.id || textsOf(item).includes(edit.id)))
        named.add(keyOf(container, key));
  return named;
}

const textsOf = (node: Node): unknown[] => [
  node.value,
  ...(node.children ?? []).map((child) => child.value as unknown),
];

/** The source of every other member, in document order. */
function others(text: string, named: ReadonlySet<string>): string[] {
  const source = ({ offset, length }: Node): string => text.slice(offset, offset + length);
  return membersOf(parseTree(text)).flatMap(({ key: container, value, property }) =>
    CONTAINERS.includes(container) && value.type === 'object'
      ? membersOf(value).flatMap(({ key, property: inner }) =>
          named.has(keyOf(container, key)) ? [] : [source(inner)],
        )
      : [source(property)],
  );
}

/** (c): the text says what the same edit of the parsed document says, where `JSON.parse` is faithful. */
function modelProblems(before: string, after: string, edit: Edit): string[] {
  // Escapes in keys are what V8 13.6 misreads.
  if (before.includes('\\') || after.includes('\\')) return [];
  const document: unknown = JSON.parse(before);
  const expected = isObject(document) ? modelEdit(document, edit) : null;
  if (expected === null) return [];
  const found: unknown = JSON.parse(after);
  return isDeepStrictEqual(found, expected)
    ? []
    : [`it says ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`];
}

/** (b): taking out what was put in leaves the bytes from before. */
function inverseProblems(before: string, after: string, edit: Edit, rules: ReadingRules): string[] {
  if (edit.kind !== 'put') return [];
  const members = membersOf(parseTree(before));
  const profiles = members.find(({ key }) => key === 'profiles');
  if (profiles === undefined || membersOf(profiles.value).some(({ key }) => key === edit.id)) return [];
  const rest = members.filter(({ key }) => ['order', 'lastGood', 'usageStats'].includes(key));
  if (
    rest.some(({ value }) => before.slice(value.offset, value.offset + value.length).includes(JSON.stringify(edit.id)))
  )
    return [];
  const back = attempt(after, { kind: 'remove', id: edit.id }, rules);
  return back === before
    ? []
    : [`removing it again gives ${back instanceof Error ? String(back) : JSON.stringify(back)}`];
}
