import type { Ability } from '../contributions.ts';
import type { ChoiceStep } from '../domain/choiceSteps.ts';
import type { AppError } from '../domain/errors.ts';
import type { Finding } from '../domain/findings.ts';
import type { UnreadableEntry } from '../domain/snapshot.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../domain/status.ts';
import type { UnsureChange } from '../domain/unsureChanges.ts';
import type { Agreement } from '../sync/agreement.ts';
import type { IncidentSync, ProfileSync } from '../sync/syncEngine.ts';
import type { ProfileIdentity } from '../vault/vault.ts';

/** The rows of the tree, as plain values. */

interface NodeBase {
  /** Stable over repaints, so that selection and expansion stay. */
  readonly id: string;
  readonly parent: TreeNode | null;
  readonly children: readonly TreeNode[];
  readonly abilities: readonly Ability[];
}

/** How the gateway of a row is reached. */
export interface HostPlace {
  /** The way to it, as the user named it; null: it is on this machine. */
  readonly label: string | null;
  /** Why what is shown is older than it should be. */
  readonly awayBecause: AppError | null;
  /** Changes of which nobody knows whether they were written. */
  readonly unsure: readonly UnsureChange[];
}

export type TreeNode =
  | (NodeBase & { readonly kind: 'host'; readonly host: HostStatus; readonly place: HostPlace })
  /** A host that was not reached yet; without a reason it is being tried. */
  | (NodeBase & { readonly kind: 'away'; readonly label: string; readonly because: AppError | null })
  /** The user was not asked yet what the vault may keep of the host. */
  | (NodeBase & { readonly kind: 'consent'; readonly host: HostStatus })
  | (NodeBase & {
      readonly kind: 'agent';
      readonly host: HostStatus;
      readonly agent: AgentStatus;
      /** Copies go to the store only: its values cannot be read. */
      readonly isOneWay: boolean;
    })
  /** What befell the agent's store; nothing is kept in agreement meanwhile. */
  | (NodeBase & { readonly kind: 'incident'; readonly agent: AgentStatus; readonly incident: IncidentSync })
  /** A change that may or may not have been written. */
  | (NodeBase & { readonly kind: 'unsure'; readonly agent: AgentStatus; readonly change: UnsureChange })
  | (NodeBase & { readonly kind: 'store'; readonly agent: AgentStatus })
  | (NodeBase & { readonly kind: 'provider'; readonly agent: AgentStatus; readonly provider: ProviderStatus })
  | (NodeBase & {
      readonly kind: 'profile';
      readonly host: HostStatus;
      readonly agent: AgentStatus;
      readonly provider: ProviderStatus;
      readonly profile: ProfileStatus;
      readonly agreement: Agreement;
      /** What the engine does about it or asks; null where there is nothing. */
      readonly sync: ProfileSync | null;
    })
  | (NodeBase & { readonly kind: 'environment'; readonly agent: AgentStatus; readonly variable: string })
  /** The key in the provider's entry of the configuration, in use. */
  | (NodeBase & { readonly kind: 'modelKey'; readonly agent: AgentStatus; readonly provider: ProviderStatus })
  /** What needs doing on the host, worst first. */
  | (NodeBase & { readonly kind: 'findings'; readonly host: HostStatus })
  | (NodeBase & { readonly kind: 'finding'; readonly host: HostStatus; readonly finding: Finding })
  /** What led to the credential in use, step by step. */
  | (NodeBase & { readonly kind: 'why'; readonly agent: AgentStatus; readonly provider: ProviderStatus })
  | (NodeBase & {
      readonly kind: 'step';
      readonly agent: AgentStatus;
      readonly provider: ProviderStatus;
      readonly step: ChoiceStep;
    })
  | (NodeBase & { readonly kind: 'unreadable'; readonly agent: AgentStatus; readonly entry: UnreadableEntry })
  | (NodeBase & { readonly kind: 'kept'; readonly agent: AgentStatus; readonly identity: ProfileIdentity });

export type NodeOf<Kind extends TreeNode['kind']> = Extract<TreeNode, { kind: Kind }>;
