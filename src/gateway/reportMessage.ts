import * as z from 'zod';
import type { Credential } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import { credentialMessage, encodeFailure, failureMessage } from './applyMessage.ts';
import type { RepairOutcome } from './service.ts';

/** An answer, or why there is none. */
export type ReportMessage<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: z.input<typeof failureMessage> };

export async function report<T>(work: () => Promise<T>): Promise<ReportMessage<T>> {
  try {
    return { kind: 'ok', value: await work() };
  } catch (thrown) {
    return { kind: 'failed', error: encodeFailure(AppError.from(thrown)) };
  }
}

const reported = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok'), value: z.unknown() }),
  z.strictObject({ kind: z.literal('failed'), error: failureMessage }),
]);

/** The value, still to be checked. Throws the failure that was reported, and `internal` for what is no report. */
export function unwrapReport(message: unknown): unknown {
  const parsed = reported.safeParse(message);
  if (!parsed.success) throw new AppError('internal', { reason: 'notAReport' });
  if (parsed.data.kind === 'failed') throw new AppError(parsed.data.error.code, parsed.data.error.details);
  return parsed.data.value;
}

/** Throws `internal` for what is neither a credential nor `null`. */
export function decodeCredential(message: unknown): Credential | null {
  const parsed = credentialMessage.nullable().safeParse(message);
  if (!parsed.success) throw new AppError('internal', { reason: 'notACredential' });
  return parsed.data;
}

const repair = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['notStarted', 'unknown']), error: failureMessage }),
  z.strictObject({ kind: z.literal('repaired'), backup: z.string() }),
  z.strictObject({ kind: z.literal('unrepaired'), backup: z.string(), error: failureMessage.nullable() }),
]);

export type RepairMessage = z.input<typeof repair>;

export function encodeRepair(outcome: RepairOutcome): RepairMessage {
  if (outcome.kind === 'repaired') return outcome;
  if (outcome.kind !== 'unrepaired') return { ...outcome, error: encodeFailure(outcome.error) };
  return { ...outcome, error: outcome.error === null ? null : encodeFailure(outcome.error) };
}

/** `null` for what is no such answer. */
export function decodeRepair(message: unknown): RepairOutcome | null {
  const parsed = repair.safeParse(message);
  if (!parsed.success) return null;
  const { data } = parsed;
  const errorOf = ({ code, details }: z.output<typeof failureMessage>): AppError => new AppError(code, details);
  if (data.kind === 'repaired') return data;
  if (data.kind !== 'unrepaired') return { ...data, error: errorOf(data.error) };
  return { ...data, error: data.error === null ? null : errorOf(data.error) };
}
