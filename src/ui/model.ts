import { EventEmitter, type Event } from 'vscode';
import { AppError } from '../domain/errors.ts';
import { deriveHostStatus, type KnownDates } from '../domain/hostStatus.ts';
import type { Change } from '../domain/change.ts';
import type { AgentId, Fingerprinter, ProfileId } from '../domain/ids.ts';
import type { Profile } from '../domain/credential.ts';
import type { HostSnapshot } from '../domain/snapshot.ts';
import type { HostStatus } from '../domain/status.ts';
import { UnsureChanges, type SettledChange } from '../domain/unsureChanges.ts';
import type { GatewayService } from '../gateway/service.ts';
import type { Clock } from '../platform/clock.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import type { Logger } from '../platform/logger.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import { framesOf } from '../platform/stackFrames.ts';
import { deriveAgreement, type Agreement } from '../sync/agreement.ts';
import { NewFindings } from '../view/newFindings.ts';
import { NOTHING_KEPT, type HostReading, type SyncEngine, type SyncState } from '../sync/syncEngine.ts';
import { buildAway, buildTree } from '../view/treeModel.ts';
import type { TreeNode } from '../view/treeNodes.ts';
import type { ProfileIdentity, ProfileKey, Vault } from '../vault/vault.ts';
import { readVaultView, type VaultView } from '../sync/vaultView.ts';

export interface ModelParts {
  /** The way to the host, as the user named it; null: the gateway of this machine. */
  readonly label: string | null;
  /** Of the topmost row as long as nothing was read. */
  readonly awayId: string;
  readonly gateway: GatewayService;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly warnMs: () => number;
}

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: AppError }
  | {
      readonly kind: 'ready';
      readonly snapshot: HostSnapshot;
      readonly vault: VaultView;
      /** How far the host's clock is ahead of this one, ms; 0 where that cannot be told from the way there. */
      readonly clockOffsetMs: number;
      /** Why the last reading failed, so that the snapshot is older than it should be. */
      readonly staleBecause: AppError | null;
    };

/**
 * What the editor knows of the gateway: the last snapshot, and what the vault holds of each profile. One writer, replaced as a
 * whole. The surfaces read `status()`, which decides anew from the snapshot and the time, so countdowns need no I/O.
 */
export class Model implements Disposable {
  readonly #parts: ModelParts;
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.add(new EventEmitter<void>());
  readonly #read = this.#lifetime.add(new EventEmitter<void>());
  readonly #flight = new SingleFlight(() => this.#load());
  readonly #settled = this.#lifetime.add(new EventEmitter<readonly SettledChange[]>());
  readonly #unsure = new UnsureChanges();
  readonly #fresh = new NewFindings();
  #state: State = { kind: 'loading' };
  #sync: () => SyncState = () => NOTHING_KEPT;

  constructor(parts: ModelParts) {
    this.#parts = parts;
  }

  /** What is shown may be other than before. */
  readonly onDidChange: Event<void> = this.#changed.event;
  /** The gateway and the vault were read. */
  readonly onDidRead: Event<void> = this.#read.event;

  /** A reading told how changes ended of which that was not known. */
  readonly onDidSettle: Event<readonly SettledChange[]> = this.#settled.event;

  /** A change that may or may not have been written; shown until a reading tells. */
  noteUnsure(change: Change, fingerprint: Fingerprinter): void {
    this.#unsure.note(change, fingerprint);
    this.tick();
  }

  /** Shows what the engine does and asks. */
  follow(engine: Pick<SyncEngine, 'state' | 'onDidChange'>): Disposable {
    this.#sync = () => engine.state;
    return engine.onDidChange(() => this.tick());
  }

  get sync(): SyncState {
    return this.#sync();
  }

  get state(): State {
    return this.#state;
  }

  /** What may be acted on: null before the first reading, and while the gateway cannot be read. */
  get reading(): HostReading | null {
    return this.#state.kind === 'ready' && this.#state.staleBecause === null ? this.#state : null;
  }

  /** Whether the last reading failed, so that what is shown is of one before it. */
  get isStale(): boolean {
    return this.#state.kind === 'ready' && this.#state.staleBecause !== null;
  }

  /** Reads again; callers during a reading get the one that starts after it. */
  reload(): Promise<void> {
    return this.#flight.run();
  }

  /** The status at this moment, or null before the first snapshot. */
  status(): HostStatus | null {
    if (this.#state.kind !== 'ready') return null;
    const { snapshot, clockOffsetMs } = this.#state;
    const known = this.#known.bind(this);
    return deriveHostStatus(snapshot, { now: this.now(), warnMs: this.#parts.warnMs(), known, clockOffsetMs });
  }

  /** What the vault knows of the credential that stands in the store. */
  #known(agentId: AgentId, profileId: ProfileId): KnownDates | null {
    if (this.#state.kind !== 'ready') return null;
    const read = this.#state.vault.readOf(this.vaultKey(agentId, profileId));
    const material = this.profile(agentId, profileId)?.material;
    const isSame =
      read.kind === 'present' && material?.kind === 'value' && material.fingerprint === read.envelope.fingerprint;
    if (!isSame) return null;
    const { credential, issuedAt } = read.envelope;
    return { issuedAt, expiresAt: credential.type === 'token' ? credential.expiresAt : null };
  }

  /** Unix ms, by the host's clock: that of this machine's gateway is this machine's. */
  now(): number {
    const offset = this.#state.kind === 'ready' ? this.#state.clockOffsetMs : 0;
    return this.#parts.clock.now() + offset;
  }

  /** The profile as the store showed it last. */
  profile(agentId: AgentId, profileId: ProfileId): Profile | null {
    if (this.#state.kind !== 'ready') return null;
    const agent = this.#state.snapshot.agents.find((candidate) => candidate.id === agentId);
    return agent?.set.profiles.get(profileId) ?? null;
  }

  /** Where the vault keeps this gateway's copy. Throws `internal` before the first snapshot. */
  vaultKey(agentId: AgentId, profileId: ProfileId): ProfileKey {
    if (this.#state.kind !== 'ready') throw new AppError('internal', { reason: 'noSnapshot' });
    return { hostId: this.#state.snapshot.hostId, agentId, profileId };
  }

  agreement(agentId: AgentId, profileId: ProfileId): Agreement {
    if (this.#state.kind !== 'ready') return 'unknown';
    const read = this.#state.vault.readOf(this.vaultKey(agentId, profileId));
    return deriveAgreement(read, this.profile(agentId, profileId));
  }

  /** The rows of the tree at this moment; none before the first snapshot. */
  rows(): readonly TreeNode[] {
    const status = this.status();
    const { label } = this.#parts;
    if (status === null)
      return label === null
        ? []
        : [buildAway(this.rootId, label, this.#state.kind === 'failed' ? this.#state.error : null)];
    const awayBecause = this.#state.kind === 'ready' ? this.#state.staleBecause : null;
    const place = { label, awayBecause, unsure: this.#unsure.all };
    return buildTree(status, this.agreement.bind(this), this.kept.bind(this), this.sync, place);
  }

  get label(): string | null {
    return this.#parts.label;
  }

  /** Of the topmost row. */
  get rootId(): string {
    return this.#state.kind === 'ready' ? this.#state.snapshot.hostId : this.#parts.awayId;
  }

  /** Copies of profiles that the agent's store does not have, so that they can be put back. */
  kept(agentId: AgentId): readonly ProfileIdentity[] {
    return this.#state.kind === 'ready' ? this.#state.vault.kept.filter((copy) => copy.agentId === agentId) : [];
  }

  /** Repaints what the passing of time changes. */
  tick(): void {
    if (this.#state.kind === 'ready') this.#changed.fire();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #load(): Promise<void> {
    const next = await this.#readBoth();
    if (this.#lifetime.isOver) return;
    this.#state = next;
    const settled = this.reading === null ? [] : this.#unsure.settle(this.reading.snapshot);
    this.#logFindings();
    this.#changed.fire();
    this.#read.fire();
    if (settled.length > 0) this.#settled.fire(settled);
  }

  /** The way out of some findings is the log: it has the path, the mode and the reason. */
  #logFindings(): void {
    for (const { code, message } of this.#fresh.take(this.status()?.findings ?? []))
      this.#parts.logger.info('found', { code, message });
  }

  async #readBoth(): Promise<State> {
    try {
      const { clock, gateway } = this.#parts;
      const asked = clock.now();
      const snapshot = await gateway.snapshot({ signal: this.#lifetime.signal });
      const clockOffsetMs = offsetOf(snapshot.readAt, asked, clock.now());
      return { kind: 'ready', snapshot, vault: await this.#readVault(snapshot), clockOffsetMs, staleBecause: null };
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (!this.#lifetime.isOver) this.#log(error);
      return this.#state.kind === 'ready' ? { ...this.#state, staleBecause: error } : { kind: 'failed', error };
    }
  }

  #log(error: AppError): void {
    const at = framesOf(error.cause ?? error);
    this.#parts.logger.error('reading the gateway failed', { code: error.code, ...error.details, at });
  }

  async #readVault({ hostId, agents }: HostSnapshot): Promise<VaultView> {
    const keys = agents.flatMap((agent) =>
      [...agent.set.profiles.keys()].map((profileId) => ({ hostId, agentId: agent.id, profileId })),
    );
    return readVaultView(this.#parts.vault, keys, (identity) => isMissingInStore({ hostId, agents }, identity));
  }
}

/** The host read at some moment between question and answer; what is outside of that is its clock. */
function offsetOf(readAt: number, asked: number, answered: number): number {
  if (readAt < asked) return readAt - asked;
  return Math.max(0, readAt - answered);
}

/** A store that could not be read whole says nothing about what is missing in it. */
function isMissingInStore(
  { hostId, agents }: Pick<HostSnapshot, 'hostId' | 'agents'>,
  identity: ProfileIdentity,
): boolean {
  const agent = agents.find((candidate) => candidate.id === identity.agentId);
  if (identity.hostId !== hostId || agent === undefined) return false;
  const { store, set } = agent;
  const isReadWhole = store.state === 'ok' || store.state === 'empty' || store.state === 'missing';
  const isThere =
    set.profiles.has(identity.profileId) || set.unreadable.some((entry) => entry.id === identity.profileId);
  return isReadWhole && !isThere;
}
