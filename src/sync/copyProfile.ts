import type { Outcome, SeenCredential } from '../domain/change.ts';
import { type Credential, fingerprintCredential, type Profile } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import { seenCredential } from '../domain/expectation.ts';
import type { AgentId, Fingerprint, HostId } from '../domain/ids.ts';
import type { AgentSnapshot, StoreState } from '../domain/snapshot.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import type { Envelope } from '../vault/vault.ts';
import type { TransferParts } from './transfer.ts';

/** Why a profile is not copied at all. `hidden`: its value cannot be read here; `missing`: it has none. */
export type CopyRefusal = 'oauth' | 'ref' | 'unknownType' | 'hidden' | 'missing' | 'inherited';

/** Why it is not copied to one agent. `broken`: the agent's store; `unreadable`: an entry of this name in it. */
export type CopyObstacle =
  | { readonly kind: 'broken'; readonly state: StoreState }
  | { readonly kind: 'unreadable' | 'oauth' | 'ref' | 'unknownType' | 'otherProvider' };

/**
 * What a copy will do to one agent: `add` a profile; `replace` another credential, or one whose value is hidden; `shadow` what it
 * inherits by a profile of its own, which then no longer follows the default agent's. `expiry`: it has the credential, and another
 * expiry of it. `same`: it has both already.
 */
export type CopyEffect =
  | { readonly kind: 'add' | 'replace' | 'shadow' | 'expiry' | 'same' }
  | { readonly kind: 'cannot'; readonly obstacle: CopyObstacle };

export interface CopyTarget {
  readonly agentId: AgentId;
  readonly effect: CopyEffect;
  /** The default agent, whose profiles the others inherit: what is written there shows in them too. */
  readonly isDefault: boolean;
  /** What the user saw there: what has changed since is a conflict. */
  readonly expected: SeenCredential | null;
}

export type CopyPlan =
  | { readonly kind: 'refused'; readonly reason: CopyRefusal }
  /** `targets`: every other agent of the host, in its order. */
  | { readonly kind: 'planned'; readonly fingerprint: Fingerprint; readonly targets: readonly CopyTarget[] };

/** What copying `profile` of agent `from` would do to each other agent, as the stores were read. Pure. */
export function planCopy(profile: Profile, from: AgentId, agents: readonly AgentSnapshot[]): CopyPlan {
  const { material } = profile;
  const reason = deriveRefusal(profile);
  if (reason !== null || material.kind !== 'value') return { kind: 'refused', reason: reason ?? 'missing' };
  const { fingerprint } = material;
  const targets = agents
    .filter(({ id }) => id !== from)
    .map((agent): CopyTarget => {
      const found = agent.set.profiles.get(profile.id) ?? null;
      const { id: agentId, isDefault } = agent;
      return { agentId, isDefault, effect: deriveEffect(agent, profile, found), expected: seenCredential(found) };
    });
  return { kind: 'planned', fingerprint, targets };
}

/** Whether the copy writes there. */
export function isWritten({ effect }: CopyTarget): boolean {
  return effect.kind !== 'same' && effect.kind !== 'cannot';
}

function deriveRefusal({ type, origin, material }: Profile): CopyRefusal | null {
  if (type === 'oauth') return 'oauth';
  if (type === 'unknown') return 'unknownType';
  if (material.kind !== 'value') return material.kind;
  return origin === 'inherited' ? 'inherited' : null;
}

function deriveEffect({ store, set }: AgentSnapshot, profile: Profile, found: Profile | null): CopyEffect {
  const { state } = store;
  if (state === 'malformed' || state === 'unreadable' || state === 'retired')
    return { kind: 'cannot', obstacle: { kind: 'broken', state } };
  if (set.unreadable.some(({ id }) => id === profile.id)) return { kind: 'cannot', obstacle: { kind: 'unreadable' } };
  if (found === null) return { kind: 'add' };
  if (found.origin === 'inherited') return { kind: 'shadow' };
  const obstacle = deriveObstacle(found, profile);
  if (obstacle !== null) return { kind: 'cannot', obstacle: { kind: obstacle } };
  if (!isSameValue(found, profile)) return { kind: 'replace' };
  return { kind: JSON.stringify(found.expiry) === JSON.stringify(profile.expiry) ? 'same' : 'expiry' };
}

function deriveObstacle(
  found: Profile,
  { provider }: Profile,
): 'oauth' | 'ref' | 'unknownType' | 'otherProvider' | null {
  if (found.type === 'oauth') return 'oauth';
  if (found.type === 'unknown') return 'unknownType';
  if (found.material.kind === 'ref') return 'ref';
  return found.provider === provider ? null : 'otherProvider';
}

function isSameValue({ material }: Profile, { material: copied }: Profile): boolean {
  return material.kind === 'value' && copied.kind === 'value' && material.fingerprint === copied.fingerprint;
}

export interface CopySource {
  readonly hostId: HostId;
  readonly agentId: AgentId;
  readonly profile: Profile;
  /** Of the credential that the user saw: another one in its place is not copied. */
  readonly fingerprint: Fingerprint;
}

export interface CopyResult {
  readonly target: CopyTarget;
  readonly outcome: Outcome;
  /** What was copied, and what it replaced where that is known. Null where nothing was written. */
  readonly written: {
    readonly credential: Credential;
    readonly before: Credential | null;
    /** VS Code keeps a copy of it for this agent. */
    readonly isKept: boolean;
  } | null;
}

export interface CopyOptions extends ApplyOptions {
  /** Before each target. */
  readonly onTarget?: (target: CopyTarget) => void;
  /** After each target; the next one waits for it. */
  readonly onResult?: (result: CopyResult) => Promise<void>;
}

/**
 * Copies a profile to the chosen agents, one after the other, each write read back and under the expectation of what was shown.
 * One that fails does not stop the others; what was not begun when the signal aborted is `cancelled`. Besides the gateway's own
 * errors: `profileMissing` and `changeConflict` {side: source}. VS Code's copy follows where it keeps one of either side.
 */
export async function copyProfile(
  parts: TransferParts,
  source: CopySource,
  targets: readonly CopyTarget[],
  options: CopyOptions = {},
): Promise<readonly CopyResult[]> {
  const credential = await readSource(parts, source, options);
  const held = await heldCopy(parts, source, source.agentId);
  const results: CopyResult[] = [];
  for (const target of targets.filter(isWritten)) {
    options.onTarget?.(target);
    const result = await copyToOne(parts, source, target, { credential, held }, options);
    results.push(result);
    await options.onResult?.(result);
  }
  return results;
}

async function copyToOne(
  parts: TransferParts,
  source: CopySource,
  target: CopyTarget,
  { credential, held }: { readonly credential: Credential | AppError; readonly held: Envelope | null },
  options: CopyOptions,
): Promise<CopyResult> {
  const failed = (error: AppError): CopyResult => ({ target, outcome: { kind: 'notDone', error }, written: null });
  if (credential instanceof AppError) return failed(credential);
  if (options.signal?.aborted === true) return failed(new AppError('cancelled'));
  const { id: profileId, provider } = source.profile;
  const { agentId, expected } = target;
  const before = await readReplaced(parts, source, target, options);
  const outcome = await parts.gateway.apply(
    { kind: 'putCredential', agentId, provider, profileId, credential, expected },
    options,
  );
  if (outcome.kind === 'notDone') return { target, outcome, written: null };
  const isWanted = held !== null || (await heldCopy(parts, source, agentId)) !== null;
  const isKept = outcome.kind === 'done' && isWanted && (await keepCopy(parts, source, agentId, credential, held));
  return { target, outcome, written: { credential, before, isKept } };
}

async function readSource(
  { gateway, fingerprint }: TransferParts,
  source: CopySource,
  { signal }: CopyOptions,
): Promise<Credential | AppError> {
  const read = await gateway
    .readCredential(source.agentId, source.profile.id, signal === undefined ? {} : { signal })
    .catch((thrown: unknown) => AppError.from(thrown));
  if (read === null) return new AppError('profileMissing', { side: 'source' });
  if (read instanceof AppError) return read;
  const isSame = fingerprintCredential(read, fingerprint) === source.fingerprint;
  return isSame ? read : new AppError('changeConflict', { side: 'source' });
}

/** For undo; null where nothing is replaced, or where it is not known what. */
async function readReplaced(
  { gateway, fingerprint, logger }: TransferParts,
  { profile }: CopySource,
  { agentId, expected }: CopyTarget,
  { signal }: CopyOptions,
): Promise<Credential | null> {
  if (expected === null) return null;
  const read = await gateway
    .readCredential(agentId, profile.id, signal === undefined ? {} : { signal })
    .catch((thrown: unknown) => {
      logger.warn('copy: the value could not be read before it is replaced', { code: AppError.from(thrown).code });
      return null;
    });
  return read !== null && fingerprintCredential(read, fingerprint) === expected ? read : null;
}

async function heldCopy(
  { vault }: TransferParts,
  { hostId, profile }: CopySource,
  agentId: AgentId,
): Promise<Envelope | null> {
  const read = await vault.read({ hostId, agentId, profileId: profile.id });
  return read.kind === 'present' ? read.envelope : null;
}

/** With the date of issue that is known of the credential. A copy that is not kept costs only that: the write stands. */
async function keepCopy(
  { vault, logger }: TransferParts,
  { hostId, profile, fingerprint }: CopySource,
  agentId: AgentId,
  credential: Credential,
  held: Envelope | null,
): Promise<boolean> {
  const identity = { hostId, agentId, profileId: profile.id, provider: profile.provider };
  const issuedAt = held?.fingerprint === fingerprint ? { issuedAt: held.issuedAt } : {};
  const kept = await vault.put(identity, credential, { baseFingerprint: fingerprint, ...issuedAt });
  if (kept.kind !== 'done') logger.warn('copy: no copy kept in the vault', { code: kept.error.code });
  return kept.kind === 'done';
}
