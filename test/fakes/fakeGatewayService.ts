import type { DoctorReport } from '../../src/domain/doctor.ts';
import type { Change, Outcome } from '../../src/domain/change.ts';
import { type Credential, fingerprintCredential, type Material, type Profile } from '../../src/domain/credential.ts';
import { AppError, type ErrorCode } from '../../src/domain/errors.ts';
import { findConflict } from '../../src/domain/expectation.ts';
import type { GatewayAnswer } from '../../src/domain/gatewayAnswer.ts';
import { selectionRules } from '../../src/domain/selectionRules.ts';
import { agentId, type Fingerprinter, profileId, revision } from '../../src/domain/ids.ts';
import type { AgentId, ProfileId, ProviderId } from '../../src/domain/ids.ts';
import type { AgentSession, HostSessions } from '../../src/domain/sessionPin.ts';
import type { AgentSnapshot, HostSnapshot } from '../../src/domain/snapshot.ts';
import type { Asked } from '../../src/gateway/askGateway.ts';
import type { SessionPinning } from '../../src/gateway/pinSession.ts';
import type { GatewayService, RepairOutcome } from '../../src/gateway/service.ts';
import type { Disposable } from '../../src/platform/lifetime.ts';
import { aHost, anAgent, aProfile, aSet } from './snapshots.ts';

/** A credential that can be read, or a profile as `snapshots.ts` builds it (OAuth, refs, unknown types). */
export type FakeEntry = Credential | Profile;

interface FakeAgent {
  readonly entries: Map<ProfileId, FakeEntry>;
  readonly order: Map<ProviderId, readonly ProfileId[]>;
}

/** How `apply` ends: `unconfirmed` writes and cannot say so, `refuses` writes nothing. */
export type FakeApply = 'works' | 'unconfirmed' | { readonly refuses: ErrorCode };

/** A gateway in memory: agents with entries, the rules of `expected`, and a log of every change that was asked for. */
export class FakeGatewayService implements GatewayService {
  readonly changes: Change[] = [];
  /** What to alter in every snapshot: release, environment, configuration … */
  host: Partial<HostSnapshot> = {};
  onApply: FakeApply = 'works';
  /** False: as a release that answers through its CLI, with values hidden. */
  isValueReadable = true;
  sessionList: readonly AgentSession[] = [];
  answer: GatewayAnswer = { kind: 'noGateway' };
  readonly asked: Asked[] = [];
  readonly pinnings: SessionPinning[] = [];
  readError: AppError | null = null;
  readonly #agents: Map<AgentId, FakeAgent>;
  readonly #fingerprint: Fingerprinter;
  readonly #listeners = new Set<() => void>();
  #revision = 1;

  constructor(fingerprint: Fingerprinter, agents: Readonly<Record<string, Readonly<Record<string, FakeEntry>>>>) {
    this.#fingerprint = fingerprint;
    this.#agents = new Map(
      Object.entries(agents).map(([id, entries]) => [
        agentId(id),
        { entries: new Map(Object.entries(entries).map(([key, entry]) => [profileId(key), entry])), order: new Map() },
      ]),
    );
  }

  async snapshot(): Promise<HostSnapshot> {
    await Promise.resolve();
    if (this.readError !== null) throw this.readError;
    return aHost(
      [...this.#agents].map(([id, agent]) => this.#agentSnapshot(id, agent)),
      this.host,
    );
  }

  async apply(change: Change): Promise<Outcome> {
    await Promise.resolve();
    this.changes.push(change);
    if (typeof this.onApply === 'object') return { kind: 'notDone', error: new AppError(this.onApply.refuses) };
    const agent = this.#agents.get(change.agentId);
    if (agent === undefined) return { kind: 'notDone', error: new AppError('storeMissing') };
    const error = this.#write(agent, change);
    if (error !== null) return { kind: 'notDone', error };
    this.edit(() => {});
    if (this.onApply === 'unconfirmed') return { kind: 'unknown', error: new AppError('writeNotConfirmed') };
    return { kind: 'done', isNoop: false };
  }

  async readCredential(agent: AgentId, id: ProfileId): Promise<Credential | null> {
    await Promise.resolve();
    if (this.readError !== null) throw this.readError;
    const entry = this.#agents.get(agent)?.entries.get(id);
    return this.isValueReadable && entry !== undefined && 'secret' in entry ? entry : null;
  }

  async putReference(): Promise<Outcome> {
    await Promise.resolve();
    return { kind: 'notDone', error: new AppError('cliMissing') };
  }

  async doctor(): Promise<DoctorReport> {
    await Promise.resolve();
    return { findings: [], checksRun: 0 };
  }

  async probe(): Promise<readonly []> {
    await Promise.resolve();
    return [];
  }

  async sessions(): Promise<HostSessions> {
    await Promise.resolve();
    if (this.readError !== null) throw this.readError;
    return { sessions: this.sessionList, unread: [], isCut: false };
  }

  async askGateway(asked: Asked): Promise<GatewayAnswer> {
    await Promise.resolve();
    this.asked.push(asked);
    if (this.readError !== null) throw this.readError;
    return this.answer;
  }

  async pinSession(pinning: SessionPinning): Promise<Outcome> {
    await Promise.resolve();
    this.pinnings.push(pinning);
    return typeof this.onApply === 'object'
      ? { kind: 'notDone', error: new AppError(this.onApply.refuses, { reason: 'notOffered' }) }
      : { kind: 'done', isNoop: false };
  }

  async putVariable(): Promise<Outcome> {
    await Promise.resolve();
    return { kind: 'done', isNoop: false };
  }

  async repair(): Promise<RepairOutcome> {
    await Promise.resolve();
    return { kind: 'repaired', backup: '/home/me/.openclaw/openclaw-auth-backups/now' };
  }

  watch(onMaybeChanged: () => void): Disposable {
    this.#listeners.add(onMaybeChanged);
    return { dispose: () => void this.#listeners.delete(onMaybeChanged) };
  }

  /** A change by somebody else; the watchers are told. */
  edit(change: (entries: (agent: string) => Map<ProfileId, FakeEntry>) => void): void {
    change((agent) => this.#agents.get(agentId(agent))?.entries ?? new Map<ProfileId, FakeEntry>());
    this.#revision += 1;
    for (const listener of this.#listeners) listener();
  }

  /** The profile as a snapshot shows it now. */
  profile(agent: string, id: string): Profile | null {
    const entry = this.#agents.get(agentId(agent))?.entries.get(profileId(id));
    return entry === undefined ? null : this.#profile(profileId(id), entry);
  }

  #write(agent: FakeAgent, change: Change): AppError | null {
    const { set } = this.#agentSnapshot(change.agentId, agent);
    const conflict = findConflict(change, set, selectionRules(null));
    if (conflict !== null) return conflict;
    switch (change.kind) {
      case 'putCredential': {
        agent.entries.set(change.profileId, change.credential);
        return null;
      }
      case 'removeProfile':
        agent.entries.delete(change.profileId);
        return null;
      case 'setOrder':
        agent.order.set(change.provider, change.profileIds);
        return null;
      case 'clearOrder':
        agent.order.delete(change.provider);
        return null;
    }
  }

  #agentSnapshot(id: AgentId, agent: FakeAgent): AgentSnapshot {
    const profiles = new Map([...agent.entries].map(([key, entry]) => [key, this.#profile(key, entry)]));
    const store = { revision: revision(`r${this.#revision.toString()}`), isValueReadable: this.isValueReadable };
    return anAgent(id, { ...aSet({}), profiles, order: new Map(agent.order) }, store);
  }

  #profile(id: ProfileId, entry: FakeEntry): Profile {
    if (!('secret' in entry)) return entry;
    const expiresAt = entry.type === 'token' ? entry.expiresAt : null;
    return {
      ...aProfile(id, { type: entry.type }),
      material: this.#material(entry),
      expiry: expiresAt === null ? { kind: 'none' } : { kind: 'at', unixMs: expiresAt },
    };
  }

  #material(credential: Credential): Material {
    if (!this.isValueReadable) return { kind: 'hidden' };
    const fingerprint = fingerprintCredential(credential, this.#fingerprint);
    return { kind: 'value', fingerprint, length: credential.secret.length };
  }
}
