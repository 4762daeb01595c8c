import type { Profile } from './credential.ts';
import type { AgentId, HostId, ProfileId, ProviderId, Revision } from './ids.ts';
import type { ModelKey } from './modelKeys.ts';
import type { Era, Release } from './release.ts';
import type { VariableReport } from './variables.ts';

/** What the gateway noted about the use of a profile (`usageStats`). Times are Unix ms; null where absent or not a number. */
export interface Usage {
  readonly lastUsed: number | null;
  readonly cooldownUntil: number | null;
  /** The one model that a cooldown is limited to (`cooldownModel`), where the release writes it. */
  readonly cooldownModel: string | null;
  readonly cooldownReason: string | null;
  /** A quota block (`blockedUntil`, 2026.6 and later); counts like a cooldown. */
  readonly blockedUntil: number | null;
  readonly disabledUntil: number | null;
  readonly disabledReason: string | null;
  readonly errorCount: number;
}

/** An entry that stands in the document and cannot be read as a profile. */
export interface UnreadableEntry {
  readonly id: ProfileId;
  readonly why: 'notAnObject' | 'noProvider' | 'unknownType' | 'duplicateKey';
}

/** The profiles, order and usage that one agent has, merged with what it inherits. */
export interface ProfileSet {
  readonly profiles: ReadonlyMap<ProfileId, Profile>;
  readonly unreadable: readonly UnreadableEntry[];
  /** Stored order per provider, keys as they stand in the document. */
  readonly order: ReadonlyMap<ProviderId, readonly ProfileId[]>;
  readonly lastGood: ReadonlyMap<ProviderId, ProfileId>;
  readonly usage: ReadonlyMap<ProfileId, Usage>;
}

export const EMPTY_PROFILE_SET: ProfileSet = {
  profiles: new Map(),
  unreadable: [],
  order: new Map(),
  lastGood: new Map(),
  usage: new Map(),
};

export type StoreState = 'ok' | 'missing' | 'empty' | 'malformed' | 'unreadable' | 'retired';

/** `cli`: the schema is not known, so the answer came from `openclaw models auth list` and `models status`. */
export type StoreKind = 'json' | 'sqlite' | 'cli';

/** Why a store is not `ok`, as a closed set; the words are the UI's. */
export type StoreProblem =
  | 'tooLarge'
  | 'tooDeep'
  | 'notUtf8'
  | 'syntax'
  | 'notAnObject'
  | 'duplicateKey'
  | 'permission'
  | 'notARegularFile'
  | 'locked'
  | 'corruptDatabase'
  | 'unknownSchema'
  | 'noSqliteReader'
  | 'migrationRequired'
  | 'jsonBesideSqlite'
  | 'cliFailed'
  | 'ioError';

/** What other users of the host may do with a store's file. */
export interface StoreExposure {
  /** The file, or the directory that lets them replace it. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly kind: 'writable' | 'readable';
}

export interface StoreInfo {
  readonly kind: StoreKind;
  readonly path: string;
  readonly state: StoreState;
  readonly problem: StoreProblem | null;
  /** Offset in the document where `syntax` or `duplicateKey` stands. */
  readonly offset: number | null;
  /** Changes when what we read changes. */
  readonly revision: Revision;
  /** Values can be read, so fingerprints exist and a pull is possible. */
  readonly isValueReadable: boolean;
  /** Files only. */
  readonly exposure?: StoreExposure | null;
}

export interface AgentSnapshot {
  readonly id: AgentId;
  readonly agentDir: string;
  readonly isDefault: boolean;
  readonly store: StoreInfo;
  readonly set: ProfileSet;
}

/** The parts of `openclaw.json` that decide about credentials. */
export interface ConfigAuth {
  readonly path: string;
  readonly state: 'ok' | 'missing' | 'malformed' | 'unreadable';
  /** `meta.lastTouchedVersion`: the release that wrote the configuration last. */
  readonly lastTouchedVersion: string | null;
  /** `auth.profiles` is there, if only empty. */
  readonly hasProfiles: boolean;
  /** `auth.profiles`, in document order. */
  readonly profiles: ReadonlyMap<ProfileId, { readonly provider: ProviderId; readonly mode: string | null }>;
  /** `auth.order`, keys as written. */
  readonly order: ReadonlyMap<ProviderId, readonly ProfileId[]>;
  /** Providers that a configured default, fallback or agent model names. */
  readonly providersInUse: ReadonlySet<ProviderId>;
  /** `models.providers.<id>.apiKey`, by provider as written. */
  readonly modelKeys: ReadonlyMap<ProviderId, ModelKey>;
}

/** A change of this window that the gateway undid: it wrote from what it remembered, or without regard to the lock (2026.3.x). */
export interface UndoneChange {
  readonly agentId: AgentId;
  readonly provider: ProviderId;
  /** `null`: the stored order of the provider. */
  readonly profileId: ProfileId | null;
  /** It was made again, and stands there. */
  readonly isBack: boolean;
}

/** Everything read from one host at one moment; no secret in it. */
export interface HostSnapshot {
  readonly hostId: HostId;
  /** Host name and user of the gateway's account, to be named before a write. */
  readonly hostName: string;
  readonly userName: string;
  readonly stateDir: string;
  readonly release: Release | null;
  /** Where the release was learnt. */
  readonly releaseSource: 'cli' | 'config' | 'database' | 'none';
  readonly era: Era;
  /** The release that wrote the configuration or made the state database, where it is later than `release`. */
  readonly laterRelease: Release | null;
  /** Absolute path of the `openclaw` program, or null. */
  readonly cliPath: string | null;
  /** Whether a `claude` program is on PATH there; null: not looked for. */
  readonly hasClaude: boolean | null;
  /** Of that program; null: not known. */
  readonly claudeVersion: string | null;
  /** Gateway host's clock when the stores were read, Unix ms. */
  readonly readAt: number;
  readonly config: ConfigAuth;
  readonly agents: readonly AgentSnapshot[];
  /** Names, never values, of provider key variables that the gateway is given: per provider, highest precedence first. */
  readonly environment: ReadonlyMap<ProviderId, readonly EnvironmentVariable[]>;
  /** Where key variables stand, and whether their values are equal. */
  readonly variables: VariableReport;
  /** What is known of changes that were made through the same service. */
  readonly undone: readonly UndoneChange[];
}

export interface EnvironmentVariable {
  readonly name: string;
  /** The gateway process's own environment, `<stateDir>/.env`, or `env.vars` of the configuration. */
  readonly source: 'process' | 'dotenv' | 'config';
}
