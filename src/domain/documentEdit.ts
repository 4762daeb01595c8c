import type { Node } from 'jsonc-parser';
import type { Credential } from './credential.ts';
import { isLiteralSecret, typeOf, valueFieldOf } from './credentialEntry.ts';
import { malformed, openForEdit } from './editableDocument.ts';
import { AppError } from './errors.ts';
import type { ProfileId } from './ids.ts';
import type { JsonLayout, JsonValue } from './jsonLayout.ts';
import { fieldsOf, memberOf, nodeAt, numberOf, stringOf } from './jsonTree.ts';
import type { ReadingRules } from './readingRules.ts';
import { appendMember, applySpanEdits, removeChild, replaceNode, type SpanEdit } from './spanEdit.ts';
import { removeReferences } from './stateEdit.ts';

/** What the gateway writes before the first profile (2026.2.3 to 2026.6.1). */
export const NEW_STORE_DOCUMENT = '{\n  "version": 1,\n  "profiles": {}\n}\n';

/** A credential on its way into a document. */
export interface Placement {
  readonly profileId: ProfileId;
  /** As it is to be written, for an entry that is not there yet. */
  readonly provider: string;
  readonly credential: Credential;
}

/**
 * Adds the credential as the last profile, or changes the value and the expiry of the entry that has its id. An entry of the
 * other static type is replaced as a whole. Returns `text` itself where nothing changes.
 * Throws `storeMalformed`, `credentialInvalid`, and `changeConflict` {profileId, reason} for an entry that must not be edited.
 */
export function putCredential(text: string, path: string, placement: Placement, rules: ReadingRules): string {
  const { root, layout } = openForEdit(text, path);
  const { credential } = placement;
  checkCredential(credential);
  const profiles = memberOf(root, 'profiles')?.value;
  if (profiles === undefined)
    return applySpanEdits(
      text,
      appendMember(text, root, 'profiles', { [placement.profileId]: newEntry(placement) }, layout),
    );
  if (profiles.type !== 'object') throw malformed(path, 'notAnObject', text, profiles.offset);
  const entry = memberOf(profiles, placement.profileId)?.value;
  if (entry === undefined)
    return applySpanEdits(text, appendMember(text, profiles, placement.profileId, newEntry(placement), layout));
  const type = typeOfEditable(entry, placement.profileId, rules);
  if (type !== credential.type) return applySpanEdits(text, [replaceNode(text, entry, newEntry(placement), layout)]);
  return setField(
    setField(text, path, placement.profileId, valueFieldOf(type, fieldsOf(entry), rules), credential.secret.reveal()),
    path,
    placement.profileId,
    'expires',
    credential.type === 'token' ? credential.expiresAt : undefined,
  );
}

function checkCredential(credential: Credential): void {
  if (!isLiteralSecret(credential.secret.reveal())) throw new AppError('credentialInvalid', { field: 'value' });
  if (credential.type !== 'token' || credential.expiresAt === null) return;
  const isDate =
    Number.isSafeInteger(credential.expiresAt) && credential.expiresAt > 0 && credential.expiresAt <= 8.64e15;
  if (!isDate) throw new AppError('credentialInvalid', { field: 'expires' });
}

/** As `paste-token` and `paste-api-key` write it (2026.2.3 to 2026.6.1). */
function newEntry({ provider, credential }: Placement): JsonValue {
  const value = credential.secret.reveal();
  if (credential.type === 'api_key') return { type: 'api_key', provider, key: value };
  const entry = { type: 'token', provider, token: value };
  return credential.expiresAt === null ? entry : { ...entry, expires: credential.expiresAt };
}

/** OAuth belongs to the gateway, a ref must not get a value beside it, and what the release cannot read we do not change. */
function typeOfEditable(entry: Node, profileId: ProfileId, rules: ReadingRules): 'api_key' | 'token' {
  const refuse = (reason: string): AppError => new AppError('changeConflict', { profileId, reason });
  if (entry.type !== 'object') throw refuse('unreadable');
  const fields = fieldsOf(entry);
  const type = typeOf(fields, rules);
  if (type === 'unknown') throw refuse('unknownType');
  if (type === 'oauth') throw refuse('isOAuth');
  if (holdsRef(fields)) throw refuse('isRef');
  return type;
}

/** True for anything that some release takes for a ref: a later release may be the next one that reads it. */
function holdsRef(fields: ReadonlyMap<string, Node>): boolean {
  const isRefText = (text: string | null): boolean => text !== null && text.trim() !== '' && !isLiteralSecret(text);
  const values = ['key', 'apiKey', 'token'].map((name) => fields.get(name));
  const refs = ['keyRef', 'tokenRef'].map((name) => fields.get(name));
  return (
    refs.some((ref) => ref !== undefined && ref.type !== 'null') ||
    values.some((value) => value?.type === 'object' || isRefText(stringOf(value)))
  );
}

/** `null` takes the field away; `undefined` leaves it as it is. */
function setField(
  text: string,
  path: string,
  profileId: ProfileId,
  key: string,
  value: string | number | null | undefined,
): string {
  if (value === undefined) return text;
  const { root, layout } = openForEdit(text, path);
  const entry = nodeAt(root, 'profiles', profileId);
  if (entry === undefined) return text;
  return applySpanEdits(text, fieldEdits(text, entry, key, value, layout));
}

function fieldEdits(
  text: string,
  entry: Node,
  key: string,
  value: string | number | null,
  layout: JsonLayout,
): readonly SpanEdit[] {
  const member = memberOf(entry, key);
  if (value === null) return member === undefined ? [] : [removeChild(text, entry, member.property)];
  if (member === undefined) return appendMember(text, entry, key, value, layout);
  const isSame = stringOf(member.value) === value || numberOf(member.value) === value;
  return isSame ? [] : [replaceNode(text, member.value, value, layout)];
}

/** Takes out the entry and everything in this document that refers to it. Throws `storeMalformed` and `profileMissing`. */
export function removeProfile(text: string, path: string, profileId: ProfileId): string {
  const { root } = openForEdit(text, path);
  const profiles = memberOf(root, 'profiles')?.value;
  const member = memberOf(profiles, profileId);
  if (profiles === undefined || member === undefined) throw new AppError('profileMissing', { path, profileId });
  return removeReferences(applySpanEdits(text, [removeChild(text, profiles, member.property)]), path, profileId);
}
