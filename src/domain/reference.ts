import type { SecretRef } from './credential.ts';
import type { AgentId, ProfileId, ProviderId } from './ids.ts';
import { isAtLeast, type Release } from './release.ts';

/** An API key that the gateway finds elsewhere: a profile without a value, for one agent. Only a new one; nothing is replaced. */
export interface ReferenceWrite {
  readonly agentId: AgentId;
  readonly provider: ProviderId;
  readonly profileId: ProfileId;
  /** `provider`: the name under `secrets.providers` of the configuration; `default` without one. */
  readonly ref: SecretRef;
}

/** Where a key may stand: a variable of the gateway, a file, or the answer of a program; the last two as the configuration declares them. */
export const REFERENCE_SOURCES = ['env', 'file', 'exec'] as const;
export type ReferenceSource = (typeof REFERENCE_SOURCES)[number];

/** `secrets apply` was run on 2026.3.13, 2026.4.15, 2026.6.1 and 2026.9.6; references came with 2026.3.8. */
export function canAddReference(release: Release | null): boolean {
  return release !== null && isAtLeast(release, '2026.3.8');
}

const VARIABLE = /^[A-Z][A-Z0-9_]{0,127}$/;
const ALIAS = /^[a-z][a-z0-9_-]{0,63}$/;
const MAX_ID = 500;

/** By the rules of 2026.9.6, of which none is laxer than those of earlier releases. */
export function isReferenceId(source: ReferenceSource, id: string): boolean {
  return source === 'env' ? VARIABLE.test(id) : id.trim() === id && id !== '' && id.length <= MAX_ID;
}

export function isReferenceAlias(alias: string): boolean {
  return ALIAS.test(alias);
}

/** What `openclaw secrets apply --from` takes; it is told to clean up nothing else. Holds no secret. */
export function referencePlan({ agentId, provider, profileId, ref }: ReferenceWrite, now: Date): object {
  return {
    ...{ version: 1, protocolVersion: 1, generatedAt: now.toISOString(), generatedBy: 'manual' },
    targets: [
      {
        ...{ type: 'auth-profiles.api_key.key', path: `profiles.${profileId}.key` },
        ...{ pathSegments: ['profiles', profileId, 'key'], agentId, authProfileProvider: provider },
        ref: { source: ref.source, provider: ref.provider ?? 'default', id: ref.id },
      },
    ],
    options: { scrubEnv: false, scrubAuthProfilesForProviderTargets: false, scrubLegacyAuthJson: false },
  };
}
