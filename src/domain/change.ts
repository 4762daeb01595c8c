import type { Credential } from './credential.ts';
import type { AppError } from './errors.ts';
import type { AgentId, Fingerprint, ProfileId, ProviderId } from './ids.ts';

/** A credential as the user saw it: its fingerprint, or `hidden` where only its being there was seen. */
export type SeenCredential = Fingerprint | 'hidden';

/** An order as the user saw it in the store; `null`: none was set there. */
export type SeenOrder = readonly ProfileId[] | null;

/** What the user wants done to one agent's store. What has changed since they saw it is a conflict, not something to write over. */
export type Change =
  | {
      readonly kind: 'putCredential';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly profileId: ProfileId;
      readonly credential: Credential;
      /** `null`: no such profile of the agent's own (add). Otherwise it replaces what was there. */
      readonly expected: SeenCredential | null;
    }
  | {
      readonly kind: 'removeProfile';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly profileId: ProfileId;
      readonly expected: SeenCredential;
    }
  | {
      readonly kind: 'setOrder';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly profileIds: readonly ProfileId[];
      readonly expected: SeenOrder;
    }
  | {
      readonly kind: 'clearOrder';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly expected: SeenOrder;
    };

/**
 * Something that the user should know of a change that is done. `tightened`: others could read the file, and no longer can.
 * `reloadNeeded`: the gateway that runs works without it until it is restarted.
 */
export const NOTICES = ['tightened', 'reloadNeeded'] as const;
export type Notice = (typeof NOTICES)[number];

/** How every change ends. A write counts only when it was read back. */
export type Outcome =
  | {
      readonly kind: 'done';
      /** nothing had to be written */
      readonly isNoop: boolean;
      readonly notices?: readonly Notice[];
    }
  /** Nothing changed. */
  | { readonly kind: 'notDone'; readonly error: AppError }
  /** It may have been written: shown, and resolved by reading again. */
  | { readonly kind: 'unknown'; readonly error: AppError };

/** Who holds the lock that a change waits for. */
export interface LockHolder {
  /** `null`: the lock does not say. */
  readonly pid: number | null;
  /** When it was taken, Unix ms by the gateway host's clock. */
  readonly sinceMs: number;
}
