import type { Change, LockHolder, Outcome } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import type { AppError } from '../domain/errors.ts';
import type { GatewayAnswer } from '../domain/gatewayAnswer.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import type { ReferenceWrite } from '../domain/reference.ts';
import type { DoctorReport } from '../domain/doctor.ts';
import type { ProbeResult } from '../domain/probe.ts';
import type { HostSessions } from '../domain/sessionPin.ts';
import type { HostSnapshot } from '../domain/snapshot.ts';
import type { Disposable } from '../platform/lifetime.ts';
import type { Asked } from './askGateway.ts';
import type { VariableWrite } from './dotenvWriter.ts';
import type { SessionPinning } from './pinSession.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ApplyOptions extends CallOptions {
  /** The change waits for the gateway's lock: called again whenever another process has it. */
  readonly onWaiting?: (holder: LockHolder) => void;
}

/**
 * How a repair ended. `notStarted`: no backup could be made, or there is no program, so nothing was run. Otherwise the doctor
 * ran: `repaired` when no store is retired, malformed or unreadable any more, and `unrepaired` with what the program said
 * (null: it said that all is well). `unknown`: the host was lost meanwhile.
 */
export type RepairOutcome =
  | { readonly kind: 'notStarted'; readonly error: AppError }
  | { readonly kind: 'unknown'; readonly error: AppError }
  | { readonly kind: 'repaired'; readonly backup: string }
  | { readonly kind: 'unrepaired'; readonly backup: string; readonly error: AppError | null };

/** The gateway's side of one host. Implemented in-process for a local host; the same code serves behind a worker link. */
export interface GatewayService {
  /** Reads every agent at once and changes nothing. A store that cannot be read is a row that says so. Throws `AppError` only for `cancelled` and `internal`. */
  snapshot(options?: CallOptions): Promise<HostSnapshot>;

  /** Writes one change under the release's own rules, reads it back, and says how it ended. Never throws. */
  apply(change: Change, options?: ApplyOptions): Promise<Outcome>;

  /** The credential itself, for a pull into the vault. `null` when absent, a ref, OAuth, or not readable on this release. */
  readCredential(agentId: AgentId, profileId: ProfileId, options?: CallOptions): Promise<Credential | null>;

  /** The sessions of every agent with the profile that each is tied to. Throws `AppError` only for `cancelled` and `internal`. */
  sessions(options?: CallOptions): Promise<HostSessions>;

  /** Writes or removes one entry of `<stateDir>/.env`, and reads it back. Never throws. */
  putVariable(write: VariableWrite, options?: CallOptions): Promise<Outcome>;

  /** Adds a key that stands elsewhere, as a profile without a value, and reads it back. Never throws. */
  putReference(write: ReferenceWrite, options?: CallOptions): Promise<Outcome>;

  /** Sends one request with each credential of an agent. Only when a user asks for it. Throws `AppError`, see `probeCredentials`. */
  probe(agentId: AgentId, options?: CallOptions): Promise<readonly ProbeResult[]>;

  /** The release's own check of the whole installation; repairs nothing. Only when a user asks for it. Throws `AppError`, see `runDoctor`. */
  doctor(options?: CallOptions): Promise<DoctorReport>;

  /** Asks the gateway that runs for its credentials. Only when a user asks for it. Throws `AppError`: `cancelled`, `cliMissing`, `hostAway`. */
  askGateway(asked: Asked, options?: CallOptions): Promise<GatewayAnswer>;

  /** Ties a session to a profile, or lets it go, through the gateway that runs, and reads it back. Never throws. */
  pinSession(pinning: SessionPinning, options?: CallOptions): Promise<Outcome>;

  /** Copies the credential files aside, then runs `openclaw doctor --fix` and reads again. Never throws. */
  repair(options?: CallOptions): Promise<RepairOutcome>;

  /**
   * Calls back when a store or the configuration may have changed. Only a hint: read again. At most 5 times in any second,
   * never during a call, and always once more after the last change.
   */
  watch(onMaybeChanged: () => Promise<void> | void): Disposable;
}
