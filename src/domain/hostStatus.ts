import type { Profile } from './credential.ts';
import { diagnose } from './diagnosis.ts';
import { findDrift, type DriftOf } from './drift.ts';
import { deriveHealth, isActive } from './health.ts';
import type { AgentId, ProfileId, ProviderId } from './ids.ts';
import {
  indexConfig,
  indexProfiles,
  selectProfiles,
  type ConfigIndex,
  type ProfileReason,
  type Selection,
  type SelectionIndex,
} from './selection.ts';
import { canonicalProvider, type SelectionRules } from './selectionRules.ts';
import type { AgentSnapshot, HostSnapshot, Usage } from './snapshot.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from './status.ts';
import { listSteps } from './choiceSteps.ts';
import { deriveWinner, otherSources, type OtherSources } from './winner.ts';

/** What is known of a credential beside what its store says. Unix ms, editor's clock. */
export interface KnownDates {
  /** When it was entered or first seen. */
  readonly issuedAt: number;
  readonly expiresAt: number | null;
}

export interface StatusOptions {
  /** Gateway host's clock, Unix ms. */
  readonly now: number;
  /** A token with less than this left is expiring, ms. */
  readonly warnMs: number;
  /** How far the host's clock is ahead of the editor's, ms; left out where nobody compared them. */
  readonly clockOffsetMs?: number;
  /** Of exactly the credential that stands in the store. It changes what is shown, not what the gateway does. */
  readonly known?: (agentId: AgentId, profileId: ProfileId) => KnownDates | null;
}

/** What is found out once for all agents. */
interface HostWide {
  readonly sources: OtherSources;
  readonly config: ConfigIndex;
  readonly driftOf: DriftOf;
  readonly options: StatusOptions;
}

/** Decides everything that is shown of a host. Pure: the same snapshot and time give the same status. */
export function deriveHostStatus(snapshot: HostSnapshot, options: StatusOptions): HostStatus {
  const sources = otherSources(snapshot);
  const config = indexConfig(snapshot.config, sources.rules);
  const hostWide = { sources, config, driftOf: findDrift(snapshot.agents), options };
  const agents = snapshot.agents.map((agent) => deriveAgent(snapshot, agent, hostWide));
  const { hostId, hostName, userName, stateDir, cliPath, readAt, era } = snapshot;
  return {
    hostId,
    hostName,
    userName,
    release: snapshot.release?.text ?? null,
    era,
    stateDir,
    cliPath,
    readAt,
    config: { path: snapshot.config.path, state: snapshot.config.state },
    agents,
    findings: diagnose(snapshot, agents, options.now, options.clockOffsetMs ?? 0),
  };
}

function deriveAgent(snapshot: HostSnapshot, agent: AgentSnapshot, hostWide: HostWide): AgentStatus {
  const { config, options } = hostWide;
  const { rules } = hostWide.sources;
  const providers = listProviders(snapshot, agent, rules);
  const index = indexProfiles(agent.set, rules, config);
  const input = { set: agent.set, config: snapshot.config, rules, now: options.now, index };
  return {
    id: agent.id,
    isDefault: agent.isDefault,
    store: agent.store,
    providers: providers.map((provider) =>
      deriveProvider(hostWide, agent, { selection: selectProfiles({ ...input, provider }), index }, provider),
    ),
    unreadable: agent.set.unreadable,
  };
}

/** Providers with a profile, with a key in the environment or the configuration, or named by a configured model; by name. */
function listProviders(snapshot: HostSnapshot, agent: AgentSnapshot, rules: SelectionRules): ProviderId[] {
  const spellings = [
    ...[...agent.set.profiles.values()].map((profile) => profile.provider),
    ...snapshot.environment.keys(),
    ...snapshot.config.providersInUse,
    ...snapshot.config.modelKeys.keys(),
  ];
  return [...new Set(spellings.map((provider) => canonicalProvider(rules, provider)))].toSorted();
}

function deriveProvider(
  hostWide: HostWide,
  agent: AgentSnapshot,
  { selection, index }: { readonly selection: Selection; readonly index: SelectionIndex },
  provider: ProviderId,
): ProviderStatus {
  const { sources } = hostWide;
  const tried = new Set(selection.tried);
  const others = [...selection.reasons.keys()].filter((id) => !tried.has(id));
  const winner = deriveWinner(sources, provider, selection);
  const reasons = winner.kind === 'modelConfig' ? behindModelKey(selection) : selection.reasons;
  const profiles = [...selection.tried, ...others].flatMap((id) => {
    const profile = agent.set.profiles.get(id);
    return profile ? [deriveProfile(agent, profile, reasons.get(id) ?? 'excludedByOrder', hostWide)] : [];
  });
  return {
    id: provider,
    order: {
      source: selection.source,
      profileIds: selection.tried,
      listed: selection.listed,
      listedIn: selection.listedIn,
    },
    winner,
    steps: listSteps(sources, provider, index, selection, winner),
    profiles,
  };
}

/** A key that comes before every profile leaves none of them a turn. */
function behindModelKey({ reasons, tried }: Selection): Selection['reasons'] {
  return new Map([...reasons, ...tried.map((id) => [id, 'modelKeyFirst'] as const)]);
}

function deriveProfile(
  agent: AgentSnapshot,
  profile: Profile,
  reason: ProfileReason,
  { sources: { rules }, driftOf, options }: HostWide,
): ProfileStatus {
  const usage = agent.set.usage.get(profile.id);
  const known = options.known?.(agent.id, profile.id) ?? null;
  const dated = withKnownExpiry(profile, known);
  return {
    id: profile.id,
    provider: profile.provider,
    type: profile.type,
    origin: profile.origin,
    material: profile.material,
    health: deriveHealth(dated, usage, { ...options, rules }),
    ...deriveDates(profile, dated, known),
    cooldownUntil: cooldownEnd(usage, options.now),
    cooldownModel: usage?.cooldownModel ?? null,
    cooldownReason: usage?.cooldownReason ?? null,
    disabledUntil: usage?.disabledUntil ?? null,
    disabledReason: usage?.disabledReason ?? null,
    email: profile.email,
    displayName: profile.displayName,
    drift: driftOf(profile),
    reason,
  };
}

function deriveDates(
  profile: Profile,
  { expiry }: Profile,
  known: KnownDates | null,
): Pick<ProfileStatus, 'expiresAt' | 'expirySource' | 'issuedAt'> {
  const issuedAt = known?.issuedAt ?? null;
  if (expiry.kind !== 'at') return { expiresAt: null, expirySource: null, issuedAt };
  return { expiresAt: expiry.unixMs, expirySource: expiry === profile.expiry ? 'store' : 'vault', issuedAt };
}

function withKnownExpiry(profile: Profile, known: KnownDates | null): Profile {
  if (profile.type !== 'token' || profile.expiry.kind !== 'none' || known === null || known.expiresAt === null)
    return profile;
  return { ...profile, expiry: { kind: 'at', unixMs: known.expiresAt } };
}

/** When a cooldown or quota block that lasts is over: of two, the later one. Of what has passed, the cooldown. */
function cooldownEnd(usage: Usage | undefined, now: number): number | null {
  const ends = [usage?.cooldownUntil, usage?.blockedUntil].filter((end) => end != null);
  const active = ends.filter((end) => isActive(end, now));
  return active.length > 0 ? Math.max(...active) : (ends[0] ?? null);
}
