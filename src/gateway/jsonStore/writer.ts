import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change, LockHolder, Outcome } from '../../domain/change.ts';
import { AppError } from '../../domain/errors.ts';
import type { Fingerprinter, ProfileId } from '../../domain/ids.ts';
import { eraOf, type Release } from '../../domain/release.ts';
import type { Clock } from '../../platform/clock.ts';
import { planConfigEdit, writeConfigEdit, type ConfigEdit } from '../configWriter.ts';
import { removeLeftovers, removeLeftoversBeside } from './leftovers.ts';
import { systemProcesses, type JsonEra } from './lockRules.ts';
import { checkPlace } from './places.ts';
import { planChange, type FileEdit } from './plan.ts';
import { loadStore, type StoreDirs } from './reader.ts';
import { replaceFile } from './replaceFile.ts';
import { credentialsPathOf } from './storeFiles.ts';
import { acquireStoreLock, LOCK_WAIT_MS, type StoreLock } from './storeLock.ts';

export interface JsonWriteContext {
  readonly dirs: StoreDirs;
  /** Directories of all agents: a profile that another one has too stays in the configuration. */
  readonly agentDirs: readonly string[];
  readonly configPath: string;
  /** `null`: not known, so nothing is written. */
  readonly release: Release | null;
  readonly fingerprint: Fingerprinter;
  /** The gateway host's clock. */
  readonly clock: Clock;
  readonly lockWaitMs?: number;
  /** Told whenever it turns out that somebody else holds the lock. */
  readonly onWaiting?: (holder: LockHolder) => void;
  /** Told when the lock is held; what it returns is called when nothing more is done under it. */
  readonly onHeld?: () => () => void;
}

/** Somebody who does not take the lock (a user, the CLI of 2026.3.x) may write between our reading and our writing. */
const MAX_TRIES = 5;
const MAX_CONFIG_TRIES = 10;
const CONFIG_PAUSE_MS = 100;

/** Makes one change in the files of a release that keeps its credentials there, wherever that happens. Never throws. */
export type WriteJson = (change: Change, context: JsonWriteContext, signal?: AbortSignal) => Promise<Outcome>;

/**
 * Makes one change in the files of a release that keeps its credentials there: under that release's lock, on the text as it
 * stands then, read back, and then the configuration entry. Never throws. Must run where the gateway runs: same host, same
 * process namespace. `unknown` means that the store was written and something after it failed.
 */
export async function writeJsonChange(
  change: Change,
  context: JsonWriteContext,
  signal?: AbortSignal,
): Promise<Outcome> {
  const write = new JsonWrite(change, context, signal);
  for (let left = MAX_TRIES; ; left -= 1) {
    try {
      const isNoop = !(await write.run());
      return { kind: 'done', isNoop, ...(write.hasTightened ? { notices: ['tightened'] } : {}) };
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (!write.hasWritten && left > 1 && isWorthAnotherTry(error)) continue;
      return { kind: write.hasWritten || error.code === 'writeNotConfirmed' ? 'unknown' : 'notDone', error };
    }
  }
}

/** The file changed under us, or the lock was taken from us: nothing was written, and the plan has to be made again. */
function isWorthAnotherTry({ code, details }: AppError): boolean {
  return details['reason'] === 'lockLost' || (code === 'changeConflict' && 'path' in details);
}

class JsonWrite {
  readonly #change: Change;
  readonly #context: JsonWriteContext;
  readonly #signal: AbortSignal | undefined;
  hasWritten = false;
  hasTightened = false;

  constructor(change: Change, context: JsonWriteContext, signal: AbortSignal | undefined) {
    this.#change = change;
    this.#context = context;
    this.#signal = signal;
  }

  /** False when there was nothing to write; then no lock was taken either. */
  async run(): Promise<boolean> {
    const target = checkWritable(this.#context);
    const edits = await this.#plan(target.release);
    // What cannot be edited, and what others may write, is found out before the store is touched.
    const config = await this.#planConfig(target.release);
    for (const { path } of [...edits, ...(config === null ? [] : [config])]) await checkPlace(path);
    if (edits.length > 0) await this.#writeStore(target);
    if (config !== null) await this.#writeConfig(target.release);
    return edits.length > 0 || config !== null;
  }

  async #plan(release: Release): Promise<FileEdit[]> {
    const { dirs, fingerprint } = this.#context;
    const { ownFiles, seen } = await loadStore(dirs, release, fingerprint);
    return planChange(this.#change, ownFiles, seen, release);
  }

  async #writeStore({ era, release }: WritableStore): Promise<void> {
    const { dirs, clock, lockWaitMs, onWaiting, onHeld } = this.#context;
    await makeDirectory(dirs.agentDir);
    const lock = await acquireStoreLock(credentialsPathOf(dirs.agentDir), {
      era,
      clock,
      processes: systemProcesses,
      signal: this.#signal,
      waitMs: lockWaitMs ?? LOCK_WAIT_MS,
      onWaiting,
    });
    const onReleased = onHeld?.();
    try {
      await removeLeftovers(dirs.agentDir, clock.now());
      for (const edit of await this.#plan(release)) {
        const hasTightened = await replaceFile({ ...edit, checkStill: () => this.#checkStill(lock) });
        this.hasWritten = true;
        this.hasTightened ||= hasTightened;
      }
    } catch (thrown) {
      // A lock that then stays behind is told in its place, and the file has appeared all the same.
      if (AppError.from(thrown).code === 'writeNotConfirmed') this.hasWritten = true;
      throw thrown;
    } finally {
      // Also where it stays behind: the sooner this process ends, the sooner others take it over.
      await this.#release(lock).finally(onReleased);
    }
  }

  async #checkStill(lock: StoreLock): Promise<void> {
    if (this.#signal?.aborted === true && !this.hasWritten) throw new AppError('cancelled');
    if (!(await lock.isHeld())) throw new AppError('storeBusy', { path: lock.path, reason: 'lockLost' });
  }

  /** A lock that stays behind blocks the gateway, so the user must hear of it, whatever else happened. */
  async #release(lock: StoreLock): Promise<void> {
    if (!(await lock.release())) throw new AppError('storeBusy', { path: lock.path, reason: 'lockLeft' });
  }

  async #planConfig(release: Release): Promise<ConfigEdit | null> {
    const { configPath } = this.#context;
    if (this.#change.kind === 'removeProfile' && (await this.#isElsewhere(this.#change.profileId))) return null;
    return await planConfigEdit(configPath, this.#change, release);
  }

  /**
   * No lock guards the configuration: the CLI, or our writer for another agent, may write it in between, also right after us.
   * The plan that is made again shows whether our entry is still missing.
   */
  async #writeConfig(release: Release): Promise<void> {
    await removeLeftoversBeside(this.#context.configPath, this.#context.clock.now());
    for (let left = MAX_CONFIG_TRIES; ; left -= 1) {
      const edit = await this.#planConfig(release);
      if (edit === null) return;
      try {
        await writeConfigEdit(edit);
        return;
      } catch (thrown) {
        const error = AppError.from(thrown);
        if (left === 1 || !(isWorthAnotherTry(error) || error.code === 'writeNotConfirmed')) throw error;
        await sleep(Math.random() * CONFIG_PAUSE_MS);
      }
    }
  }

  /** The configuration is one for all agents. A store that cannot be read may have the profile, too. */
  async #isElsewhere(id: ProfileId): Promise<boolean> {
    const { agentDirs, dirs, release, fingerprint } = this.#context;
    const others = agentDirs.filter((agentDir) => agentDir !== dirs.agentDir);
    const stores = await Promise.all(
      others.map((agentDir) => loadStore({ agentDir, sharedAgentDir: agentDir }, release, fingerprint)),
    );
    return stores.some(
      ({ own: { state, set } }) =>
        state === 'malformed' ||
        state === 'unreadable' ||
        set.profiles.has(id) ||
        set.unreadable.some((entry) => entry.id === id),
    );
  }
}

interface WritableStore {
  readonly era: JsonEra;
  readonly release: Release;
}

/** Throws `storeRetired` and `storeUnknownRelease`: a file where a database is live takes the provider offline. */
function checkWritable({ release, dirs }: JsonWriteContext): WritableStore {
  const era = eraOf(release);
  const details = { path: credentialsPathOf(dirs.agentDir), release: release?.text ?? null };
  if (era === 'sqlite') throw new AppError('storeRetired', details);
  if (era === 'unknown' || release === null) throw new AppError('storeUnknownRelease', details);
  return { era, release };
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    const { details } = AppError.from(thrown);
    throw new AppError('storeWriteFailed', { ...details, path: directory }, { cause: thrown });
  }
}
