import type { Node } from 'jsonc-parser';
import { isLiteralSecret, readEntry } from '../credentialEntry.ts';
import { fingerprint, profileId } from '../ids.ts';
import { fieldsOf, memberOf, membersOf, numberOf, parseLenientTree, stringOf } from '../jsonTree.ts';
import { WIDEST_READING } from '../readingRules.ts';
import { intakeCredential, type IntakeRefusal } from '../tokenIntake.ts';
import type { HelpedDocument } from './documents.ts';
import { isTimePath } from './fields.ts';
import { placeOf, type Place } from './help.ts';

/** What is wrong with a document, or will be to the gateway. Syntax is the editor's own business. */
export const JSON_PROBLEMS = [
  ...(['retired', 'notADocument', 'flatShape', 'duplicateKey', 'notAProfile', 'unknownType', 'noProvider'] as const),
  ...(['noCredential', 'expiryNoDate', 'timeInSeconds', 'missingInOrder', 'whiteSpace', 'cut', 'oddLength'] as const),
  ...(['twice', 'notAToken', 'tokenAsKey', 'refreshToken', 'adminKey', 'notPlainText'] as const),
] as const;
export type JsonProblemCode = (typeof JSON_PROBLEMS)[number];

export interface JsonProblem {
  readonly code: JsonProblemCode;
  readonly place: Place;
}

export interface KnownAbout {
  /** The gateway reads a database in the place of this file. */
  readonly isRetired: boolean;
  /** Profiles that an order may name beside those of the document; `null`: not known, so orders are not judged. */
  readonly profileIds: ReadonlySet<string> | null;
}

/** More would help nobody, and a hostile document could have any number. */
const MAX_PROBLEMS = 200;

/** Problems in the order of the text, each at a key or a value. No text of the document is in them. */
export function findProblems(text: string, document: HelpedDocument, known: KnownAbout): readonly JsonProblem[] {
  const root = parseLenientTree(text);
  if (root === null) return [];
  const found = [
    ...(known.isRetired && document !== 'config' ? [at('retired', { offset: root.offset, length: 1 })] : []),
    ...(document === 'config' ? judgeConfig(root, known) : judgeStore(root, document, known)),
  ];
  return found.toSorted((a, b) => a.place.offset - b.place.offset).slice(0, MAX_PROBLEMS);
}

function judgeStore(root: Node, document: HelpedDocument, known: KnownAbout): JsonProblem[] {
  const profiles = memberOf(root, 'profiles')?.value;
  if (root.type !== 'object' || (profiles !== undefined && profiles.type !== 'object'))
    return [at('notADocument', placeOf(root.type === 'object' && profiles !== undefined ? profiles : root))];
  const ids = new Set([...(known.profileIds ?? []), ...membersOf(profiles).map(({ key }) => key)]);
  return [
    ...duplicates(root),
    ...(document === 'profiles' && profiles === undefined ? judgeFlat(root) : []),
    ...(document === 'profiles' ? membersOf(profiles).flatMap(({ key, value }) => judgeEntry(key, value)) : []),
    ...membersOf(memberOf(root, 'usageStats')?.value).flatMap(({ value }) => judgeTimes(value, 'usageStats')),
    ...(known.profileIds === null ? [] : judgeOrder(memberOf(root, 'order')?.value, ids)),
  ];
}

const TELLTALE = ['apiKey', 'key', 'token', 'access', 'type', 'provider'];

/** Entries without the `profiles` around them: releases from 2026.3.31 on read nothing of them (issue 59629). */
function judgeFlat(root: Node): JsonProblem[] {
  return membersOf(root)
    .filter(({ value }) => TELLTALE.some((name) => memberOf(value, name) !== undefined))
    .map(({ property }) => at('flatShape', keyPlace(property)));
}

function judgeEntry(id: string, node: Node): JsonProblem[] {
  const place = node.parent === undefined ? placeOf(node) : keyPlace(node.parent);
  const entry = readEntry(profileId(id), node, () => fingerprint(''), WIDEST_READING);
  if (entry.kind === 'unreadable') return [at(UNREADABLE[entry.why], place)];
  const { type, material, expiry, dormancy, provider } = entry.profile;
  const fields = fieldsOf(node);
  const expires = fields.get('expires');
  if (type === 'unknown') return [at('unknownType', placeOf(fields.get('type') ?? node))];
  return [
    ...(material.kind === 'missing' ? [at('noCredential', place)] : []),
    ...(expires !== undefined && (expiry.kind === 'invalid' || expiry.kind === 'beyond')
      ? [at('expiryNoDate', placeOf(expires))]
      : []),
    ...(dormancy === null ? judgeTimes(node, 'profiles') : []),
    ...(type === 'oauth'
      ? []
      : judgeSecret(fields.get(type === 'token' ? 'token' : 'key') ?? fields.get('apiKey'), type, provider)),
  ];
}

const UNREADABLE = {
  notAnObject: 'notAProfile',
  noProvider: 'noProvider',
  unknownType: 'unknownType',
  duplicateKey: 'duplicateKey',
} as const;

const REFUSALS: Partial<Record<IntakeRefusal, JsonProblemCode>> = {
  cut: 'cut',
  pastedTwice: 'twice',
  refreshToken: 'refreshToken',
  adminKey: 'adminKey',
  tokenInsteadOfApiKey: 'tokenAsKey',
  apiKeyInsteadOfToken: 'notAToken',
  notASetupToken: 'notAToken',
  controlCharacters: 'notPlainText',
  invisibleCharacters: 'notPlainText',
  notAscii: 'notPlainText',
  commandLine: 'notPlainText',
};

/** What the extension would not have taken, or doubted, had it been pasted. */
function judgeSecret(node: Node | undefined, type: 'token' | 'api_key', provider: string): JsonProblem[] {
  const text = stringOf(node);
  if (node === undefined || text === null || !isLiteralSecret(text)) return [];
  if (/\s/.test(text)) return [at('whiteSpace', placeOf(node))];
  const intake = intakeCredential(text, type, provider.trim().toLowerCase());
  if (intake.kind === 'refused')
    return [REFUSALS[intake.why]].flatMap((code) => (code === undefined ? [] : [at(code, placeOf(node))]));
  return type === 'token' && intake.warnings.includes('oddLength') ? [at('oddLength', placeOf(node))] : [];
}

/** Before 1973 in milliseconds, and after 2001 in seconds. */
const SECONDS = { from: 1e9, to: 1e11 };

function judgeTimes(node: Node, part: 'profiles' | 'usageStats'): JsonProblem[] {
  return membersOf(node).flatMap(({ key, value }) => {
    const unixMs = isTimePath('profiles', [part, '', key]) ? numberOf(value) : null;
    const isSeconds = unixMs !== null && unixMs >= SECONDS.from && unixMs < SECONDS.to;
    return isSeconds ? [at('timeInSeconds', placeOf(value))] : [];
  });
}

function judgeOrder(order: Node | undefined, ids: ReadonlySet<string>): JsonProblem[] {
  return membersOf(order).flatMap(({ value }) =>
    (value.type === 'array' ? (value.children ?? []) : [])
      .filter((item) => !ids.has(stringOf(item)?.trim() ?? ''))
      .map((item) => at('missingInOrder', placeOf(item))),
  );
}

function judgeConfig(root: Node, known: KnownAbout): JsonProblem[] {
  const auth = memberOf(root, 'auth');
  if (auth === undefined) return [];
  const profiles = memberOf(auth.value, 'profiles')?.value;
  const nameless = membersOf(profiles).filter(
    ({ value }) => (stringOf(memberOf(value, 'provider')?.value) ?? '').trim() === '',
  );
  return [
    ...duplicates(auth.value),
    ...nameless.map(({ property, value }) =>
      at(value.type === 'object' ? 'noProvider' : 'notAProfile', keyPlace(property)),
    ),
    ...(known.profileIds === null ? [] : judgeOrder(memberOf(auth.value, 'order')?.value, known.profileIds)),
  ];
}

/** Keys that stand in their object already: the last one counts, and edits are refused. */
function duplicates(node: Node): JsonProblem[] {
  const seen = new Set<string>();
  const own = membersOf(node).flatMap(({ key, property }) => {
    const isSecond = seen.has(key);
    seen.add(key);
    return isSecond ? [at('duplicateKey', keyPlace(property))] : [];
  });
  return [...own, ...(node.children ?? []).flatMap((child) => duplicates(child))];
}

function keyPlace(property: Node): Place {
  return placeOf(property.children?.[0] ?? property);
}

function at(code: JsonProblemCode, place: Place): JsonProblem {
  return { code, place };
}
