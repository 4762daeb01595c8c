import type { ChoiceStep } from './choiceSteps.ts';
import type { CredentialType, Material } from './credential.ts';
import type { Finding } from './findings.ts';
import type { Health } from './health.ts';
import type { AgentId, HostId, ProfileId, ProviderId } from './ids.ts';
import type { OrderSource, ProfileReason, Winner } from './selection.ts';
import type { Era } from './release.ts';
import type { ConfigAuth, StoreInfo, UnreadableEntry } from './snapshot.ts';

/** One profile with everything that was decided about it. No secret. Times are Unix ms on the gateway host's clock. */
export interface ProfileStatus {
  readonly id: ProfileId;
  readonly provider: ProviderId;
  readonly type: CredentialType | 'unknown';
  readonly origin: 'own' | 'inherited';
  readonly material: Material;
  readonly health: Health;
  readonly expiresAt: number | null;
  /** Who knows `expiresAt`: where only the vault does, the gateway goes on after it. Null where nobody does. */
  readonly expirySource: 'store' | 'vault' | null;
  /** When the credential was entered or first seen in the editor, editor's clock; null: not known. */
  readonly issuedAt: number | null;
  readonly cooldownUntil: number | null;
  readonly cooldownModel: string | null;
  readonly cooldownReason: string | null;
  readonly disabledUntil: number | null;
  readonly disabledReason: string | null;
  readonly email: string | null;
  readonly displayName: string | null;
  /** Agents that have a profile of this name with another value or expiry. */
  readonly drift: readonly AgentId[];
  /** Why this profile is the winner, or why it is not. */
  readonly reason: ProfileReason;
}

export interface ProviderStatus {
  readonly id: ProviderId;
  /** Which rule gave the order, and the profiles that are tried, in that order. */
  readonly order: {
    readonly source: OrderSource;
    readonly profileIds: readonly ProfileId[];
    /** Where an explicit order stands, also one of which the release makes nothing. */
    readonly listedIn: 'stored' | 'config' | null;
    /** What an explicit order lists, also what is not tried; empty without one. */
    readonly listed: readonly ProfileId[];
  };
  readonly winner: Winner;
  /** What the gateway looked at, in its order, and which of it gave the winner. */
  readonly steps: readonly ChoiceStep[];
  /** First those in the order, as tried; then the others. */
  readonly profiles: readonly ProfileStatus[];
}

export interface AgentStatus {
  readonly id: AgentId;
  readonly isDefault: boolean;
  readonly store: StoreInfo;
  readonly providers: readonly ProviderStatus[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** What is shown of one host: a pure function of a `HostSnapshot`, a time and the warning period. */
export interface HostStatus {
  readonly hostId: HostId;
  readonly hostName: string;
  readonly userName: string;
  readonly release: string | null;
  readonly era: Era;
  readonly stateDir: string;
  readonly cliPath: string | null;
  readonly readAt: number;
  readonly config: Pick<ConfigAuth, 'path' | 'state'>;
  readonly agents: readonly AgentStatus[];
  readonly findings: readonly Finding[];
}
