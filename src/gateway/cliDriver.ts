import type { Change, Outcome } from '../domain/change.ts';
import { canonicalText, type Credential, type Profile } from '../domain/credential.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { findConflict } from '../domain/expectation.ts';
import type { Fingerprinter, ProfileId, ProviderId } from '../domain/ids.ts';
import { canRemoveProfile, FIRST_REMOVING_CLI } from '../domain/release.ts';
import { selectionRules } from '../domain/selectionRules.ts';
import type { ProfileSet, StoreInfo } from '../domain/snapshot.ts';
import type { Clock } from '../platform/clock.ts';
import { Secret } from '../platform/secret.ts';
import type { AgentPlace } from './agentDirs.ts';
import { runOpenclaw, type CliCall, type CliContext } from './cliRun.ts';
import type { AgentView } from './agentView.ts';

export interface CliChange {
  readonly context: CliContext;
  readonly change: Change;
  readonly place: AgentPlace;
  /** Reads the agent's store again. Never throws. */
  readonly readView: () => Promise<AgentView>;
  readonly fingerprint: Fingerprinter;
  /** The gateway host's clock. */
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** An expiry goes to the CLI as a period, counted from when the CLI gets to it; its own rounding is below this. */
const EXPIRY_TOLERANCE_MS = 1000;
/** An expiry that is off by less is not worth a call: each one moves it by the time that the CLI takes to start. */
const SAME_EXPIRY_MS = 60_000;

/**
 * Makes one change through the release's own CLI and reads the store back: what counts is what the store shows, whatever
 * the exit code. Calls for one gateway must come one after another.
 */
export async function applyThroughCli(request: CliChange): Promise<Outcome> {
  const before = await request.readView();
  const refusal = findRefusal(request, before);
  if (refusal !== null) return { kind: 'notDone', error: refusal };
  const startedAt = request.clock.now();
  if (isShown(request, before.set, startedAt, null)) return { kind: 'done', isNoop: true };
  const answer = await runOpenclaw(request.context, toCall(request, startedAt));
  const after = await request.readView();
  const error = answer.kind === 'failed' ? answer.error : notConfirmed(request.change);
  // A store that cannot be read looks like one without profiles, and so proves no removal.
  if (STATE_ERRORS[after.store.state] !== undefined) return { kind: 'unknown', error };
  if (isShown(request, after.set, startedAt, before.set)) return { kind: 'done', isNoop: false };
  return { kind: before.store.revision === after.store.revision ? 'notDone' : 'unknown', error };
}

function notConfirmed(change: Change): AppError {
  const id = 'profileId' in change ? change.profileId : null;
  return new AppError('writeNotConfirmed', { agentId: change.agentId, provider: change.provider, profileId: id });
}

const STATE_ERRORS: Partial<Record<StoreInfo['state'], ErrorCode>> = {
  malformed: 'storeMalformed',
  unreadable: 'storeUnreadable',
  retired: 'storeRetired',
};

/** Why the change must not even be tried. */
function findRefusal(request: CliChange, { store, set }: AgentView): AppError | null {
  const { change, place, context, clock } = request;
  const about = { agentId: change.agentId, path: store.path };
  const stateError = STATE_ERRORS[store.state];
  if (stateError !== undefined) return new AppError(stateError, about);
  if (place.isOutside) return new AppError('storeUnreadable', about);
  if (namesIn(change).some((word) => word === '' || word.includes('\0')))
    return new AppError('changeConflict', { reason: 'invalidName' });
  const conflict = findConflict(change, set, selectionRules(context.program.release));
  if (change.kind === 'putCredential')
    return findPutRefusal(change, set.profiles.get(change.profileId), clock.now()) ?? conflict;
  // What is already as it is wanted is not written over.
  if (isShown(request, set, clock.now(), null)) return null;
  if (change.kind !== 'removeProfile') return conflict;
  const { release } = context.program;
  if (!canRemoveProfile(release, 'sqlite'))
    return new AppError('cliUnsupported', { release: release?.text ?? null, needs: FIRST_REMOVING_CLI });
  const profile = set.profiles.get(change.profileId);
  if (profile?.origin === 'inherited') return new AppError('profileMissing', { ...about, origin: 'inherited' });
  return conflict;
}

function namesIn(change: Change): readonly string[] {
  const ids = 'profileIds' in change ? change.profileIds : 'profileId' in change ? [change.profileId] : [];
  return [change.provider, ...ids];
}

function findPutRefusal(
  change: Extract<Change, { kind: 'putCredential' }>,
  present: Profile | undefined,
  now: number,
): AppError | null {
  const details = { profileId: change.profileId };
  if (change.credential.type === 'token' && (change.credential.expiresAt ?? Infinity) <= now + EXPIRY_TOLERANCE_MS)
    return new AppError('credentialInvalid', { ...details, reason: 'expired' });
  if (present?.origin !== 'own') return null;
  if (present.material.kind === 'ref') return new AppError('changeConflict', { ...details, reason: 'isRef' });
  return present.type === 'oauth' ? new AppError('changeConflict', { ...details, reason: 'isOAuth' }) : null;
}

/** Ids go behind `=` or `--`: OpenClaw takes any text as an id, also one that looks like an option. */
function toCall({ change, place, signal }: CliChange, now: number): CliCall {
  const agent = ['--agent', place.id];
  const provider = `--provider=${change.provider}`;
  switch (change.kind) {
    case 'putCredential': {
      const { credential } = change;
      const command = credential.type === 'token' ? 'paste-token' : 'paste-api-key';
      const options = [provider, `--profile-id=${change.profileId}`, ...expiryOption(credential, now)];
      const stdin = Secret.of(`${credential.secret.reveal()}\n`);
      return { name: command, args: ['models', 'auth', ...agent, command, ...options], stdin, signal };
    }
    case 'removeProfile':
      return { name: 'logout', args: ['models', 'auth', 'logout', ...agent, '--yes', '--', change.profileId], signal };
    case 'setOrder':
      return {
        name: 'order set',
        args: ['models', 'auth', 'order', 'set', ...agent, provider, '--', ...change.profileIds],
        signal,
      };
    case 'clearOrder':
      return { name: 'order clear', args: ['models', 'auth', 'order', 'clear', ...agent, provider], signal };
  }
}

function expiryOption(credential: Credential, now: number): readonly string[] {
  if (credential.type !== 'token' || credential.expiresAt === null) return [];
  return [`--expires-in=${String(credential.expiresAt - now)}ms`];
}

/** True when the store shows the change. `before` null: nothing has been run, so values must be readable to prove it. */
function isShown(request: CliChange, set: ProfileSet, startedAt: number, before: ProfileSet | null): boolean {
  const { change } = request;
  switch (change.kind) {
    case 'putCredential':
      return isPut(request, change, set, startedAt, before);
    case 'removeProfile':
      return set.profiles.get(change.profileId)?.origin !== 'own';
    case 'setOrder':
      return isEqual(storedOrder(set, change.provider), change.profileIds);
    case 'clearOrder':
      return storedOrder(set, change.provider) === null;
  }
}

function isPut(
  { fingerprint, clock }: CliChange,
  { profileId, credential }: Extract<Change, { kind: 'putCredential' }>,
  set: ProfileSet,
  startedAt: number,
  before: ProfileSet | null,
): boolean {
  const profile = set.profiles.get(profileId);
  if (profile?.type !== credential.type || profile.origin !== 'own') return false;
  const isHiddenButAdded = profile.material.kind === 'hidden' && before?.profiles.has(profileId) === false;
  const wanted = fingerprint(canonicalText(credential.type, credential.secret.reveal()));
  const isValueShown = profile.material.kind === 'value' && profile.material.fingerprint === wanted;
  if (!isValueShown && !isHiddenButAdded) return false;
  if (credential.type !== 'token' || credential.expiresAt === null) return profile.expiry.kind === 'none';
  if (profile.expiry.kind !== 'at') return false;
  const late = profile.expiry.unixMs - credential.expiresAt;
  if (before === null) return Math.abs(late) <= SAME_EXPIRY_MS;
  return late >= -EXPIRY_TOLERANCE_MS && late <= clock.now() - startedAt + EXPIRY_TOLERANCE_MS;
}

function storedOrder(set: ProfileSet, provider: ProviderId): readonly ProfileId[] | null {
  const key = provider.trim().toLowerCase();
  for (const [candidate, ids] of set.order) if (candidate.trim().toLowerCase() === key) return ids;
  return null;
}

function isEqual(stored: readonly ProfileId[] | null, wanted: readonly ProfileId[]): boolean {
  return stored?.length === wanted.length && stored.every((id, index) => id === wanted[index]);
}
