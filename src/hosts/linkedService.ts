import * as z from 'zod';
import type { Change, Outcome } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import type { GatewayAnswer } from '../domain/gatewayAnswer.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import type { ReferenceWrite } from '../domain/reference.ts';
import { doctorMessage, type DoctorReport } from '../domain/doctor.ts';
import { probesMessage, type ProbeResult } from '../domain/probe.ts';
import type { HostSessions } from '../domain/sessionPin.ts';
import type { HostSnapshot } from '../domain/snapshot.ts';
import { decodeOutcome, encodeChange, encodeVariable } from '../gateway/applyMessage.ts';
import type { Asked } from '../gateway/askGateway.ts';
import type { VariableWrite } from '../gateway/dotenvWriter.ts';
import { decodeGatewayAnswer } from '../gateway/gatewayAnswerMessage.ts';
import * as protocol from '../gateway/linkProtocol.ts';
import type { SessionPinning } from '../gateway/pinSession.ts';
import { decodeCredential, decodeRepair, unwrapReport } from '../gateway/reportMessage.ts';
import type { ApplyOptions, CallOptions, GatewayService, RepairOutcome } from '../gateway/service.ts';
import { decodeSessions } from '../gateway/sessionMessage.ts';
import { decodeSnapshot } from '../gateway/snapshotMessage.ts';
import type { Disposable } from '../platform/lifetime.ts';
import { HostFailure } from './hostFailure.ts';
import type { HostLink } from './hostLink.ts';
import type { WorkerLink } from './workerLink.ts';

export interface LinkedOptions {
  readonly link: HostLink;
  /** As the worker was told; see `LocalOptions.machine`. */
  readonly machine: string;
  readonly onEcho?: (echo: Echo, change: Change) => void;
}

/** Programs on a busy host take seconds each. */
const READ_LIMIT_MS = 60_000;
/** A change waits for the gateway's lock, or for its CLI. */
const APPLY_LIMIT_MS = 180_000;
const REPAIR_LIMIT_MS = 11 * 60_000;
/** Longer than the command itself is given. */
const PROBE_LIMIT_MS = 200_000;
const DOCTOR_LIMIT_MS = 6 * 60_000;
/** Of a session to be let go: some calls of the program, one after another. */
const PIN_LIMIT_MS = 5 * 60_000;
/** For a doctor to end that was told to. */
const REPAIR_GRACE_MS = 30_000;
/** Of the changes whose echo is awaited: they hold the credential. */
const REMEMBERED_CHANGES = 5;

/**
 * The gateway of another host. Reading throws `AppError` `hostAway` too (`reason`: a `HostFailureCode`), when the host is not
 * reached. A change that was sent over a link that broke before the answer came is `unknown`; one that was not sent is `notDone`.
 */
export class LinkedService implements GatewayService {
  readonly #options: LinkedOptions;
  readonly #changes = new Map<number, { readonly change: Change; readonly onWaiting: ApplyOptions['onWaiting'] }>();
  readonly #prepared = new WeakSet<WorkerLink>();
  readonly #watchers = new Set<() => Promise<void> | void>();
  #lastId = 0;

  constructor(options: LinkedOptions) {
    this.#options = options;
    options.link.onDidChange(({ kind }) => {
      if (kind === 'up' && this.#watchers.size > 0) void this.#watchHost();
    });
  }

  async snapshot({ signal }: CallOptions = {}): Promise<HostSnapshot> {
    try {
      const link = await this.#get();
      const answer = unwrapReport(await link.request(protocol.SNAPSHOT, null, { timeoutMs: READ_LIMIT_MS, signal }));
      const snapshot = decodeSnapshot(answer, this.#options.machine);
      if (snapshot === null) throw new HostFailure('linkGarbled');
      return snapshot;
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  async apply(change: Change, { signal, onWaiting }: ApplyOptions = {}): Promise<Outcome> {
    this.#lastId += 1;
    const changeId = this.#lastId;
    let link: WorkerLink;
    try {
      signal?.throwIfAborted();
      link = await this.#get();
    } catch (thrown) {
      return { kind: 'notDone', error: errorOf(thrown) };
    }
    this.#remember(changeId, { change, onWaiting });
    try {
      const params = { changeId, change: encodeChange(change) };
      // What was begun over there is finished, so its answer is waited for.
      const limits = { timeoutMs: APPLY_LIMIT_MS, graceMs: APPLY_LIMIT_MS, signal };
      const outcome = decodeOutcome(await link.request(protocol.APPLY_CHANGE, params, limits));
      return outcome ?? { kind: 'unknown', error: errorOf(new HostFailure('linkGarbled')) };
    } catch (thrown) {
      return { kind: 'unknown', error: errorOf(thrown) };
    }
  }

  async readCredential(
    agentId: AgentId,
    profileId: ProfileId,
    { signal }: CallOptions = {},
  ): Promise<Credential | null> {
    try {
      const link = await this.#get();
      const options = { timeoutMs: READ_LIMIT_MS, signal };
      const answer = await link.request(protocol.READ_CREDENTIAL, { agentId, profileId }, options);
      return decodeCredential(unwrapReport(answer));
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  async probe(agentId: AgentId, { signal }: CallOptions = {}): Promise<readonly ProbeResult[]> {
    try {
      const link = await this.#get();
      const limits = { timeoutMs: PROBE_LIMIT_MS, signal };
      const answer = unwrapReport(await link.request(protocol.PROBE, { agentId }, limits));
      const parsed = probesMessage.safeParse(answer);
      if (!parsed.success) throw new HostFailure('linkGarbled');
      return parsed.data;
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  async doctor({ signal }: CallOptions = {}): Promise<DoctorReport> {
    try {
      const link = await this.#get();
      const answer = unwrapReport(await link.request(protocol.DOCTOR, null, { timeoutMs: DOCTOR_LIMIT_MS, signal }));
      const parsed = doctorMessage.safeParse(answer);
      if (!parsed.success) throw new HostFailure('linkGarbled');
      return parsed.data;
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  async sessions({ signal }: CallOptions = {}): Promise<HostSessions> {
    try {
      const link = await this.#get();
      const answer = await link.request(protocol.SESSIONS, null, { timeoutMs: READ_LIMIT_MS, signal });
      const sessions = decodeSessions(unwrapReport(answer));
      if (sessions === null) throw new HostFailure('linkGarbled');
      return sessions;
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  async askGateway(asked: Asked, { signal }: CallOptions = {}): Promise<GatewayAnswer> {
    try {
      const link = await this.#get();
      const limits = { timeoutMs: PROBE_LIMIT_MS, signal };
      const answer = decodeGatewayAnswer(unwrapReport(await link.request(protocol.ASK_GATEWAY, asked, limits)));
      if (answer === null) throw new HostFailure('linkGarbled');
      return answer;
    } catch (thrown) {
      throw errorOf(thrown);
    }
  }

  pinSession(pinning: SessionPinning, { signal }: CallOptions = {}): Promise<Outcome> {
    const limits = { timeoutMs: PIN_LIMIT_MS, graceMs: PIN_LIMIT_MS, signal };
    return this.#change((link) => link.request(protocol.PIN_SESSION, pinning, limits));
  }

  putVariable(write: VariableWrite, { signal }: CallOptions = {}): Promise<Outcome> {
    const limits = { timeoutMs: READ_LIMIT_MS, signal };
    return this.#change((link) => link.request(protocol.PUT_VARIABLE, encodeVariable(write), limits));
  }

  putReference(write: ReferenceWrite, { signal }: CallOptions = {}): Promise<Outcome> {
    const limits = { timeoutMs: APPLY_LIMIT_MS, graceMs: APPLY_LIMIT_MS, signal };
    return this.#change((link) => link.request(protocol.PUT_REFERENCE, write, limits));
  }

  /** What was not sent was not done; of what was, only an answer tells. */
  async #change(send: (link: WorkerLink) => Promise<unknown>): Promise<Outcome> {
    let link: WorkerLink;
    try {
      link = await this.#get();
    } catch (thrown) {
      return { kind: 'notDone', error: errorOf(thrown) };
    }
    try {
      const outcome = decodeOutcome(await send(link));
      return outcome ?? { kind: 'unknown', error: errorOf(new HostFailure('linkGarbled')) };
    } catch (thrown) {
      return { kind: 'unknown', error: errorOf(thrown) };
    }
  }

  async repair({ signal }: CallOptions = {}): Promise<RepairOutcome> {
    let link: WorkerLink;
    try {
      link = await this.#get();
    } catch (thrown) {
      return { kind: 'notStarted', error: errorOf(thrown) };
    }
    try {
      const limits = { timeoutMs: REPAIR_LIMIT_MS, graceMs: REPAIR_GRACE_MS, signal };
      const outcome = decodeRepair(await link.request(protocol.REPAIR, null, limits));
      return outcome ?? { kind: 'unknown', error: errorOf(new HostFailure('linkGarbled')) };
    } catch (thrown) {
      return { kind: 'unknown', error: errorOf(thrown) };
    }
  }

  /** Also called when the host is there again: what happened meanwhile nobody saw. */
  watch(onMaybeChanged: () => Promise<void> | void): Disposable {
    const watcher = (): Promise<void> | void => onMaybeChanged();
    this.#watchers.add(watcher);
    if (this.#options.link.state.kind === 'up') void this.#watchHost();
    return { dispose: () => this.#watchers.delete(watcher) };
  }

  async #get(): Promise<WorkerLink> {
    const link = await this.#options.link.get();
    this.#prepare(link);
    return link;
  }

  #prepare(link: WorkerLink): void {
    if (this.#prepared.has(link)) return;
    this.#prepared.add(link);
    link.onNotification(protocol.CHANGED, () => this.#tellWatchers());
    link.onNotification(protocol.CHANGE_WAITS, (params) => {
      const { data } = changeWaits.safeParse(params);
      if (data !== undefined) this.#changes.get(data.changeId)?.onWaiting?.(data.holder);
    });
    link.onNotification(protocol.CHANGE_ECHO, (params) => {
      const { data } = changeEcho.safeParse(params);
      const known = data === undefined ? undefined : this.#changes.get(data.changeId);
      if (data === undefined || known === undefined) return;
      this.#changes.delete(data.changeId);
      this.#options.onEcho?.(data.echo, known.change);
    });
  }

  async #watchHost(): Promise<void> {
    try {
      const link = await this.#get();
      await link.request(protocol.WATCH, null, { timeoutMs: READ_LIMIT_MS });
      this.#tellWatchers();
    } catch {
      // The link is over; the next one is watched again.
    }
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) void watcher();
  }

  #remember(id: number, change: { readonly change: Change; readonly onWaiting: ApplyOptions['onWaiting'] }): void {
    this.#changes.set(id, change);
    this.#changes.delete(id - REMEMBERED_CHANGES);
  }
}

/** The host may be anybody. */
const changeWaits = z.object({
  changeId: z.number(),
  holder: z.object({ pid: z.number().nullable(), sinceMs: z.number() }),
});
const changeEcho = z.object({
  changeId: z.number(),
  echo: z.enum(['notRunning', 'seen', 'reloadNeeded', 'unknown'] satisfies Echo[]),
});

function errorOf(thrown: unknown): AppError {
  if (!(thrown instanceof HostFailure)) return AppError.from(thrown);
  return new AppError('hostAway', { reason: thrown.code, ...thrown.details }, { cause: thrown });
}
