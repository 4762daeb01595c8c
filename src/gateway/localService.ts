import type { Change, Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import type { HostSnapshot, ProfileSet } from '../domain/snapshot.ts';
import { KeyedQueue } from '../platform/keyedQueue.ts';
import type { AgentPlace } from './agentDirs.ts';
import { problemView } from './agentView.ts';
import { applyThroughCli } from './cliDriver.ts';
import { writeVariable, type VariableWrite } from './dotenvWriter.ts';
import { LocalReader, type HostReading, type LocalOptions } from './localReader.ts';
import { removeLeftovers, removeLeftoversBeside } from './jsonStore/leftovers.ts';
import { writeJsonChange, type JsonWriteContext } from './jsonStore/writer.ts';
import { repairStores } from './repair.ts';
import { askGateway } from './askGateway.ts';
import { pinSession, type SessionPinning } from './pinSession.ts';
import { putReference } from './putReference.ts';
import type { ReferenceWrite } from '../domain/reference.ts';
import { probeCredentials } from './probe.ts';
import { runDoctor } from './doctor.ts';
import type { CliContext } from './cliRun.ts';
import type { Release } from '../domain/release.ts';
import { followUp } from './runningGateway.ts';
import type { ApplyOptions, GatewayService, RepairOutcome } from './service.ts';
import { mayUndoChanges, UndoneChanges } from './undoneChanges.ts';
import { watchStores } from './watch.ts';

/** The gateway of this machine, in this process. Changes are made one after another. */
export function createLocalService(options: LocalOptions): GatewayService {
  const reader = new LocalReader(options);
  const queue = new KeyedQueue<'changes'>();
  const undone = new UndoneChanges(options.fingerprint, options.clock);
  // Who only reports changes nothing.
  let mayClean = options.writeJson !== undefined;
  return {
    snapshot: async ({ signal } = {}) => {
      try {
        const mark = undone.mark();
        const reading = await reader.read(signal);
        if (mayClean) void queue.run('changes', () => cleanUp(reading, options.clock.now()));
        mayClean = false;
        for (const change of lookForUndone(undone, reading, mark))
          void queue.run('changes', () => applyAgain(options, reader, undone, change));
        return { ...reading.snapshot, undone: undone.notices() };
      } catch (error) {
        throw AppError.from(error);
      }
    },
    apply: async (change, asked = {}) => {
      const outcome = await queue.run('changes', () => applyChange(options, reader, undone, change, asked));
      if (outcome.kind === 'done' && !outcome.isNoop) void follow(options, reader, change);
      return outcome;
    },
    readCredential: async (agent, profile, { signal } = {}) => {
      try {
        return (await reader.readView(agent, signal))?.readCredential(profile) ?? null;
      } catch (error) {
        throw AppError.from(error);
      }
    },
    sessions: async ({ signal } = {}) => {
      try {
        return await reader.readSessions(signal);
      } catch (error) {
        throw AppError.from(error);
      }
    },
    putVariable: (write, { signal } = {}) => queue.run('changes', () => putVariable(options, reader, write, signal)),
    putReference: (write, { signal } = {}) => queue.run('changes', () => addReference(options, reader, write, signal)),
    probe: (agentId, { signal } = {}) =>
      withProgram(reader, signal, (context) => probeCredentials(context, agentId, signal)),
    askGateway: (asked, { signal } = {}) =>
      withProgram(reader, signal, (context, release) => askGateway(context, release, asked, options.clock, signal)),
    doctor: ({ signal } = {}) => withProgram(reader, signal, (context, release) => runDoctor(context, release, signal)),
    pinSession: (pinning, { signal } = {}) => queue.run('changes', () => pin(reader, pinning, signal)),
    repair: ({ signal } = {}) => queue.run('changes', () => repair(options, reader, signal)),
    watch: (onMaybeChanged) => watchStores(reader.watchTargets, onMaybeChanged),
  };
}

/** For what the release's own program is asked. Throws `AppError`, `cliMissing` among them. */
async function withProgram<T>(
  reader: LocalReader,
  signal: AbortSignal | undefined,
  ask: (context: CliContext, release: Release | null, reading: HostReading) => Promise<T>,
): Promise<T> {
  try {
    const reading = await reader.read(signal);
    const context = reader.cliContext(reading);
    if (context === null) throw new AppError('cliMissing', { path: reading.paths.stateDir });
    return await ask(context, reading.snapshot.release, reading);
  } catch (error) {
    throw AppError.from(error);
  }
}

async function applyChange(
  options: LocalOptions,
  reader: LocalReader,
  undone: UndoneChanges,
  change: Change,
  asked: ApplyOptions,
): Promise<Outcome> {
  let reading: HostReading;
  try {
    reading = await reader.read(asked.signal);
  } catch (error) {
    return { kind: 'notDone', error: AppError.from(error) };
  }
  try {
    const outcome = await applyByEra(options, reader, reading, change, asked);
    const { release } = reading.snapshot;
    const agent = reading.agents.find(({ place }) => place.id === change.agentId);
    if (outcome.kind === 'done' && agent !== undefined && release !== null && mayUndoChanges(release))
      undone.note(change, agent.view.set, release);
    return outcome;
  } catch (error) {
    return { kind: 'unknown', error: AppError.from(error) };
  }
}

/** What died before this process began: nobody may write for weeks, and temporary files hold secrets. */
async function cleanUp({ paths, agents }: HostReading, now: number): Promise<void> {
  const agentDirs = agents.filter(({ place }) => !place.isOutside).map(({ place }) => place.agentDir);
  for (const agentDir of new Set([paths.sharedAgentDir, ...agentDirs])) await removeLeftovers(agentDir, now);
  await removeLeftoversBeside(paths.configPath, now);
}

/** A store that cannot be read whole says nothing about what was undone in it. */
function lookForUndone(undone: UndoneChanges, { agents }: HostReading, mark: number): readonly Change[] {
  return agents.flatMap(({ place, view }) => (view.store.state === 'ok' ? undone.look(place.id, view.set, mark) : []));
}

async function applyAgain(
  options: LocalOptions,
  reader: LocalReader,
  undone: UndoneChanges,
  change: Change,
): Promise<void> {
  let outcome: Outcome;
  try {
    outcome = await applyByEra(options, reader, await reader.read(), change, {});
  } catch (error) {
    outcome = { kind: 'unknown', error: AppError.from(error) };
  }
  undone.noteAgain(change, outcome.kind === 'done');
  options.logger.warn('the gateway undid a change', { agentId: change.agentId, secondTry: outcome.kind });
  // Or it would write from memory once more.
  await follow(options, reader, change);
}

async function applyByEra(
  options: LocalOptions,
  reader: LocalReader,
  reading: HostReading,
  change: Change,
  { signal, onWaiting }: ApplyOptions,
): Promise<Outcome> {
  const { snapshot } = reading;
  const { era, release, stateDir } = snapshot;
  const details = { agentId: change.agentId, release: release?.text ?? null, path: stateDir };
  const agent = reading.agents.find(({ place }) => place.id === change.agentId);
  if (agent === undefined) return notDone(new AppError('storeMissing', details));
  if (agent.place.isOutside) return notDone(new AppError('storeUnreadable', details));
  if (era === 'unknown') return notDone(new AppError('storeUnknownRelease', details));
  if (era === 'sqlite') {
    const context = reader.cliContext(reading);
    if (context === null) return notDone(new AppError('cliMissing', details));
    const { fingerprint, clock } = options;
    const gone = problemView('sqlite', agent.view.store.path, 'unreadable', 'ioError');
    // The read-back goes on after a cancellation: it decides how the change ended.
    const readView = async () => (await reader.readView(change.agentId)) ?? gone;
    return applyThroughCli({ context, change, place: agent.place, readView, fingerprint, clock, signal });
  }
  // The files' owner is not installed here: what it is can only be told from the files themselves.
  if (snapshot.releaseSource !== 'cli' && agent.view.store.state !== 'ok')
    return notDone(new AppError('storeUnknownRelease', details));
  const write = options.writeJson ?? writeJsonChange;
  const context = jsonContext(options, reading, agent.place);
  return write(change, onWaiting === undefined ? context : { ...context, onWaiting }, signal);
}

async function putVariable(
  { fingerprint }: LocalOptions,
  reader: LocalReader,
  write: VariableWrite,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    const { paths } = await reader.read(signal);
    return await writeVariable(paths.stateDir, write, fingerprint);
  } catch (error) {
    return notDone(AppError.from(error));
  }
}

async function addReference(
  { clock }: LocalOptions,
  reader: LocalReader,
  write: ReferenceWrite,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    return await withProgram(reader, signal, async (context, release, reading) => {
      const read = async (): Promise<ProfileSet | null> => (await reader.readView(write.agentId))?.set ?? null;
      const daemon = await reader.readDaemon(reading);
      return putReference({ context, daemon, release, read, clock, signal }, write);
    });
  } catch (error) {
    return notDone(AppError.from(error));
  }
}

async function pin(reader: LocalReader, pinning: SessionPinning, signal: AbortSignal | undefined): Promise<Outcome> {
  try {
    const reading = await reader.read(signal);
    const context = reader.cliContext(reading);
    if (context === null) throw new AppError('cliMissing', { path: reading.paths.stateDir });
    const { agentId, sessionKey } = pinning;
    const readSession = async () => {
      const { sessions } = await reader.readSessions();
      return sessions.find((session) => session.agentId === agentId && session.sessionKey === sessionKey);
    };
    return await pinSession({ context, release: reading.snapshot.release, readSession, signal }, pinning);
  } catch (error) {
    return notDone(AppError.from(error));
  }
}

async function repair(
  { clock }: LocalOptions,
  reader: LocalReader,
  signal: AbortSignal | undefined,
): Promise<RepairOutcome> {
  try {
    const reading = await reader.read(signal);
    const context = reader.cliContext(reading);
    if (context === null) throw new AppError('cliMissing', { path: reading.paths.stateDir });
    const places = reading.agents.map(({ place }) => place);
    const read = async (): Promise<HostSnapshot> => (await reader.read()).snapshot;
    return await repairStores({ context, places, now: clock.now(), read, signal });
  } catch (error) {
    return { kind: 'notStarted', error: AppError.from(error) };
  }
}

/** Takes seconds where a program has to be asked, so nobody waits for it. */
async function follow({ logger, onEcho }: LocalOptions, reader: LocalReader, change: Change): Promise<void> {
  if (onEcho === undefined) return;
  try {
    const reading = await reader.read();
    const [context, { release }] = [reader.cliContext(reading), reading.snapshot];
    if (context === null || release === null) return;
    const echo = await followUp(release, context);
    logger.info('the running gateway was looked after', { echo });
    onEcho(echo, change);
  } catch (error) {
    logger.warn('the running gateway could not be looked after', { code: AppError.from(error).code });
  }
}

function jsonContext(options: LocalOptions, reading: HostReading, place: AgentPlace): JsonWriteContext {
  const { paths, snapshot, agents } = reading;
  const { sharedAgentDir } = paths;
  return {
    dirs: { agentDir: place.isShared ? sharedAgentDir : place.agentDir, sharedAgentDir },
    agentDirs: agents.map((agent) => agent.place.agentDir),
    configPath: paths.configPath,
    release: snapshot.release,
    fingerprint: options.fingerprint,
    clock: options.clock,
  };
}

function notDone(error: AppError): Outcome {
  return { kind: 'notDone', error };
}
