import type { Outcome } from '../domain/change.ts';
import type { Profile } from '../domain/credential.ts';
import type { AppError } from '../domain/errors.ts';
import type { AgentId, Fingerprint, ProfileId } from '../domain/ids.ts';
import type { HostSnapshot } from '../domain/snapshot.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import type { Disposable } from '../platform/lifetime.ts';
import type { ProfileIdentity } from '../vault/vault.ts';
import type { Incident } from './incidents.ts';
import type { Action, Cell, Consent } from './reconcile.ts';
import type { VaultView } from './vaultView.ts';

/** Both sides of one host at one moment. A later reading is another object. */
export interface HostReading {
  readonly snapshot: HostSnapshot;
  readonly vault: VaultView;
}

/** Where the engine gets its readings: whoever shows the gateway reads it anyway. */
export interface Readings {
  /** The last one; null before the first, and while the gateway cannot be read. */
  current(): HostReading | null;
  reload(): Promise<void>;
}

/** Why the user is asked. `pingPong`: somebody writes against us. */
export type ConflictReason = 'neverAgreed' | 'bothChanged' | 'wentBack' | 'removedHere' | 'pingPong';

export interface Conflict {
  readonly reason: ConflictReason;
  /** The user put it off, in whichever window. Another value on either side makes it another conflict. */
  readonly isDismissed: boolean;
}

/** A profile of which there is something to do or to show. */
export interface ProfileSync {
  readonly identity: ProfileIdentity;
  /** As the store showed it; null for none. */
  readonly profile: Profile | null;
  readonly cell: Cell;
  /** Of the vault's and of the store's value; null where there is none or it is not known. */
  readonly vaultPrint: Fingerprint | null;
  readonly storePrint: Fingerprint | null;
  readonly action: Exclude<Action, 'none'>;
  /** With the action `conflict`, and only then. */
  readonly conflict: Conflict | null;
  /** Why the last try failed; it is tried again by itself. */
  readonly failure: AppError | null;
}

export interface IncidentSync extends Incident {
  /** What is gone and the vault has a copy of. */
  readonly restorable: readonly ProfileIdentity[];
}

export interface AgentSync {
  /** Halts the agent: `profiles` is empty meanwhile. */
  readonly incident: IncidentSync | null;
  readonly profiles: ReadonlyMap<ProfileId, ProfileSync>;
  /** The store does not show its values: copies go to it, and by command only. */
  readonly isOneWay: boolean;
}

/** Replaced as a whole, never altered. */
export interface SyncState {
  /** Null before the user was asked: nothing is written, as with `off`. */
  readonly consent: Consent | null;
  /** This window writes for the host; another one may. */
  readonly isWriter: boolean;
  /** Empty without consent and before the first reading. */
  readonly agents: ReadonlyMap<AgentId, AgentSync>;
}

/** Before the user was asked, and before the first look. */
export const NOTHING_KEPT: SyncState = { consent: null, isWriter: false, agents: new Map() };

/** What made somebody look again. Only a hint: both sides are read and compared. */
export type Trigger = 'reading' | 'timer' | 'command';

/** Which side's value stays; `both`: the vault's goes to another id, in the store too. */
export type Resolution =
  | { readonly keep: 'store' | 'vault' }
  | { readonly keep: 'both'; /** free in the store and in the vault */ readonly otherId: ProfileId };

/**
 * Keeps the vault and the stores of one host in agreement. Without consent it does and shows nothing. No call throws. An
 * outcome is that of the last write that was needed; `changeConflict`: what the user decided about is not there any more.
 */
export interface SyncEngine extends Disposable {
  readonly state: SyncState;
  onDidChange(listener: () => void): Disposable;
  /** Looks at the last reading; settles when nothing is left to do now. */
  run(trigger: Trigger): Promise<void>;
  /** `internal` before the first reading, or where it cannot be kept: it is asked again then. */
  setConsent(consent: Consent): Promise<Outcome>;
  resolve(conflict: ProfileSync, resolution: Resolution, options?: ApplyOptions): Promise<Outcome>;
  /** Puts a conflict off, until a value changes. */
  postpone(conflict: ProfileSync): Promise<void>;
  /** Writes the copies of `ids` to the store; the rest of what is gone is let go. What fails stays an incident. */
  restore(
    agentId: AgentId,
    ids: readonly ProfileId[],
    options?: ApplyOptions,
  ): Promise<ReadonlyMap<ProfileId, Outcome>>;
  /** Takes the agent's store as it is. */
  dismiss(agentId: AgentId): Promise<void>;
  /** A command is writing this profile: the engine leaves it alone until `work` is settled. */
  whileWriting<T>(agentId: AgentId, profileId: ProfileId, work: () => Promise<T>): Promise<T>;
}
