import { NotificationType, RequestType } from 'vscode-jsonrpc/node';
import type { LockHolder } from '../domain/change.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import type { DoctorMessage } from '../domain/doctor.ts';
import type { ProbesMessage } from '../domain/probe.ts';
import type {
  ChangeMessage,
  CredentialMessage,
  OutcomeMessage,
  ReferenceMessage,
  VariableMessage,
} from './applyMessage.ts';
import type { RepairMessage, ReportMessage } from './reportMessage.ts';
import type { GatewayAnswerMessage, PinningMessage } from './gatewayAnswerMessage.ts';
import type { SessionsMessage } from './sessionMessage.ts';
import type { SnapshotMessage } from './snapshotMessage.ts';

/** What a worker on another host is told first. */
export interface HelloParams {
  /** Of the one who asks; both sides have to be the same. */
  readonly version: string;
  /** `LocalOptions.machine`. */
  readonly machine: string;
  readonly stateDir: string | null;
  /** The `openclaw` program chosen by the user. */
  readonly openclaw: string | null;
  /** Of the fingerprints in snapshots and changes. */
  readonly fingerprintKey: string;
}

/** The host may be anybody: only to be compared and shown. */
export interface HelloAnswer {
  readonly version: string;
  /** Of the worker's text; `null` for a worker that is a file. */
  readonly sha256: string | null;
  readonly node: string;
  readonly pid: number;
}

/** `null`: the request was not understood, or came before `HELLO`. */
export const HELLO = new RequestType<HelloParams, HelloAnswer | null, never>('link/hello');

/** Asked all the while: a worker that is not asked any more ends itself. */
export const PING = new RequestType<null, null, never>('link/ping');

export const SNAPSHOT = new RequestType<null, ReportMessage<SnapshotMessage> | null, never>('gateway/snapshot');

export interface ApplyOnHost {
  /** Chosen by the one who asks, for what is said of this change meanwhile and later. */
  readonly changeId: number;
  readonly change: ChangeMessage;
}

/** The answer to a change says how it ended; cancelling it counts only as long as nothing is written. */
export const APPLY_CHANGE = new RequestType<ApplyOnHost, OutcomeMessage | null, never>('gateway/apply');

export interface CredentialPlace {
  readonly agentId: string;
  readonly profileId: string;
}

/** The answer holds the secret and goes through the pipe only. */
export const READ_CREDENTIAL = new RequestType<CredentialPlace, ReportMessage<CredentialMessage | null> | null, never>(
  'gateway/readCredential',
);

export const PROBE = new RequestType<{ readonly agentId: string }, ReportMessage<ProbesMessage> | null, never>(
  'gateway/probe',
);
export const DOCTOR = new RequestType<null, ReportMessage<DoctorMessage> | null, never>('gateway/doctor');
export const SESSIONS = new RequestType<null, ReportMessage<SessionsMessage> | null, never>('gateway/sessions');

export interface AskOnHost {
  readonly agentId: string;
  readonly loadsAgain: boolean;
}

export const ASK_GATEWAY = new RequestType<AskOnHost, ReportMessage<GatewayAnswerMessage> | null, never>(
  'gateway/askGateway',
);
export const PIN_SESSION = new RequestType<PinningMessage, OutcomeMessage | null, never>('gateway/pinSession');

export const PUT_REFERENCE = new RequestType<ReferenceMessage, OutcomeMessage | null, never>('gateway/putReference');

/** The request holds the secret and goes through the pipe only. */
export const PUT_VARIABLE = new RequestType<VariableMessage, OutcomeMessage | null, never>('gateway/putVariable');

export const REPAIR = new RequestType<null, RepairMessage | null, never>('gateway/repair');

/** From then on `CHANGED` is said. */
export const WATCH = new RequestType<null, null, never>('gateway/watch');

export const CHANGED = new NotificationType<null>('gateway/changed');

export interface ChangeWaits {
  readonly changeId: number;
  readonly holder: LockHolder;
}

/** `ApplyOptions.onWaiting`. */
export const CHANGE_WAITS = new NotificationType<ChangeWaits>('gateway/changeWaits');

export interface ChangeEcho {
  readonly changeId: number;
  readonly echo: Echo;
}

/** `LocalOptions.onEcho`. */
export const CHANGE_ECHO = new NotificationType<ChangeEcho>('gateway/changeEcho');
