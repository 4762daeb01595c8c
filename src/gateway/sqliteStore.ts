import * as path from 'node:path';
import type { Profile } from '../domain/credential.ts';
import { extractCredential, mergeInherited, parseStoreDocument } from '../domain/document.ts';
import { revision, type Fingerprinter, type ProfileId } from '../domain/ids.ts';
import type { ProfileSet, StoreInfo, StoreProblem, StoreState } from '../domain/snapshot.ts';
import { EMPTY_PROFILE_SET } from '../domain/snapshot.ts';
import { mergeState, parseStateDocument } from '../domain/stateDocument.ts';
import { readingRules, type ReadingRules } from '../domain/readingRules.ts';
import { isAtLeast, type Release } from '../domain/release.ts';
import type { AgentPlace } from './agentDirs.ts';
import { problemView, type AgentView } from './agentView.ts';
import type { GatewayPaths } from './paths.ts';
import type { Cell, Cells, DatabaseCells, ReadCells } from './sqliteTexts.ts';

/** The state database, read once for all agents. */
export interface SharedStore {
  /** `null`: no Node here reads databases. */
  readonly cells: DatabaseCells | null;
  readonly path: string;
  /** The release that made the state database, where it says so. */
  readonly appVersion: string | null;
  /** How the release reads entries, in this database and in the agents'. */
  readonly rules: ReadingRules;
}

export function stateDatabasePath(stateDir: string): string {
  return path.join(stateDir, 'state', 'openclaw.sqlite');
}

export function agentDatabasePath(agentDir: string): string {
  return path.join(agentDir, 'openclaw-agent.sqlite');
}

/** Finds the owner of the shared credentials: the state database, or the shared agent's database (always up to 2026.7). */
export async function readSharedStore(
  paths: Pick<GatewayPaths, 'stateDir' | 'sharedAgentDir'>,
  release: Release | null,
  readCells: ReadCells,
): Promise<SharedStore> {
  const statePath = stateDatabasePath(paths.stateDir);
  const rules = readingRules(release);
  const isAgentOwned = release !== null && !isAtLeast(release, '2026.8.0');
  const state: DatabaseCells | null = isAgentOwned ? { kind: 'missing' } : await readCells(statePath, 'state');
  const appVersion = state?.kind === 'cells' ? state.appVersion : null;
  const isOwner = state === null || state.kind === 'problem' || (state.kind === 'cells' && state.isSharedOwner);
  if (isOwner) return { cells: state, path: statePath, appVersion, rules };
  const agentPath = agentDatabasePath(paths.sharedAgentDir);
  return { cells: await readCells(agentPath, 'agent'), path: agentPath, appVersion, rules };
}

/** One agent's store: its own documents over the shared ones, which come second. Every failure is a row. */
export async function readSqliteAgent(
  place: AgentPlace,
  shared: SharedStore,
  readCells: ReadCells,
  fingerprint: Fingerprinter,
): Promise<AgentView> {
  const ownPath = agentDatabasePath(place.agentDir);
  const isSame = ownPath === shared.path;
  const cells = isSame ? shared.cells : await readCells(ownPath, 'agent');
  if (cells === null || shared.cells === null) return problemView('sqlite', ownPath, 'unreadable', 'noSqliteReader');
  const { rules } = shared;
  const own = parseCells(cells, rules, fingerprint);
  const inherited = isSame ? ABSENT : parseCells(shared.cells, rules, fingerprint);
  const merged = mergeInherited(own.set, inherited.set, 'ownFirst');
  return {
    store: buildInfo(place.isShared ? shared.path : ownPath, own, inherited, fingerprint),
    set: place.isShared ? asOwn(merged, inherited.set) : merged,
    readCredential: (id) => {
      const owner = merged.profiles.get(id)?.origin === 'inherited' ? shared.cells : cells;
      const text = owner?.kind === 'cells' && owner.store.kind === 'text' ? owner.store.text : null;
      return text === null ? null : extractCredential(text, id, rules);
    },
  };
}

interface ParsedCells {
  readonly state: StoreState;
  readonly problem: StoreProblem | null;
  readonly offset: number | null;
  readonly set: ProfileSet;
  /** Fingerprint of the texts, for the revision. */
  readonly digest: string;
}

const ABSENT: ParsedCells = { state: 'missing', problem: null, offset: null, set: EMPTY_PROFILE_SET, digest: '' };

/** Every agent inherits from the shared cells, so they are parsed once for all. */
const parsedBefore = new WeakMap<DatabaseCells, ParsedCells>();

function parseCells(cells: DatabaseCells, rules: ReadingRules, fingerprint: Fingerprinter): ParsedCells {
  const parsed = parsedBefore.get(cells) ?? parseAnew(cells, rules, fingerprint);
  parsedBefore.set(cells, parsed);
  return parsed;
}

function parseAnew(cells: DatabaseCells, rules: ReadingRules, fingerprint: Fingerprinter): ParsedCells {
  if (cells.kind === 'missing') return ABSENT;
  if (cells.kind === 'problem') return { ...ABSENT, state: stateOf(cells.problem), problem: cells.problem };
  const digest = fingerprint(textOf(cells));
  const { store } = cells;
  if (store.kind === 'absent') return { ...ABSENT, ...withState(EMPTY_PROFILE_SET, cells.state, rules), digest };
  if (store.kind === 'problem') return { ...ABSENT, state: stateOf(store.problem), problem: store.problem, digest };
  const parsed = parseStoreDocument(store.text, fingerprint, rules);
  if (parsed.kind === 'empty') return { ...ABSENT, state: 'empty', digest };
  if (parsed.kind === 'malformed')
    return { state: 'malformed', problem: parsed.problem, offset: parsed.offset, set: EMPTY_PROFILE_SET, digest };
  return { ...ABSENT, state: 'ok', ...withState(parsed.set, cells.state, rules), digest };
}

/** The gateway goes on without a state document that it cannot read; so do we, and say it. */
function withState(
  set: ProfileSet,
  cell: Cell,
  rules: ReadingRules,
): { set: ProfileSet; problem: StoreProblem | null } {
  if (cell.kind === 'problem') return { set, problem: cell.problem };
  if (cell.kind === 'absent') return { set, problem: null };
  const parsed = parseStateDocument(cell.text, rules);
  if (parsed.kind === 'malformed') return { set, problem: parsed.problem };
  return parsed.kind === 'empty'
    ? { set, problem: null }
    : { set: { ...set, ...mergeState(set, parsed.state) }, problem: null };
}

function textOf(cells: Cells): string {
  return [cells.store, cells.state].map((cell) => (cell.kind === 'text' ? cell.text : cell.kind)).join('\0');
}

const MALFORMED: ReadonlySet<StoreProblem> = new Set(['corruptDatabase', 'notUtf8', 'notAnObject', 'tooLarge']);

function stateOf(problem: StoreProblem): StoreState {
  return MALFORMED.has(problem) ? 'malformed' : 'unreadable';
}

/** A document that cannot be read fails the whole agent, as it does for the gateway; one that is not there does not. */
function buildInfo(storePath: string, own: ParsedCells, inherited: ParsedCells, fingerprint: Fingerprinter): StoreInfo {
  const parts = [own, inherited];
  const broken = parts.find(({ state }) => state === 'malformed' || state === 'unreadable');
  const chosen = broken ?? parts.find(({ state }) => state === 'ok') ?? parts.find(({ state }) => state === 'empty');
  const { state, offset } = chosen ?? ABSENT;
  return {
    kind: 'sqlite',
    path: storePath,
    state,
    problem: broken?.problem ?? own.problem ?? inherited.problem,
    offset,
    revision: revision(fingerprint(parts.map((part) => `${part.state} ${part.digest}`).join(' '))),
    isValueReadable: state === 'ok',
  };
}

/** For the shared agent the shared credentials are its own. */
function asOwn(merged: ProfileSet, shared: ProfileSet): ProfileSet {
  const profiles = new Map<ProfileId, Profile>(
    [...merged.profiles].map(([id, profile]) => [id, { ...profile, origin: 'own' }]),
  );
  return { ...merged, profiles, unreadable: [...shared.unreadable, ...merged.unreadable] };
}
