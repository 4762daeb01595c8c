import * as z from 'zod';
import type { AppError } from './errors.ts';
import { profileId, providerId, type ProfileId, type ProviderId } from './ids.ts';

/**
 * What a running gateway says of a credential (`models.authStatus`, 2026.4.15 to 2026.9.6). `static`: it has no expiry. `missing`:
 * it cannot be used, or a provider has none. `other`: a word that is not known here.
 */
export const GATEWAY_STATUSES = ['ok', 'static', 'expiring', 'expired', 'missing', 'other'] as const;
export type GatewayStatus = (typeof GATEWAY_STATUSES)[number];

/** A profile, as the gateway that runs has it. No value, and nothing that stands for one. */
export interface GatewayProfile {
  readonly profileId: ProfileId;
  readonly status: GatewayStatus;
  /** Unix ms; `null`: it says none. */
  readonly expiresAt: number | null;
  /** It comes from another program's files or from the configuration, and so stands in no store. */
  readonly isForeign: boolean;
}

export interface GatewayProvider {
  readonly provider: ProviderId;
  /** Of what counts for requests, as the gateway sees it. */
  readonly status: GatewayStatus;
  /** An explicit order of the store or the configuration; `null`: it names none. */
  readonly order: readonly ProfileId[] | null;
  readonly profiles: readonly GatewayProfile[];
}

/**
 * What came of asking. `notOffered`: the release has no such question. `noGateway`: none answers. `noAccess`: the program has no token
 * or password for it. `notAllowed`: the gateway waits
 * until somebody approves the rights of the program's device. `elsewhere`: the configuration leads to a gateway of another host.
 * `failed`: it answered something else.
 */
export type GatewayAnswer =
  | {
      readonly kind: 'answered';
      /** How old the answer was when it came, ms: releases keep one for a minute. */
      readonly ageMs: number;
      readonly providers: readonly GatewayProvider[];
    }
  | { readonly kind: 'notOffered' | 'noGateway' | 'noAccess' | 'notAllowed' | 'elsewhere' }
  | { readonly kind: 'failed'; readonly error: AppError };

const status = z
  .string()
  .transform((word): GatewayStatus => GATEWAY_STATUSES.find((known) => known === word) ?? 'other');
const expiry = z.looseObject({ at: z.number().positive() }).optional().catch(undefined);
const profile = z.looseObject({
  profileId: z.string(),
  status,
  source: z.string().optional().catch(undefined),
  expiry,
});
const provider = z.looseObject({
  provider: z.string(),
  status,
  profiles: z.array(z.unknown()).catch([]),
  profileOrder: z.array(z.string()).optional().catch(undefined),
});
const answer = z.looseObject({
  ts: z.number(),
  providers: z.array(z.unknown()),
  unavailable: z.unknown().optional(),
});

/** Profiles that early releases take from another program without saying so. */
const FOREIGN = /^[^:]+:(?:claude|codex|minimax|qwen)-cli$/;

/** Of the answer to `models.authStatus`; what it says of accounts and use is left alone. `null` for what is no such answer. */
export function parseGatewayStatus(
  value: unknown,
): { readonly at: number; readonly providers: readonly GatewayProvider[] } | null {
  const { data } = answer.safeParse(value);
  if (data === undefined || data.unavailable !== undefined) return null;
  const providers = data.providers.flatMap((one): GatewayProvider[] => {
    const found = provider.safeParse(one).data;
    if (found === undefined) return [];
    return [
      {
        provider: providerId(found.provider),
        status: found.status,
        order: found.profileOrder?.map(profileId) ?? null,
        profiles: found.profiles.flatMap(toProfile),
      },
    ];
  });
  return { at: data.ts, providers };
}

function toProfile(one: unknown): GatewayProfile[] {
  const found = profile.safeParse(one).data;
  if (found === undefined) return [];
  const { source } = found;
  return [
    {
      profileId: profileId(found.profileId),
      status: found.status,
      expiresAt: found.expiry?.at ?? null,
      isForeign: source === 'external' || source === 'config' || FOREIGN.test(found.profileId),
    },
  ];
}
