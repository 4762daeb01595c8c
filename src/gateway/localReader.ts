import { realpath } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import * as path from 'node:path';
import type { Change } from '../domain/change.ts';
import { parseAgentRoster } from '../domain/agentRoster.ts';
import { localHostId, type AgentId, type Fingerprinter } from '../domain/ids.ts';
import { eraOf, isLater, parseRelease, type Era, type Release } from '../domain/release.ts';
import type { HostSessions } from '../domain/sessionPin.ts';
import type { HostSnapshot } from '../domain/snapshot.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { RunProcess } from '../platform/process.ts';
import { systemTimers } from '../platform/timers.ts';
import { listAgents, type AgentPlace } from './agentDirs.ts';
import type { AgentView } from './agentView.ts';
import { CliAnswers } from './cliAnswers.ts';
import type { CliContext } from './cliRun.ts';
import { readConfigFile } from './configFile.ts';
import { readDaemon, readEnvironment, type Daemon } from './environment.ts';
import { findClaude } from './claudeProgram.ts';
import { NodeLocator } from './nodeProgram.ts';
import { OpenclawLocator, type OpenclawProgram } from './openclawProgram.ts';
import { existsHere, expandUserPath, resolvePaths, type GatewayPaths } from './paths.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import { stateDatabasePath } from './sqliteStore.ts';
import type { WriteJson } from './jsonStore/writer.ts';
import type { ReadCells } from './sqliteTexts.ts';
import { createReadCells, createReadSessionRows, type SqliteReaderOptions } from './sqliteWorkerClient.ts';
import { readSessions } from './sessionPins.ts';
import { readViews } from './storeViews.ts';
import type { TargetSource, WatchTargets } from './watch.ts';
import { watchTargets } from './watchTargets.ts';

export interface LocalOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The account's home directory, absolute. */
  readonly home: string;
  /** Tells this machine and account from others that share the editor's vault; see `readMachineIdentity`. */
  readonly machine: string;
  /** Chosen by the user; beats the environment. */
  readonly stateDirOverride?: string | undefined;
  /** The `openclaw` program chosen by the user; else the one on PATH. */
  readonly openclawPath?: string | undefined;
  readonly clock: Clock;
  readonly runProcess: RunProcess;
  readonly logger: Logger;
  readonly fingerprint: Fingerprinter;
  /** `dist/worker.mjs`, for a Node without `node:sqlite`. */
  readonly workerPath: string;
  /** Told what became of a change in the gateway that runs. Without it nobody looks after that gateway. */
  readonly onEcho?: (echo: Echo, change: Change) => void;
  /** Where changes of files are made: in this process unless given, which a process that lives long must. */
  readonly writeJson?: WriteJson | undefined;
}

/** One reading of the host: the snapshot, and what a change needs to be made on top of it. */
export interface HostReading {
  readonly snapshot: HostSnapshot;
  readonly paths: GatewayPaths;
  readonly program: OpenclawProgram | null;
  readonly agents: readonly { readonly place: AgentPlace; readonly view: AgentView }[];
}

interface Located extends Pick<HostReading, 'paths' | 'program'> {
  readonly config: Awaited<ReturnType<typeof readConfigFile>>;
  readonly places: readonly AgentPlace[];
  readonly targets: WatchTargets;
}

interface Detected {
  readonly release: Release | null;
  readonly source: HostSnapshot['releaseSource'];
  readonly era: Era;
  readonly laterRelease: Release | null;
}

/** Reads the gateway of this machine. Keeps what was learnt about programs; everything else is read each time. */
export class LocalReader {
  readonly #options: LocalOptions;
  readonly #nodes: NodeLocator;
  readonly #programs: OpenclawLocator;
  readonly #targetListeners = new Set<() => void>();
  readonly #cliAnswers = new CliAnswers(systemTimers, () => this.#tellListeners());
  #targets: WatchTargets | null = null;

  constructor(options: LocalOptions) {
    this.#options = options;
    this.#nodes = new NodeLocator(options.runProcess);
    this.#programs = new OpenclawLocator(options.runProcess, this.#nodes);
  }

  #resolvePaths(release: Release | null): GatewayPaths {
    const { env, home, stateDirOverride } = this.#options;
    return resolvePaths({ env, home, exists: existsHere, release, stateDirOverride });
  }

  /** What the last reading was made of, or the next one will be. */
  readonly watchTargets: TargetSource = {
    list: async () => this.#targets ?? (await this.#locate()).targets,
    onDidChange: (listener) => {
      this.#targetListeners.add(listener);
      return { dispose: () => this.#targetListeners.delete(listener) };
    },
  };

  async read(signal?: AbortSignal): Promise<HostReading> {
    const { env, fingerprint, clock } = this.#options;
    const { program, paths, config, places } = await this.#locate();
    const readCells = this.#readCells(program);
    const detected = await detectRelease(program, config.auth.lastTouchedVersion, paths, readCells);
    signal?.throwIfAborted();
    const cli = program === null ? null : this.#cliContext(program, paths);
    const agents = await readViews({
      cliAnswers: this.#cliAnswers,
      places,
      paths,
      ...detected,
      readCells,
      cli,
      fingerprint,
      signal,
    });
    const environment = await readEnvironment({
      ...{ env, home: this.#options.home, paths, fingerprint },
      ...{ configText: config.text, release: detected.release },
    });
    const snapshot: HostSnapshot = {
      hostId: localHostId(this.#options.machine, await realpath(paths.stateDir).catch(() => paths.stateDir)),
      ...whoAmI(),
      stateDir: paths.stateDir,
      release: detected.release,
      releaseSource: detected.source,
      era: detected.era,
      laterRelease: detected.laterRelease,
      cliPath: program?.path ?? null,
      ...(await findClaude(env)),
      readAt: clock.now(),
      config: config.auth,
      ...environment,
      undone: [],
      agents: agents.map(({ place, view }) => ({
        id: place.id,
        agentDir: place.agentDir,
        isDefault: place.isDefault,
        store: view.store,
        set: view.set,
      })),
    };
    return { snapshot, paths, program, agents };
  }

  /** The program, and where its release keeps what. */
  async #locate(): Promise<Located> {
    const { env, home, openclawPath } = this.#options;
    const program = await this.#programs.find({ env, home }, openclawPath ?? null);
    const paths = this.#resolvePaths(program?.release ?? null);
    const config = await readConfigFile(paths.configPath);
    const places = await listAgents(paths, parseAgentRoster(config.text), (text) => expandUserPath(text, env, home));
    const targets = watchTargets(paths, places);
    this.#follow(targets);
    return { program, paths, config, places, targets };
  }

  #follow(targets: WatchTargets): void {
    const isSame = JSON.stringify(targets) === JSON.stringify(this.#targets);
    this.#targets = targets;
    if (!isSame) this.#tellListeners();
  }

  #tellListeners(): void {
    for (const listener of this.#targetListeners) listener();
  }

  /** One agent's store again, after a change. */
  async readView(id: AgentId, signal?: AbortSignal): Promise<AgentView | null> {
    this.#cliAnswers.forget();
    const reading = await this.read(signal);
    return reading.agents.find(({ place }) => place.id === id)?.view ?? null;
  }

  async readSessions(signal?: AbortSignal): Promise<HostSessions> {
    const { program, paths, places } = await this.#locate();
    signal?.throwIfAborted();
    return readSessions(paths.stateDir, places, createReadSessionRows(this.#sqliteOptions(program)));
  }

  #cliContext(program: OpenclawProgram, paths: GatewayPaths): CliContext {
    const { env, runProcess, logger } = this.#options;
    return { program, paths, env, run: runProcess, logger };
  }

  readDaemon({ paths, snapshot }: HostReading): Promise<Daemon> {
    const { env, home } = this.#options;
    return readDaemon({ env, home, stateDir: paths.stateDir }, paths, snapshot.release);
  }

  cliContext(reading: HostReading): CliContext | null {
    return reading.program === null ? null : this.#cliContext(reading.program, reading.paths);
  }

  #readCells(program: OpenclawProgram | null): ReadCells {
    return createReadCells(this.#sqliteOptions(program));
  }

  #sqliteOptions(program: OpenclawProgram | null): SqliteReaderOptions {
    const { env, home, runProcess, workerPath } = this.#options;
    const besides = program === null ? [] : [path.dirname(program.path), path.dirname(program.file)];
    return { run: runProcess, nodes: this.#nodes, search: { env, home, besides }, workerPath };
  }
}

/**
 * The release that keeps the stores: the installed program's, else the one that wrote the configuration last, else the one
 * that made the state database. After a downgrade across eras the stores belong to the later release, so none is trusted.
 */
async function detectRelease(
  program: OpenclawProgram | null,
  lastTouched: string | null,
  paths: GatewayPaths,
  readCells: ReadCells,
): Promise<Detected> {
  const configured = lastTouched === null ? null : parseRelease(lastTouched);
  const installed = program?.release ?? null;
  if (installed !== null) {
    const later = [configured, await makerOf(paths, readCells)].filter(
      (one) => one !== null && isLater(one, installed),
    );
    const laterRelease = later.find((one) => eraOf(one) === 'sqlite') ?? later[0] ?? null;
    const isDowngraded = eraOf(laterRelease) === 'sqlite' && eraOf(installed) !== 'sqlite';
    return { release: installed, source: 'cli', era: isDowngraded ? 'unknown' : eraOf(installed), laterRelease };
  }
  if (configured !== null) return { release: configured, source: 'config', era: eraOf(configured), laterRelease: null };
  const made = await makerOf(paths, readCells);
  return { release: made, source: made === null ? 'none' : 'database', era: eraOf(made), laterRelease: null };
}

/** The release that made the state database, where that says so. */
async function makerOf(paths: GatewayPaths, readCells: ReadCells): Promise<Release | null> {
  const cells = await readCells(stateDatabasePath(paths.stateDir), 'state');
  return cells?.kind === 'cells' && cells.appVersion !== null ? parseRelease(cells.appVersion) : null;
}

function whoAmI(): Pick<HostSnapshot, 'hostName' | 'userName'> {
  try {
    return { hostName: hostname(), userName: userInfo().username };
  } catch {
    // An account without an entry in the user database, as in some containers.
    return { hostName: hostname(), userName: '' };
  }
}
