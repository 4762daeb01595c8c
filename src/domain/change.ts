import type { Credential } from './credential.ts';
import type { AppError } from './errors.ts';
import type { AgentId, Fingerprint, ProfileId, ProviderId } from './ids.ts';

/** What the user wants done to one agent's store. */
export type Change =
  | {
      readonly kind: 'putCredential';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly profileId: ProfileId;
      readonly credential: Credential;
      /** What the user saw: `null` = no such profile (add); a fingerprint or `hidden` = replace what was there. */
      readonly expected: Fingerprint | 'hidden' | null;
    }
  | {
      readonly kind: 'removeProfile';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly profileId: ProfileId;
    }
  | {
      readonly kind: 'setOrder';
      readonly agentId: AgentId;
      readonly provider: ProviderId;
      readonly profileIds: readonly ProfileId[];
    }
  | { readonly kind: 'clearOrder'; readonly agentId: AgentId; readonly provider: ProviderId };

/** How every change ends. A write counts only when it was read back. */
export type Outcome =
  | { readonly kind: 'done'; /** nothing had to be written */ readonly isNoop: boolean }
  /** Nothing changed. */
  | { readonly kind: 'notDone'; readonly error: AppError }
  /** It may have been written: shown, and resolved by reading again. */
  | { readonly kind: 'unknown'; readonly error: AppError };
