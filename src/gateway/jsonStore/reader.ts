import { createHash } from 'node:crypto';
import type { Credential } from '../../domain/credential.ts';
import { extractCredential, mergeInherited, parseStoreDocument } from '../../domain/document.ts';
import { readingRules, type ReadingRules } from '../../domain/readingRules.ts';
import { revision, type Fingerprinter, type ProfileId } from '../../domain/ids.ts';
import type { Release } from '../../domain/release.ts';
import {
  EMPTY_PROFILE_SET,
  type ProfileSet,
  type StoreInfo,
  type StoreProblem,
  type StoreState,
} from '../../domain/snapshot.ts';
import { mergeState, parseStateDocument } from '../../domain/stateDocument.ts';
import type { ReadFile } from '../readFile.ts';
import { findExposure } from './places.ts';
import { readStoreFiles, type StoreFiles } from './storeFiles.ts';

/** Where an agent's store lies, and the one that it inherits from. */
export interface StoreDirs {
  readonly agentDir: string;
  /** The same as `agentDir` for the agent whose credentials the others inherit. */
  readonly sharedAgentDir: string;
}

/** What one agent's store shows. */
export interface JsonView {
  readonly store: StoreInfo;
  readonly set: ProfileSet;
  /** For a pull; `null`: absent, a ref, OAuth, or not readable. */
  readCredential(id: ProfileId): Credential | null;
}

interface ParsedFiles {
  readonly state: StoreState;
  readonly problem: StoreProblem | null;
  readonly offset: number | null;
  readonly set: ProfileSet;
}

/** Both stores as read, and what the agent sees in them. */
export interface LoadedStore {
  readonly ownFiles: StoreFiles;
  readonly sharedFiles: StoreFiles;
  readonly own: ParsedFiles;
  readonly shared: ParsedFiles;
  readonly seen: ProfileSet;
}

/** The files of one directory with what they say. */
export interface ReadDirectory {
  readonly files: StoreFiles;
  readonly parsed: ParsedFiles;
}

/** Never throws, changes nothing. */
export async function readDirectory(
  directory: string,
  release: Release | null,
  fingerprint: Fingerprinter,
): Promise<ReadDirectory> {
  const files = await readStoreFiles(directory, release);
  return { files, parsed: parseStoreFiles(files, fingerprint, readingRules(release)) };
}

/** Never throws, changes nothing. `shared`, where it has been read already, is not read again. */
export async function loadStore(
  { agentDir, sharedAgentDir }: StoreDirs,
  release: Release | null,
  fingerprint: Fingerprinter,
  shared: Promise<ReadDirectory> = readDirectory(sharedAgentDir, release, fingerprint),
): Promise<LoadedStore> {
  const isShared = agentDir === sharedAgentDir;
  const { files: sharedFiles, parsed: inherited } = await shared;
  const { files: ownFiles, parsed: own } = isShared
    ? await shared
    : await readDirectory(agentDir, release, fingerprint);
  const seen = isShared ? own.set : mergeInherited(own.set, inherited.set);
  return { ownFiles, sharedFiles, own, shared: inherited, seen };
}

/** One agent's store with what it inherits. Every failure is a row, never an exception; nothing is changed. */
export async function readJsonAgent(
  dirs: StoreDirs,
  release: Release | null,
  fingerprint: Fingerprinter,
  sharedDirectory?: Promise<ReadDirectory>,
): Promise<JsonView> {
  const loaded = await loadStore(dirs, release, fingerprint, sharedDirectory);
  const { ownFiles, sharedFiles, own, shared, seen } = loaded;
  const { state, problem, offset } = own.state === 'missing' && shared.state === 'ok' ? shared : own;
  return {
    store: {
      kind: 'json',
      path: ownFiles.credentialsPath,
      state,
      problem,
      offset,
      revision: revision(storeRevision(ownFiles, sharedFiles)),
      isValueReadable: state === 'ok',
      exposure: own.state === 'missing' ? null : await findExposure(ownFiles.credentialsPath),
    },
    set: seen,
    readCredential: (id) => {
      const file = (seen.profiles.get(id)?.origin === 'inherited' ? sharedFiles : ownFiles).credentials;
      return file.kind === 'ok' ? extractCredential(file.text, id, readingRules(release)) : null;
    },
  };
}

/** The files of one agent, without what it inherits. The gateway reads the state only beside credentials that it can read. */
function parseStoreFiles(
  { credentials, state }: StoreFiles,
  fingerprint: Fingerprinter,
  rules: ReadingRules,
): ParsedFiles {
  const failed = { problem: null, offset: null, set: EMPTY_PROFILE_SET };
  if (credentials.kind === 'missing') return { ...failed, state: 'missing' };
  if (credentials.kind === 'unreadable')
    return {
      ...failed,
      state: credentials.problem === 'notUtf8' ? 'malformed' : 'unreadable',
      problem: credentials.problem,
    };
  const parsed = parseStoreDocument(credentials.text, fingerprint, rules);
  if (parsed.kind === 'empty') return { ...failed, state: 'empty' };
  if (parsed.kind === 'malformed')
    return { ...failed, state: 'malformed', problem: parsed.problem, offset: parsed.offset };
  return { ...failed, state: 'ok', ...withState(parsed.set, state, rules) };
}

/** The gateway goes on without a state file that it cannot read; so do we, and say it. */
function withState(
  set: ProfileSet,
  file: ReadFile,
  rules: ReadingRules,
): { set: ProfileSet; problem: StoreProblem | null } {
  if (file.kind === 'missing') return { set, problem: null };
  if (file.kind === 'unreadable') return { set, problem: file.problem };
  const parsed = parseStateDocument(file.text, rules);
  if (parsed.kind === 'malformed') return { set, problem: parsed.problem };
  if (parsed.kind === 'empty') return { set, problem: null };
  return { set: { ...set, ...mergeState(set, parsed.state) }, problem: null };
}

/** Changes when a byte of the files does. */
export function storeRevision(...all: readonly StoreFiles[]): string {
  const parts = all.flatMap(({ credentials, state }) => [credentials, state]).map(versionOf);
  return createHash('sha256').update(parts.join(' ')).digest('hex');
}

function versionOf(file: ReadFile): string {
  if (file.kind === 'ok') return file.sha256;
  return file.kind === 'missing' ? 'missing' : file.problem;
}
