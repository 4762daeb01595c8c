import type { Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import { KeyedQueue } from '../platform/keyedQueue.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import type { Timers } from '../platform/timers.ts';
import { BusyProfiles } from './busyProfiles.ts';
import { automaticOf, planHost, type HostPlan } from './hostPlan.ts';
import { Pacing } from './pacing.ts';
import type { Consent } from './reconcile.ts';
import { performAction, resolveConflict } from './syncActions.ts';
import {
  NOTHING_KEPT,
  type AgentSync,
  type ProfileSync,
  type HostReading,
  type Readings,
  type Resolution,
  type SyncEngine,
  type SyncState,
  type Trigger,
} from './syncEngine.ts';
import { StoreMemories } from './storeMemories.ts';
import type { SyncMemory } from './syncMemory.ts';
import { describeState, isUnsettled, mapProfiles } from './stateMaps.ts';
import { pushProfile, type TransferParts } from './transfer.ts';
import { Writer, type WriterParts } from './writer.ts';

export interface EngineParts extends TransferParts {
  readonly readings: Readings;
  readonly memory: SyncMemory;
  readonly lease: WriterParts['lease'];
  readonly timers: Timers;
  /** Told of each value that moved by itself, and of a failure once for as long as it is the same one. */
  readonly onActed: (item: ProfileSync, outcome: Outcome) => void;
}

/** Renews the lease, and looks at what was not due before. */
const TICK_MS = 5_000;
/** While the gateway cannot be read. */
const LONGEST_TICK_MS = 5 * 60_000;

export function createSyncEngine(parts: EngineParts): SyncEngine {
  return new Engine(parts);
}

class Engine implements SyncEngine {
  readonly #parts: EngineParts;
  readonly #lifetime = new Lifetime();
  readonly #listeners = new Set<() => void>();
  readonly #pacing: Pacing;
  readonly #flight = new SingleFlight(() => this.#queue.run('host', () => this.#work()));
  /** What the engine and the user's decisions write, one after another. */
  readonly #queue = new KeyedQueue<'host'>();
  readonly #busy = new BusyProfiles();
  readonly #memories: StoreMemories;
  readonly #writer: Writer;
  #ticking: Disposable | null = null;
  #state: SyncState = NOTHING_KEPT;
  /** Ticks since the gateway could be read. */
  #unread = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#pacing = new Pacing(parts.timers);
    this.#memories = new StoreMemories(parts.memory);
    this.#writer = new Writer(parts);
  }

  get state(): SyncState {
    return this.#state;
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async run(trigger: Trigger): Promise<void> {
    if (this.#lifetime.isOver) return;
    this.#parts.logger.trace('sync: asked to look', { trigger });
    await this.#flight.run().catch((thrown: unknown) => {
      this.#parts.logger.error('sync: failed', { code: AppError.from(thrown).code });
    });
  }

  async setConsent(consent: Consent): Promise<Outcome> {
    const reading = this.#parts.readings.current();
    const isKept = reading !== null && (await this.#parts.memory.setConsent(reading.snapshot.hostId, consent));
    if (!isKept) return { kind: 'notDone', error: new AppError('internal', { reason: 'consentNotKept' }) };
    await this.run('command');
    return { kind: 'done', isNoop: false };
  }

  resolve(conflict: ProfileSync, resolution: Resolution, options: ApplyOptions = {}): Promise<Outcome> {
    return this.#decide(async () => {
      this.#pacing.forget(conflict);
      return resolveConflict(this.#parts, conflict, resolution, options);
    });
  }

  async postpone(conflict: ProfileSync): Promise<void> {
    await this.#parts.memory.postpone(conflict);
    await this.run('command');
  }

  restore(
    agentId: AgentId,
    ids: readonly ProfileId[],
    options: ApplyOptions = {},
  ): Promise<ReadonlyMap<ProfileId, Outcome>> {
    return this.#decide(async () => {
      const restorable = this.#state.agents.get(agentId)?.incident?.restorable ?? [];
      const outcomes = new Map<ProfileId, Outcome>();
      for (const identity of restorable.filter(({ profileId }) => ids.includes(profileId)))
        outcomes.set(identity.profileId, await pushProfile(this.#parts, identity, null, options));
      const failed = [...outcomes].filter(([, { kind }]) => kind !== 'done').map(([id]) => id);
      await this.#letGo(agentId, new Set(failed));
      return outcomes;
    });
  }

  async dismiss(agentId: AgentId): Promise<void> {
    await this.#decide(() => this.#letGo(agentId, new Set()));
  }

  whileWriting<T>(agentId: AgentId, profileId: ProfileId, work: () => Promise<T>): Promise<T> {
    // What was read before the end shows the store as it was.
    return this.#busy.during({ agentId, profileId }, work, () =>
      this.#state.consent === 'sync' ? this.#parts.readings.reload() : Promise.resolve(),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
    this.#ticking?.dispose();
    this.#writer.release();
  }

  /** What the user decided is done between two runs, and looked at afterwards. */
  async #decide<T>(work: () => Promise<T>): Promise<T> {
    const result = await this.#queue.run('host', work);
    await this.#parts.readings.reload();
    await this.run('command');
    return result;
  }

  async #letGo(agentId: AgentId, owed: ReadonlySet<ProfileId>): Promise<void> {
    const hostId = this.#parts.readings.current()?.snapshot.hostId;
    if (hostId !== undefined) await this.#memories.letGo(hostId, agentId, owed);
  }

  /** Looks, acts, reads again, until nothing is due. What was planned from one reading is done only while it is the last one. */
  async #work(): Promise<void> {
    for (;;) {
      const reading = this.#parts.readings.current();
      if (this.#lifetime.isOver) return;
      if (reading === null) {
        if (this.#state.consent !== null) this.#keepTicking();
        return;
      }
      this.#unread = 0;
      const { hostId } = reading.snapshot;
      const consent = await this.#parts.memory.consent(hostId);
      if (consent === null || consent === 'off') {
        this.#rest(consent);
        return;
      }
      await this.#memories.recall(reading);
      const isWriter = await this.#writer.hold(hostId);
      // Every wait may have brought another reading.
      if (this.#parts.readings.current() !== reading) continue;
      const { agents, memories } = this.#plan(reading, consent);
      this.#memories.current = memories;
      this.#publish({ consent, isWriter, agents: await this.#withPostponed(agents) });
      this.#keepTicking();
      if (!isWriter) {
        this.#memories.forgetKept();
        return;
      }
      await this.#memories.keep(hostId);
      if (!(await this.#act(reading, consent, agents))) return;
      await this.#parts.readings.reload();
    }
  }

  /** True when something was tried, so that both sides have to be read again. */
  async #act(reading: HostReading, consent: Consent, agents: ReadonlyMap<AgentId, AgentSync>): Promise<boolean> {
    let hasTried = false;
    for (const item of automaticOf(agents).filter((candidate) => this.#pacing.isDue(candidate))) {
      if (!(await this.#mayStill(reading, consent))) return hasTried || this.#isOutdated(reading);
      if (this.#busy.has(item.identity)) continue;
      const outcome = await performAction(this.#parts, item, { signal: this.#lifetime.signal });
      hasTried = true;
      this.#tell(item, outcome);
      if (outcome.kind === 'done') this.#pacing.noteDone(item);
      else this.#pacing.noteFailed(item, outcome.error);
      const { action } = item;
      this.#parts.logger.info('sync: acted', { action, agentId: item.identity.agentId, outcome: outcome.kind });
    }
    return hasTried;
  }

  #tell(item: ProfileSync, outcome: Outcome): void {
    const isRepeated = outcome.kind !== 'done' && this.#pacing.failureOf(item)?.code === outcome.error.code;
    if (item.action !== 'recordBase' && !isRepeated) this.#parts.onActed(item, outcome);
  }

  async #mayStill(reading: HostReading, consent: Consent): Promise<boolean> {
    const { hostId } = reading.snapshot;
    const isAllowed = (await this.#parts.memory.consent(hostId)) === consent && (await this.#writer.hold(hostId));
    return isAllowed && !this.#lifetime.isOver && !this.#isOutdated(reading);
  }

  #isOutdated(reading: HostReading): boolean {
    return this.#parts.readings.current() !== reading;
  }

  #plan(reading: HostReading, consent: Consent): HostPlan {
    const { fingerprint } = this.#parts;
    const plan = planHost({ reading, consent, memories: this.#memories.current, fingerprint });
    this.#pacing.look([...plan.agents.values()].flatMap(({ profiles }) => [...profiles.values()]));
    return { ...plan, agents: mapProfiles(plan.agents, (item) => this.#pace(item)) };
  }

  #pace(item: ProfileSync): ProfileSync {
    const failure = this.#pacing.failureOf(item);
    const isMove = item.action === 'push' || item.action === 'pull' || item.action === 'remove';
    if (!isMove || !this.#pacing.isPingPong(item)) return { ...item, failure };
    return { ...item, failure, action: 'conflict', conflict: { reason: 'pingPong', isDismissed: false } };
  }

  async #withPostponed(agents: ReadonlyMap<AgentId, AgentSync>): Promise<ReadonlyMap<AgentId, AgentSync>> {
    const conflicts = [...agents.values()].flatMap(({ profiles }) =>
      [...profiles.values()].filter(({ conflict }) => conflict !== null),
    );
    const postponed = new Set<ProfileSync>();
    for (const item of conflicts) if (await this.#parts.memory.isPostponed(item)) postponed.add(item);
    if (postponed.size === 0) return agents;
    return mapProfiles(agents, (item) =>
      item.conflict !== null && postponed.has(item)
        ? { ...item, conflict: { ...item.conflict, isDismissed: true } }
        : item,
    );
  }

  #rest(consent: Consent | null): void {
    this.#ticking?.dispose();
    this.#ticking = null;
    this.#writer.release();
    this.#publish({ ...NOTHING_KEPT, consent });
  }

  #keepTicking(): void {
    if (this.#ticking !== null || this.#lifetime.isOver) return;
    const delayMs = Math.min(LONGEST_TICK_MS, TICK_MS * 2 ** this.#unread);
    this.#ticking = this.#parts.timers.after(delayMs, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    this.#ticking = null;
    if (this.#parts.readings.current() === null) {
      this.#unread += 1;
      await this.#parts.readings.reload();
      return this.run('timer');
    }
    const isSettled = !isUnsettled(this.#state) && (await this.#queue.run('host', () => this.#isAsBefore()));
    if (isSettled) this.#keepTicking();
    else await this.run('timer');
  }

  /** Renews the lease; another window may have changed the consent, or have given up the lease. */
  async #isAsBefore(): Promise<boolean> {
    const hostId = this.#parts.readings.current()?.snapshot.hostId;
    if (hostId === undefined) return false;
    const { consent, isWriter } = this.#state;
    return (await this.#writer.hold(hostId)) === isWriter && (await this.#parts.memory.consent(hostId)) === consent;
  }

  #publish(state: SyncState): void {
    if (this.#lifetime.isOver || describeState(state) === describeState(this.#state)) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
