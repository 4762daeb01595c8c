import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Outcome } from '../domain/change.ts';
import type { SecretRef } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import { canAddReference, referencePlan, type ReferenceWrite } from '../domain/reference.ts';
import type { Release } from '../domain/release.ts';
import type { ProfileSet } from '../domain/snapshot.ts';
import type { Clock } from '../platform/clock.ts';
import { runOpenclaw, type CliContext } from './cliRun.ts';
import type { Daemon } from './environment.ts';
import { followReferences } from './runningGateway.ts';
import type { Variables } from './serviceFiles.ts';

export interface ReferenceParts {
  readonly context: CliContext;
  readonly daemon: Daemon;
  readonly release: Release | null;
  /** The agent's profiles as they are now; `null` where they cannot be read. */
  readonly read: () => Promise<ProfileSet | null>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** What the program prints of a key that it does not find where the reference leads (2026.3.13 to 2026.9.6). */
const UNRESOLVED = [
  [/missing or empty|could not (?:be )?resolve|not configured|not found|unresolved|is not allowlisted/i, 'unresolved'],
] as const;

/**
 * Has the release's own `secrets apply` add the reference, which it first follows, and reads it back. Errors: `changeConflict`
 * {reason: exists}, `credentialInvalid` {reason: unresolved, or shellOnly with its variable}, `cliUnsupported`, and those of the
 * program. A gateway that runs is then told.
 */
export async function putReference(parts: ReferenceParts, write: ReferenceWrite): Promise<Outcome> {
  if (!canAddReference(parts.release)) throw new AppError('cliUnsupported', {});
  const before = await parts.read();
  if (before === null) throw new AppError('storeUnreadable', { agentId: write.agentId });
  const { profileId, ref } = write;
  const isThere =
    before.profiles.get(profileId)?.origin === 'own' || before.unreadable.some(({ id }) => id === profileId);
  if (isThere) throw new AppError('changeConflict', { profileId, reason: 'exists' });
  const error = await apply(parts, write);
  const found = (await parts.read())?.profiles.get(profileId);
  const isAsWanted = found?.origin === 'own' && found.material.kind === 'ref' && found.material.ref.id === ref.id;
  if (isAsWanted) {
    const echo = await followReferences(parts.context, parts.daemon.runs, parts.signal);
    return { kind: 'done', isNoop: false, ...(echo === 'reloadNeeded' ? { notices: [echo] } : {}) };
  }
  if (error === null) return { kind: 'unknown', error: new AppError('writeNotConfirmed', { profileId }) };
  return { kind: found === undefined ? 'notDone' : 'unknown', error };
}

async function apply(parts: ReferenceParts, write: ReferenceWrite): Promise<AppError | null> {
  const { context, daemon, clock, signal } = parts;
  const folder = await mkdtemp(path.join(tmpdir(), 'openclaw-auth-plan-'));
  try {
    const file = path.join(folder, 'plan.json');
    await writeFile(file, JSON.stringify(referencePlan(write, new Date(clock.now()))), { mode: 0o600 });
    // A program that the configuration names is run to see whether it answers.
    const more = write.ref.source === 'exec' ? ['--allow-exec'] : [];
    const args = ['secrets', 'apply', '--from', file, '--json', ...more];
    const call = { name: 'secrets apply', args, signal, conditions: UNRESOLVED };
    const answer = await runOpenclaw(asTheGateway(context, daemon.variables, write.ref), call);
    if (answer.kind === 'ok') return null;
    return answer.error.details['reason'] === 'unresolved' ? unresolved(parts, write.ref) : answer.error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function unresolved({ context, daemon }: ReferenceParts, { source, id }: SecretRef): AppError {
  const isShellOnly = source === 'env' && daemon.variables !== null && isSet(context.env, id);
  if (isShellOnly && !isSet(daemon.variables, id))
    return new AppError('credentialInvalid', { reason: 'shellOnly', variable: id });
  return new AppError('credentialInvalid', { reason: 'unresolved' });
}

/** Not the gateway's value, which goes nowhere: that there is one is all that the program looks for. */
const STAND_IN = 'set';

/** The program follows a variable as the gateway will: what only this process has counts for nothing, or a gateway would not start. */
function asTheGateway(context: CliContext, variables: Variables | null, { source, id }: SecretRef): CliContext {
  if (source !== 'env' || variables === null) return context;
  const { env } = context;
  const value = isSet(variables, id) ? (isSet(env, id) ? env[id] : STAND_IN) : undefined;
  return { ...context, env: { ...env, [id]: value } };
}

function isSet(variables: Variables, name: string): boolean {
  return (variables[name] ?? '').trim() !== '';
}
