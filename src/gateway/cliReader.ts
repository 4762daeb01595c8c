import * as z from 'zod';
import { CREDENTIAL_TYPES, type Profile } from '../domain/credential.ts';
import { profileId, providerId, revision, type Fingerprinter, type ProfileId, type ProviderId } from '../domain/ids.ts';
import type { ProfileSet, Usage } from '../domain/snapshot.ts';
import { EMPTY_PROFILE_SET } from '../domain/snapshot.ts';
import { parseJson } from '../platform/json.ts';
import type { AgentPlace } from './agentDirs.ts';
import { runOpenclaw, type CliContext } from './cliRun.ts';
import { problemView, type AgentView } from './agentView.ts';

const LISTED = z.looseObject({
  id: z.string(),
  provider: z.string(),
  type: z.string(),
  email: z.string().optional(),
  displayName: z.string().optional(),
  expiresAt: z.iso.datetime().optional().catch(undefined),
  cooldownUntil: z.iso.datetime().optional().catch(undefined),
  disabledUntil: z.iso.datetime().optional().catch(undefined),
  disabledReason: z.string().optional().catch(undefined),
});
const LIST = z.looseObject({ profiles: z.array(z.unknown()) });

const STATUS = z.looseObject({
  auth: z.looseObject({
    oauth: z.looseObject({
      profiles: z.array(z.looseObject({ profileId: z.string(), status: z.string().optional() })).catch([]),
      providers: z
        .array(
          z.looseObject({
            provider: z.string(),
            effectiveProfiles: z.array(z.looseObject({ profileId: z.string() })).optional(),
          }),
        )
        .catch([]),
    }),
  }),
});

/**
 * What `models auth list --json` and `models status --json` say about one agent: everything but the values, where the
 * database has a schema that we do not know. The order is the one that the release itself works out. Throws when cancelled.
 */
export async function readAgentThroughCli(
  context: CliContext,
  place: AgentPlace,
  fingerprint: Fingerprinter,
  signal?: AbortSignal,
): Promise<AgentView> {
  const list = await runOpenclaw(context, {
    name: 'list',
    args: ['models', 'auth', 'list', '--json', '--agent', place.id],
    signal,
  });
  const status = await runOpenclaw(context, {
    name: 'status',
    args: ['models', 'status', '--json', '--agent', place.id],
    signal,
  });
  // Says nothing about the store, and must not be kept as an answer.
  signal?.throwIfAborted();
  const path = context.program.path;
  if (list.kind === 'failed' && list.error.code === 'storeRetired')
    return problemView('cli', path, 'retired', 'migrationRequired');
  const listed = list.kind === 'ok' ? LIST.safeParse(parseAnswer(list.stdout)) : null;
  if (!listed?.success) return problemView('cli', path, 'unreadable', 'cliFailed');
  const stated = status.kind === 'ok' ? STATUS.safeParse(parseAnswer(status.stdout)) : null;
  const set = buildSet(listed.data.profiles, stated?.success ? stated.data : null);
  return {
    set,
    readCredential: () => null,
    store: {
      kind: 'cli',
      path,
      state: 'ok',
      problem: 'unknownSchema',
      offset: null,
      revision: revision(fingerprint(JSON.stringify([listed.data.profiles, [...set.order]]))),
      isValueReadable: false,
    },
  };
}

/** The JSON document in an output that may begin with log lines; `null` where there is none. */
export function parseAnswer(output: string): unknown {
  for (const match of output.matchAll(/^\{/gm)) {
    const value = parseJson(output.slice(match.index));
    // Otherwise a log line that begins with a brace; the document comes later.
    if (value !== undefined) return value;
  }
  return null;
}

function buildSet(entries: readonly unknown[], status: z.infer<typeof STATUS> | null): ProfileSet {
  const missing = new Set(
    status?.auth.oauth.profiles.filter(({ status: text }) => text === 'missing').map((one) => one.profileId),
  );
  const profiles = new Map<ProfileId, Profile>();
  const usage = new Map<ProfileId, Usage>();
  for (const entry of entries) {
    const parsed = LISTED.safeParse(entry);
    if (!parsed.success) continue;
    const id = profileId(parsed.data.id);
    profiles.set(id, toProfile(id, parsed.data, missing.has(parsed.data.id)));
    usage.set(id, toUsage(parsed.data));
  }
  return { ...EMPTY_PROFILE_SET, profiles, usage, order: orderOf(status) };
}

function toProfile(id: ProfileId, entry: z.infer<typeof LISTED>, isMissing: boolean): Profile {
  const type = CREDENTIAL_TYPES.find((known) => known === entry.type) ?? 'unknown';
  const expiresAt = toMs(entry.expiresAt);
  return {
    id,
    provider: providerId(entry.provider),
    type,
    material: { kind: isMissing ? 'missing' : 'hidden' },
    expiry: expiresAt === null ? { kind: 'none' } : { kind: 'at', unixMs: expiresAt },
    isRefreshable: type === 'oauth',
    email: entry.email ?? null,
    displayName: entry.displayName ?? null,
    accountId: null,
    origin: 'own',
    dormancy: null,
  };
}

function toUsage(entry: z.infer<typeof LISTED>): Usage {
  return {
    lastUsed: null,
    blockedUntil: null,
    cooldownUntil: toMs(entry.cooldownUntil),
    cooldownModel: null,
    cooldownReason: null,
    disabledUntil: toMs(entry.disabledUntil),
    disabledReason: entry.disabledReason ?? null,
    errorCount: 0,
  };
}

function orderOf(status: z.infer<typeof STATUS> | null): ReadonlyMap<ProviderId, readonly ProfileId[]> {
  const order = new Map<ProviderId, readonly ProfileId[]>();
  for (const { provider, effectiveProfiles } of status?.auth.oauth.providers ?? [])
    if (effectiveProfiles !== undefined && effectiveProfiles.length > 0)
      order.set(
        providerId(provider),
        effectiveProfiles.map((one) => profileId(one.profileId)),
      );
  return order;
}

function toMs(text: string | undefined): number | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
