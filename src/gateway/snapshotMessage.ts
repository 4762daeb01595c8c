import * as z from 'zod';
import { agentId, fingerprint, localHostId, profileId, providerId, revision } from '../domain/ids.ts';
import { ERAS, parseRelease, type Release } from '../domain/release.ts';
import type { AgentSnapshot, ConfigAuth, HostSnapshot, ProfileSet } from '../domain/snapshot.ts';
import { VARIABLE_PLACES, type VariableReport } from '../domain/variables.ts';

/** A snapshot on its way from a worker on another host. That may be anybody, so all of it is checked on arrival. */
const agent = z.string().transform(agentId);
const provider = z.string().transform(providerId);
const profile = z.string().transform(profileId);
const number = z.number().nullable();
const text = z.string().nullable();
const release = text.transform((value) => (value === null ? null : parseRelease(value)));
/** Any text may be a key, `__proto__` too, so a map travels as pairs. */
const mapOf = <K extends z.ZodType, V extends z.ZodType>(key: K, value: V) =>
  z.array(z.tuple([key, value])).transform((pairs) => new Map(pairs as [z.output<K>, z.output<V>][]));
const orderMap = mapOf(provider, z.array(profile).readonly());

const usage = z.strictObject({
  ...{ lastUsed: number, cooldownUntil: number, cooldownModel: text, cooldownReason: text },
  ...{ blockedUntil: number, disabledUntil: number, disabledReason: text, errorCount: z.number() },
});

const material = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('value'), fingerprint: z.string().transform(fingerprint), length: z.number() },
    doubt: z.enum(['cut', 'oddLength', 'otherKind']).optional(),
  }),
  z.strictObject({
    kind: z.literal('ref'),
    ref: z.strictObject({ source: z.string(), provider: text, id: z.string() }),
  }),
  z.strictObject({ kind: z.enum(['missing', 'hidden']) }),
]);

const expiry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), unixMs: z.number() }),
  z.strictObject({ kind: z.enum(['none', 'beyond', 'invalid']) }),
]);

const shownProfile = z.strictObject({
  ...{ id: profile, provider, type: z.enum(['api_key', 'token', 'oauth', 'unknown']), material, expiry },
  dormancy: z.enum(['setup', 'refreshing', 'malformedKey']).nullable(),
  ...{ isRefreshable: z.boolean(), email: text, displayName: text, accountId: text },
  origin: z.enum(['own', 'inherited']),
});

const set = z.strictObject({
  profiles: z.array(shownProfile).transform((all) => new Map(all.map((one) => [one.id, one]))),
  unreadable: z.array(
    z.strictObject({ id: profile, why: z.enum(['notAnObject', 'noProvider', 'unknownType', 'duplicateKey']) }),
  ),
  ...{ order: orderMap, lastGood: mapOf(provider, profile), usage: mapOf(profile, usage) },
});

const store = z.strictObject({
  kind: z.enum(['json', 'sqlite', 'cli']),
  path: z.string(),
  state: z.enum(['ok', 'missing', 'empty', 'malformed', 'unreadable', 'retired']),
  problem: z
    .enum([
      ...(['tooLarge', 'tooDeep', 'notUtf8', 'syntax', 'notAnObject', 'duplicateKey', 'permission'] as const),
      ...(['notARegularFile', 'locked', 'corruptDatabase', 'unknownSchema', 'noSqliteReader'] as const),
      ...(['migrationRequired', 'jsonBesideSqlite', 'cliFailed', 'ioError'] as const),
    ])
    .nullable(),
  offset: number,
  revision: z.string().transform(revision),
  isValueReadable: z.boolean(),
  exposure: z.strictObject({ path: z.string(), mode: z.number(), kind: z.enum(['writable', 'readable']) }).nullable(),
});

const config = z.strictObject({
  path: z.string(),
  state: z.enum(['ok', 'missing', 'malformed', 'unreadable']),
  ...{ lastTouchedVersion: text, hasProfiles: z.boolean(), order: orderMap },
  profiles: mapOf(profile, z.strictObject({ provider, mode: text })),
  providersInUse: z.array(provider).transform((all) => new Set(all)),
  modelKeys: mapOf(provider, z.strictObject({ kind: z.enum(['value', 'variable', 'ref']), isFirst: z.boolean() })),
});

const variable = z.strictObject({ name: z.string(), source: z.enum(['process', 'dotenv', 'config']) });

const place = z.enum(VARIABLE_PLACES);
const variables = z.strictObject({
  places: z.array(z.strictObject({ kind: place, at: text, sinceMs: number })),
  variables: z.array(
    z.strictObject({
      name: z.string(),
      providers: z.array(provider),
      values: mapOf(place, z.string().transform(fingerprint)),
    }),
  ),
});

const snapshot = z.strictObject({
  ...{ hostName: z.string(), userName: z.string(), stateDir: z.string(), cliPath: text, readAt: z.number() },
  hasClaude: z.boolean().nullable(),
  claudeVersion: text,
  ...{ release, laterRelease: release, releaseSource: z.enum(['cli', 'config', 'database', 'none']) },
  ...{ era: z.enum(ERAS), config },
  agents: z.array(z.strictObject({ id: agent, agentDir: z.string(), isDefault: z.boolean(), store, set })),
  environment: mapOf(provider, z.array(variable).readonly()),
  variables,
  undone: z.array(z.strictObject({ agentId: agent, provider, profileId: profile.nullable(), isBack: z.boolean() })),
});

export type SnapshotMessage = z.input<typeof snapshot>;

/** All but the id: what a host is called is up to the one who asks. */
export function encodeSnapshot(read: HostSnapshot): SnapshotMessage {
  const { hostName, userName, stateDir, cliPath, readAt, releaseSource, era, hasClaude, claudeVersion } = read;
  return {
    ...{ hostName, userName, stateDir, cliPath, readAt, releaseSource, era, hasClaude, claudeVersion },
    release: textOf(read.release),
    laterRelease: textOf(read.laterRelease),
    config: encodeConfig(read.config),
    agents: read.agents.map(encodeAgent),
    environment: [...read.environment].map(([of, names]) => [of, [...names]]),
    variables: encodeVariables(read.variables),
    undone: [...read.undone],
  };
}

/** `machine`: as in `LocalOptions`; who a host is, it does not say itself. `null` for what is no snapshot. */
export function decodeSnapshot(message: unknown, machine: string): HostSnapshot | null {
  const parsed = snapshot.safeParse(message);
  return parsed.success ? { ...parsed.data, hostId: localHostId(machine, parsed.data.stateDir) } : null;
}

function textOf(of: Release | null): string | null {
  return of === null ? null : of.text;
}

function encodeConfig({ profiles, order, providersInUse, modelKeys, ...rest }: ConfigAuth): SnapshotMessage['config'] {
  return {
    ...rest,
    profiles: [...profiles],
    order: pairsOf(order),
    providersInUse: [...providersInUse],
    modelKeys: [...modelKeys],
  };
}

function encodeVariables({ places, variables: all }: VariableReport): SnapshotMessage['variables'] {
  const encoded = all.map(({ name, providers, values }) => ({ name, providers: [...providers], values: [...values] }));
  return { places: [...places], variables: encoded };
}

function encodeAgent({ set: of, store: at, ...rest }: AgentSnapshot): SnapshotMessage['agents'][number] {
  return { ...rest, store: { ...at, exposure: at.exposure ?? null }, set: encodeSet(of) };
}

function encodeSet({ profiles, unreadable, order, lastGood, usage: used }: ProfileSet): z.input<typeof set> {
  return {
    profiles: [...profiles.values()],
    unreadable: [...unreadable],
    order: pairsOf(order),
    lastGood: [...lastGood],
    usage: [...used],
  };
}

function pairsOf<K, V>(map: ReadonlyMap<K, readonly V[]>): [K, V[]][] {
  return [...map].map(([key, values]) => [key, [...values]]);
}
