import type { CredentialType, Expiry, Material, Profile } from '../../src/domain/credential.ts';
import { agentId, fingerprint, hostId, profileId, providerId, revision } from '../../src/domain/ids.ts';
import type { ProfileId, ProviderId } from '../../src/domain/ids.ts';
import { eraOf, parseRelease } from '../../src/domain/release.ts';
import { NO_VARIABLES } from '../../src/domain/variables.ts';
import { EMPTY_PROFILE_SET } from '../../src/domain/snapshot.ts';
import type {
  AgentSnapshot,
  ConfigAuth,
  HostSnapshot,
  ProfileSet,
  StoreInfo,
  Usage,
} from '../../src/domain/snapshot.ts';

/** Builders of snapshots for tests: the least that a case has to say, everything else plausible. */

export const NOW = Date.UTC(2026, 10, 22, 12);

export interface ProfileSpec {
  readonly type?: CredentialType | 'unknown';
  readonly provider?: string;
  /** Ms from `NOW`; leave out for none. */
  readonly expiresIn?: number;
  readonly expiry?: Expiry;
  readonly material?: Material;
  readonly isRefreshable?: boolean;
  readonly origin?: Profile['origin'];
  readonly usage?: Partial<Usage>;
}

export function aProfile(id: string, spec: ProfileSpec = {}): Profile {
  return {
    id: profileId(id),
    provider: providerId(spec.provider ?? id.split(':')[0] ?? ''),
    type: spec.type ?? 'token',
    material: spec.material ?? { kind: 'value', fingerprint: fingerprint(`fp-${id}`), length: 108 },
    expiry:
      spec.expiry ?? (spec.expiresIn === undefined ? { kind: 'none' } : { kind: 'at', unixMs: NOW + spec.expiresIn }),
    dormancy: null,
    isRefreshable: spec.isRefreshable ?? false,
    email: null,
    displayName: null,
    accountId: null,
    origin: spec.origin ?? 'own',
  };
}

function aUsage(usage: Partial<Usage> = {}): Usage {
  return {
    lastUsed: null,
    cooldownUntil: null,
    cooldownModel: null,
    cooldownReason: null,
    blockedUntil: null,
    disabledUntil: null,
    disabledReason: null,
    errorCount: 0,
    ...usage,
  };
}

export function aSet(
  profiles: Readonly<Record<string, ProfileSpec>>,
  order: Readonly<Record<string, string[]>> = {},
): ProfileSet {
  const entries = Object.entries(profiles);
  return {
    ...EMPTY_PROFILE_SET,
    profiles: new Map(entries.map(([id, spec]) => [profileId(id), aProfile(id, spec)])),
    usage: new Map(entries.flatMap(([id, spec]) => (spec.usage ? [[profileId(id), aUsage(spec.usage)]] : []))),
    order: orderMap(order),
  };
}

export function aConfig(
  order: Readonly<Record<string, string[]>> = {},
  profiles: Readonly<Record<string, { provider: string; mode: string }>> = {},
): ConfigAuth {
  return {
    path: '/home/me/.openclaw/openclaw.json',
    state: 'ok',
    lastTouchedVersion: null,
    hasProfiles: Object.keys(profiles).length > 0,
    profiles: new Map(
      Object.entries(profiles).map(([id, entry]) => [
        profileId(id),
        { provider: providerId(entry.provider), mode: entry.mode },
      ]),
    ),
    order: orderMap(order),
    providersInUse: new Set(),
    modelKeys: new Map(),
  };
}

function orderMap(order: Readonly<Record<string, string[]>>): Map<ProviderId, ProfileId[]> {
  return new Map(
    Object.entries(order).map(([provider, ids]) => [providerId(provider), ids.map((id) => profileId(id))]),
  );
}

function aStore(store: Partial<StoreInfo> = {}): StoreInfo {
  return {
    kind: 'sqlite',
    path: '/home/me/.openclaw/state/openclaw.sqlite',
    state: 'ok',
    problem: null,
    offset: null,
    revision: revision('r1'),
    isValueReadable: true,
    ...store,
  };
}

export function anAgent(id: string, set: ProfileSet, store: Partial<StoreInfo> = {}): AgentSnapshot {
  return {
    id: agentId(id),
    agentDir: `/home/me/.openclaw/agents/${id}/agent`,
    isDefault: id === 'main',
    store: aStore(store),
    set,
  };
}

export function aHost(
  agents: readonly AgentSnapshot[],
  host: Partial<HostSnapshot> & { readonly releaseText?: string } = {},
): HostSnapshot {
  const { releaseText = '2026.9.6', ...rest } = host;
  const release = parseRelease(releaseText);
  return {
    hostId: hostId('local'),
    hostName: 'box',
    userName: 'me',
    stateDir: '/home/me/.openclaw',
    release,
    releaseSource: 'cli',
    era: eraOf(release),
    laterRelease: null,
    cliPath: '/usr/bin/openclaw',
    readAt: NOW,
    config: aConfig(),
    agents,
    hasClaude: true,
    claudeVersion: null,
    environment: new Map(),
    variables: NO_VARIABLES,
    undone: [],
    ...rest,
  };
}
