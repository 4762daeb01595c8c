import type { Change } from '../../domain/change.ts';
import { NEW_STORE_DOCUMENT, putCredential, removeProfile } from '../../domain/documentEdit.ts';
import { malformed } from '../../domain/editableDocument.ts';
import { AppError } from '../../domain/errors.ts';
import { findConflict } from '../../domain/expectation.ts';
import type { ProviderId } from '../../domain/ids.ts';
import { readingRules } from '../../domain/readingRules.ts';
import type { Release } from '../../domain/release.ts';
import { selectionRules, spelledProvider } from '../../domain/selectionRules.ts';
import type { ProfileSet } from '../../domain/snapshot.ts';
import { parseStateDocument } from '../../domain/stateDocument.ts';
import { clearOrder, NEW_STATE_DOCUMENT, removeReferences, setOrder, type OrderKey } from '../../domain/stateEdit.ts';
import type { FileContent, ReadFile } from '../readFile.ts';
import { keepsOrderInState, type StoreFiles } from './storeFiles.ts';

/** One file that has to become another. */
export interface FileEdit {
  readonly path: string;
  readonly before: FileContent | null;
  readonly text: string;
}

/**
 * The edits that make a change, in the order in which they are to be written; none when the store shows it already.
 * `seen` is what the agent sees, with what it inherits. Throws `changeConflict` {profileId or provider, reason},
 * `profileMissing`, `credentialInvalid`, `storeMalformed` {path, problem, offset, line, column}, `storeUnreadable` {path, problem}.
 */
export function planChange(change: Change, files: StoreFiles, seen: ProfileSet, release: Release): FileEdit[] {
  const edits = planEdits(change, files, release);
  const conflict = findConflict(change, seen, selectionRules(release));
  // An order that is already as it is wanted is nobody's loss; a credential that came from elsewhere is said.
  if (conflict !== null && (edits.length > 0 || 'profileId' in change)) throw conflict;
  return edits;
}

/** Whether the files say what the change wants, whoever wrote it. Throws like {@link planChange}, but for what was expected. */
export function isShown(change: Change, files: StoreFiles, release: Release): boolean {
  const isMissing = files.credentials.kind === 'missing';
  if (change.kind === 'removeProfile' && isMissing) return true;
  try {
    return planEdits(change, files, release).length === 0;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'profileMissing') throw thrown;
    const state = readableState(files.state, release);
    const { profileId } = change as Extract<Change, { kind: 'removeProfile' }>;
    return state === null || removeReferences(state, files.statePath, profileId) === state;
  }
}

function planEdits(change: Change, files: StoreFiles, release: Release): FileEdit[] {
  const { credentialsPath: path, statePath } = files;
  const credentials = textOf(files.credentials, path, NEW_STORE_DOCUMENT);
  switch (change.kind) {
    case 'putCredential': {
      const provider = spelledProvider(selectionRules(release), change.provider);
      const text = putCredential(credentials, path, { ...change, provider }, readingRules(release));
      return editOf(path, files.credentials, text);
    }
    case 'removeProfile': {
      const text = removeProfile(credentials, path, change.profileId);
      const state = editableState(files, release);
      const rest =
        state === null ? [] : editOf(statePath, files.state, removeReferences(state, statePath, change.profileId));
      return [...editOf(path, files.credentials, text), ...rest];
    }
    case 'setOrder': {
      const key = orderKeyOf(change.provider, release);
      if (!keepsOrderInState(release, files.state))
        return editOf(path, files.credentials, setOrder(credentials, path, key, change.profileIds));
      const state = textOf(files.state, statePath, NEW_STATE_DOCUMENT);
      // The gateway reads the state only beside credentials, so these come first.
      const missing = files.credentials.kind === 'missing' ? editOf(path, files.credentials, credentials) : [];
      return [...missing, ...editOf(statePath, files.state, setOrder(state, statePath, key, change.profileIds))];
    }
    case 'clearOrder': {
      const key = orderKeyOf(change.provider, release);
      const inStore =
        files.credentials.kind === 'missing' ? [] : editOf(path, files.credentials, clearOrder(credentials, path, key));
      const state = editableState(files, release);
      return [...inStore, ...(state === null ? [] : editOf(statePath, files.state, clearOrder(state, statePath, key)))];
    }
  }
}

function editOf(path: string, file: ReadFile, text: string): FileEdit[] {
  if (file.kind === 'ok') return file.text === text ? [] : [{ path, before: file, text }];
  return [{ path, before: null, text }];
}

/** A file that is not there, or empty, as the gateway's own first text. */
function textOf(file: ReadFile, path: string, fresh: string): string {
  if (file.kind === 'missing') return fresh;
  if (file.kind === 'ok') return file.text.trim() === '' ? fresh : file.text;
  const { problem, validText = '' } = file;
  if (problem === 'notUtf8') throw malformed(path, problem, validText, validText.length);
  throw new AppError('storeUnreadable', { path, problem });
}

/** The state, where there is one that the gateway can read; one that it cannot read has nothing in it for it. */
function readableState(file: ReadFile, release: Release): string | null {
  return file.kind === 'ok' && parseStateDocument(file.text, readingRules(release)).kind === 'ok' ? file.text : null;
}

/**
 * The same before a change: what could not be read this time may be read the next, and would then still show what was taken
 * out. Throws `storeUnreadable` {path, problem}.
 */
function editableState({ state, statePath }: StoreFiles, release: Release): string | null {
  if (state.kind === 'unreadable' && (state.problem === 'ioError' || state.problem === 'permission'))
    throw new AppError('storeUnreadable', { path: statePath, problem: state.problem });
  return readableState(state, release);
}

function orderKeyOf(provider: ProviderId, release: Release): OrderKey {
  const rules = selectionRules(release);
  const spelled = spelledProvider(rules, provider);
  return { provider: spelled, isMeant: (key) => spelledProvider(rules, key) === spelled };
}
