import type { Fingerprinter } from '../domain/ids.ts';
import type { Era, Release } from '../domain/release.ts';
import type { StoreInfo } from '../domain/snapshot.ts';
import type { AgentPlace } from './agentDirs.ts';
import { problemView, type AgentView } from './agentView.ts';
import type { CliAnswers } from './cliAnswers.ts';
import { readAgentThroughCli } from './cliReader.ts';
import type { CliContext } from './cliRun.ts';
import { readDirectory, readJsonAgent } from './jsonStore/reader.ts';
import { stampFiles } from './fileStamps.ts';
import type { GatewayPaths } from './paths.ts';
import { readSharedStore, readSqliteAgent, stateDatabasePath, type SharedStore } from './sqliteStore.ts';
import type { ReadCells } from './sqliteTexts.ts';

export interface ViewsRequest {
  readonly places: readonly AgentPlace[];
  readonly paths: GatewayPaths;
  readonly release: Release | null;
  readonly era: Era;
  readonly readCells: ReadCells;
  /** `null` where there is no `openclaw` program. */
  readonly cli: CliContext | null;
  readonly cliAnswers: CliAnswers;
  readonly fingerprint: Fingerprinter;
  readonly signal?: AbortSignal | undefined;
}

export interface PlacedView {
  readonly place: AgentPlace;
  readonly view: AgentView;
}

/** Reads the stores of all agents at once, in the way of the era; where that is not known, whatever is there. */
export async function readViews(request: ViewsRequest): Promise<readonly PlacedView[]> {
  const { places, paths, release, readCells, fingerprint } = request;
  if (places.length === 0) return [];
  const isSqlite = request.era === 'sqlite' || request.era === 'unknown';
  const shared = isSqlite ? await readSharedStore(paths, release, readCells) : null;
  // Every agent inherits from it, so it is read once for all.
  const sharedFiles = readDirectory(paths.sharedAgentDir, release, fingerprint);
  const read = async (place: AgentPlace): Promise<PlacedView> => {
    const kind = isSqlite ? 'sqlite' : 'json';
    if (place.isOutside) return { place, view: problemView(kind, place.agentDir, 'unreadable', 'notARegularFile') };
    const dirs = { agentDir: place.agentDir, sharedAgentDir: paths.sharedAgentDir };
    const json = await readJsonAgent(dirs, release, fingerprint, sharedFiles);
    return { place, view: shared === null ? json : await readSqliteEra(request, place, shared, json) };
  };
  // The CLI keeps a core busy for seconds and locks the store: where it must be asked, one agent after the other.
  return request.cli === null ? Promise.all(places.map(read)) : mapInTurn(places, read);
}

async function mapInTurn<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await task(item));
  return results;
}

async function readSqliteEra(
  request: ViewsRequest,
  place: AgentPlace,
  shared: SharedStore,
  json: AgentView,
): Promise<AgentView> {
  const view = await readSqliteAgent(place, shared, request.readCells, request.fingerprint);
  const { problem, state } = view.store;
  // Without databases nothing says that the file is retired.
  if (request.era === 'unknown' && state === 'missing') return json.store.state === 'missing' ? view : json;
  if (problem === 'unknownSchema' || problem === 'noSqliteReader') return askCli(request, place, view);
  if (problem !== null || !hasOwnProfile(json)) return view;
  // A release that keeps SQLite stores ignores the file, or refuses to work until `doctor --fix` has imported it.
  const store: StoreInfo = hasOwnProfile(view)
    ? { ...view.store, problem: 'jsonBesideSqlite' }
    : { ...view.store, state: 'retired', problem: 'migrationRequired' };
  return { ...view, store };
}

function hasOwnProfile({ set }: AgentView): boolean {
  return [...set.profiles.values()].some((profile) => profile.origin === 'own');
}

/** An unknown era may be one whose CLI would migrate the stores when it is run, so it is left alone. */
async function askCli(request: ViewsRequest, place: AgentPlace, view: AgentView): Promise<AgentView> {
  if (request.cli === null || request.era !== 'sqlite') return view;
  const { cli, cliAnswers, fingerprint, signal } = request;
  const databases = [view.store.path, stateDatabasePath(cli.paths.stateDir)];
  const answer = await cliAnswers.get(
    place.id,
    () => stampFiles(databases.flatMap((file) => [file, `${file}-wal`])),
    () => readAgentThroughCli(cli, place, fingerprint, signal),
  );
  // What kept us from reading the database says more than that the program did not help either.
  return answer.store.problem === 'cliFailed' ? view : answer;
}
