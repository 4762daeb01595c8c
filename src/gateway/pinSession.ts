import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import { passingModel, pinningRules, providerOfModel, type PinningRules } from '../domain/pinRules.ts';
import type { Release } from '../domain/release.ts';
import type { AgentSession } from '../domain/sessionPin.ts';
import type { CliContext } from './cliRun.ts';
import { callGateway, type CallAnswer } from './gatewayCall.ts';

/** What a session is to be tied to. */
export interface SessionPinning {
  readonly agentId: AgentId;
  readonly sessionKey: string;
  /** `provider/model` that the session has, and keeps. */
  readonly model: string;
  /** `null`: to none. */
  readonly profileId: ProfileId | null;
  /** What it was tied to when the user saw it. */
  readonly expected: ProfileId | null;
}

export interface PinningParts {
  readonly context: CliContext;
  readonly release: Release | null;
  /** The session as the store shows it now. */
  readonly readSession: () => Promise<AgentSession | undefined>;
  readonly signal?: AbortSignal | undefined;
}

/** The store is written before the answer; on a slow disk it may show a moment later. */
const READ_TRIES = 10;
const READ_WAIT_MS = 300;
const RETURN_TRIES = 3;

/**
 * Ties a session to a profile through the gateway that runs, or takes the tie away, and reads the store back: what counts is what
 * it shows. Only on releases whose answer was measured. Throws `AppError` where nothing was changed.
 */
export async function pinSession(parts: PinningParts, pinning: SessionPinning): Promise<Outcome> {
  const rules = pinningRules(parts.release);
  if (rules === null) throw refused('notOffered');
  const session = await parts.readSession();
  if (session === undefined || session.profileId !== pinning.expected)
    throw new AppError('changeConflict', { reason: 'session' });
  if (session.profileId === pinning.profileId && (pinning.profileId === null || session.source === 'user'))
    return { kind: 'done', isNoop: true };
  await askFirst(parts, pinning, rules);
  return pinning.profileId === null ? letGo(parts, pinning) : tie(parts, pinning, pinning.profileId);
}

async function tie(parts: PinningParts, pinning: SessionPinning, wanted: ProfileId): Promise<Outcome> {
  return whileChanging(async () => {
    need(await setModel(parts, pinning, `${pinning.model}@${wanted}`));
    return readBack(parts, (now) => now?.profileId === wanted && now.source === 'user');
  });
}

/** In two steps, of which the second is tried again: a session must not be left on the model between. */
async function letGo(parts: PinningParts, pinning: SessionPinning): Promise<Outcome> {
  const pinned = pinning.expected === null ? '' : (pinning.expected.split(':')[0] ?? '');
  const passing = passingModel([providerOfModel(pinning.model), pinned]);
  return whileChanging(async () => {
    need(await setModel(parts, pinning, passing));
    // A cancellation counts until here.
    const rest = { ...parts, signal: undefined };
    let answer: CallAnswer | null = null;
    for (let attempt = 0; attempt < RETURN_TRIES && answer?.kind !== 'ok'; attempt += 1)
      answer = await setModel(rest, pinning, pinning.model).catch(() => null);
    if (answer?.kind !== 'ok') return { kind: 'unknown', error: refused('leftBetween', pinning.model) };
    // The default model stands nowhere in the session.
    return readBack(rest, (now) => now !== undefined && now.profileId === null && now.model !== passing);
  });
}

/** From the moment when it is sent, a failure other than a refusal says nothing about what was done. */
async function whileChanging(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === 'gatewayRefused') throw error;
    return { kind: 'unknown', error };
  }
}

async function readBack(
  { readSession }: PinningParts,
  isAsWanted: (now: AgentSession | undefined) => boolean,
): Promise<Outcome> {
  for (let attempt = 0; attempt < READ_TRIES; attempt += 1) {
    if (isAsWanted(await readSession())) return { kind: 'done', isNoop: false };
    await sleep(READ_WAIT_MS);
  }
  return { kind: 'unknown', error: new AppError('writeNotConfirmed', {}) };
}

const LISTED = z.looseObject({
  defaults: z.looseObject({ modelSelectionTarget: z.string().optional() }).optional(),
  sessions: z.array(z.looseObject({ key: z.string(), hasActiveRun: z.boolean().optional() })),
});
const SEARCHED = 20;

/** Whether the gateway knows the session, may set a model for it alone, and, for letting go, does nothing in it at this moment. */
async function askFirst(
  { context, signal }: PinningParts,
  pinning: SessionPinning,
  rules: PinningRules,
): Promise<void> {
  const { agentId: agent, sessionKey } = pinning;
  const params = { agentId: agent, search: sessionKey, limit: SEARCHED };
  const answer = await callGateway(context, { method: 'sessions.list', params, signal });
  need(answer);
  const listed = answer.kind === 'ok' ? LISTED.safeParse(answer.value).data : undefined;
  const found = listed?.sessions.find(({ key }) => key === sessionKey);
  if (found === undefined) throw refused('unknownSession');
  if (rules.asksTarget && listed?.defaults?.modelSelectionTarget !== 'session') throw refused('notForOne');
  if (pinning.profileId === null && found.hasActiveRun !== false) throw refused('running');
}

function setModel(
  { context, signal }: PinningParts,
  { sessionKey }: SessionPinning,
  model: string,
): Promise<CallAnswer> {
  return callGateway(context, { method: 'sessions.patch', params: { key: sessionKey, model }, signal });
}

function need({ kind }: CallAnswer): void {
  if (kind !== 'ok') throw refused(kind);
}

function refused(reason: string, model?: string): AppError {
  return new AppError('gatewayRefused', { reason, ...(model === undefined ? {} : { model }) });
}
