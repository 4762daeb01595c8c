import * as z from 'zod';
import { parseJson } from '../platform/json.ts';
import { profileId, providerId, type ProfileId, type ProviderId } from './ids.ts';

/**
 * How a request with one credential ended, as `models status --probe` says it (2026.2.3 to 2026.9.6). `notTried`: no request was
 * sent. `other`: a word that is not known here.
 */
export const PROBE_STATUSES = [
  'ok',
  'auth',
  'rate_limit',
  'billing',
  'timeout',
  'format',
  'notTried',
  'other',
] as const;
export type ProbeStatus = (typeof PROBE_STATUSES)[number];

/** Why no request was sent. */
export const PROBE_REASONS = [
  ...(['excluded_by_auth_order', 'missing_credential', 'expired', 'invalid_expires'] as const),
  ...(['unresolved_ref', 'ineligible_profile', 'no_model'] as const),
] as const;
export type ProbeReason = (typeof PROBE_REASONS)[number];

export interface ProbeResult {
  readonly provider: ProviderId;
  /** `null`: a credential that is no profile, as one of the environment. */
  readonly profileId: ProfileId | null;
  readonly status: ProbeStatus;
  readonly reason: ProbeReason | null;
  /** Ms; null where no request was answered. */
  readonly latencyMs: number | null;
}

/** What a release says that the text above may quote a credential: none of it is kept but these fields. */
const result = z.looseObject({
  provider: z.string(),
  profileId: z.string().optional().catch(undefined),
  status: z.string(),
  reasonCode: z.string().optional().catch(undefined),
  latencyMs: z.number().optional().catch(undefined),
});
const answer = z.looseObject({
  auth: z.looseObject({ probes: z.looseObject({ results: z.array(z.unknown()) }) }),
});

/** Of `models status --json --probe`; log lines may stand before it. `null` for what is no such answer. */
export function parseProbe(stdout: string): readonly ProbeResult[] | null {
  const start = stdout.search(/^\{/m);
  const parsed = answer.safeParse(parseJson(stdout.slice(Math.max(start, 0), stdout.lastIndexOf('}') + 1)));
  if (!parsed.success) return null;
  return parsed.data.auth.probes.results.flatMap((one): ProbeResult[] => {
    const { data } = result.safeParse(one);
    if (data === undefined) return [];
    const reason = PROBE_REASONS.find((known) => known === data.reasonCode) ?? null;
    return [
      {
        provider: providerId(data.provider),
        profileId: data.profileId === undefined ? null : profileId(data.profileId),
        status: statusOf(data.status, reason),
        reason,
        latencyMs: data.latencyMs ?? null,
      },
    ];
  });
}

function statusOf(word: string, reason: ProbeReason | null): ProbeStatus {
  const known = PROBE_STATUSES.find((status) => status === word);
  if (known !== undefined) return known;
  return reason !== null || word === 'no_model' || word === 'unknown' ? 'notTried' : 'other';
}

const probeMessage = z.strictObject({
  provider: z.string().transform(providerId),
  profileId: z.string().transform(profileId).nullable(),
  status: z.enum(PROBE_STATUSES),
  reason: z.enum(PROBE_REASONS).nullable(),
  latencyMs: z.number().nullable(),
});

/** As they come from another host. */
export const probesMessage = z.array(probeMessage).readonly();
export type ProbesMessage = z.input<typeof probesMessage>;
