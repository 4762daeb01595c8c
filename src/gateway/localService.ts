import type { Change, Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import { KeyedQueue } from '../platform/keyedQueue.ts';
import type { AgentPlace } from './agentDirs.ts';
import { problemView } from './agentView.ts';
import { applyThroughCli } from './cliDriver.ts';
import { LocalReader, type HostReading, type LocalOptions } from './localReader.ts';
import { writeJsonChange, type JsonWriteContext } from './jsonStore/writer.ts';
import type { GatewayService } from './service.ts';
import { watchStores } from './watch.ts';

/** The gateway of this machine, in this process. Changes are made one after another. */
export function createLocalService(options: LocalOptions): GatewayService {
  const reader = new LocalReader(options);
  const queue = new KeyedQueue<'changes'>();
  return {
    snapshot: async ({ signal } = {}) => {
      try {
        return (await reader.read(signal)).snapshot;
      } catch (error) {
        throw AppError.from(error);
      }
    },
    apply: (change, { signal } = {}) => queue.run('changes', () => applyChange(options, reader, change, signal)),
    readCredential: async (agent, profile, { signal } = {}) => {
      try {
        return (await reader.readView(agent, signal))?.readCredential(profile) ?? null;
      } catch (error) {
        throw AppError.from(error);
      }
    },
    watch: (onMaybeChanged) => watchStores(reader.watchTargets, onMaybeChanged),
  };
}

async function applyChange(
  options: LocalOptions,
  reader: LocalReader,
  change: Change,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  let reading: HostReading;
  try {
    reading = await reader.read(signal);
  } catch (error) {
    return { kind: 'notDone', error: AppError.from(error) };
  }
  try {
    return await applyByEra(options, reader, reading, change, signal);
  } catch (error) {
    return { kind: 'unknown', error: AppError.from(error) };
  }
}

async function applyByEra(
  options: LocalOptions,
  reader: LocalReader,
  reading: HostReading,
  change: Change,
  signal: AbortSignal | undefined,
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
  return writeJsonChange(change, jsonContext(options, reading, agent.place), signal);
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
