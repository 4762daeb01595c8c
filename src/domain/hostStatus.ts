import type { Profile } from './credential.ts';
import { diagnose } from './diagnosis.ts';
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
import { canonicalProvider, selectionRules, type SelectionRules } from './selectionRules.ts';
import type { AgentSnapshot, HostSnapshot, Usage } from './snapshot.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from './status.ts';
import { listSteps } from './choiceSteps.ts';
import { deriveWinner } from './winner.ts';

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

/** Decides everything that is shown of a host. Pure: the same snapshot and time give the same status. */
export function deriveHostStatus(snapshot: HostSnapshot, options: StatusOptions): HostStatus {
  const rules = selectionRules(snapshot.release);
  const config = indexConfig(snapshot.config, rules);
  const agents = snapshot.agents.map((agent) => deriveAgent(snapshot, agent, rules, config, options));
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

function deriveAgent(
  snapshot: HostSnapshot,
  agent: AgentSnapshot,
  rules: SelectionRules,
  config: ConfigIndex,
  options: StatusOptions,
): AgentStatus {
  const providers = listProviders(snapshot, agent, rules);
  const index = indexProfiles(agent.set, rules, config);
  const input = { set: agent.set, config: snapshot.config, rules, now: options.now, index };
  return {
    id: agent.id,
    isDefault: agent.isDefault,
    store: agent.store,
    providers: providers.map((provider) =>
      deriveProvider(snapshot, agent, { selection: selectProfiles({ ...input, provider }), index }, provider, options),
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
  snapshot: HostSnapshot,
  agent: AgentSnapshot,
  { selection, index }: { readonly selection: Selection; readonly index: SelectionIndex },
  provider: ProviderId,
  options: StatusOptions,
): ProviderStatus {
  const rules = selectionRules(snapshot.release);
  const tried = new Set(selection.tried);
  const others = [...selection.reasons.keys()].filter((id) => !tried.has(id));
  const winner = deriveWinner(snapshot, provider, selection);
  const reasons = winner.kind === 'modelConfig' ? behindModelKey(selection) : selection.reasons;
  const profiles = [...selection.tried, ...others].flatMap((id) => {
    const profile = agent.set.profiles.get(id);
    return profile ? [deriveProfile(agent, profile, reasons.get(id) ?? 'excludedByOrder', rules, options)] : [];
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
    steps: listSteps(snapshot, provider, index, selection, winner),
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
  rules: SelectionRules,
  options: StatusOptions,
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
