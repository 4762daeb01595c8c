import { AppError } from '../domain/errors.ts';
import { parseGatewayStatus, type GatewayAnswer } from '../domain/gatewayAnswer.ts';
import { askingRules } from '../domain/gatewayTruth.ts';
import type { AgentId } from '../domain/ids.ts';
import type { Release } from '../domain/release.ts';
import type { Clock } from '../platform/clock.ts';
import type { CliContext } from './cliRun.ts';
import { callGateway } from './gatewayCall.ts';

export interface Asked {
  /** Left to the gateway where its release answers for the default agent only. */
  readonly agentId: AgentId;
  /** Has the gateway load its credentials again before it answers (2026.6.1, 2026.9.6), or pass its cache by (2026.4.15). */
  readonly loadsAgain: boolean;
}

/**
 * Asks the gateway that runs for its credentials. It may ask the providers for their usage before it answers. A release that is
 * known not to have the question is not asked. Throws `AppError` for `cancelled` only.
 */
export async function askGateway(
  context: CliContext,
  release: Release | null,
  { agentId, loadsAgain }: Asked,
  clock: Clock,
  signal?: AbortSignal,
): Promise<GatewayAnswer> {
  const rules = askingRules(release);
  if (!rules.isOffered) return { kind: 'notOffered' };
  try {
    const params = { ...(rules.takesAgent ? { agentId } : {}), ...(loadsAgain ? { refresh: true } : {}) };
    const startedAt = clock.now();
    const answer = await callGateway(context, { method: 'models.authStatus', params, signal });
    if (answer.kind === 'unknownMethod') return { kind: 'notOffered' };
    if (answer.kind === 'refused') return failed(new AppError('cliFailed', { reason: 'refused' }));
    if (answer.kind !== 'ok') return { kind: answer.kind };
    const status = parseGatewayStatus(answer.value);
    if (status === null) return failed(new AppError('cliFailed', { reason: 'notAnAnswer' }));
    return { kind: 'answered', ageMs: Math.max(0, startedAt - status.at), providers: status.providers };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === 'cancelled') throw error;
    return failed(error);
  }
}

function failed(error: AppError): GatewayAnswer {
  return { kind: 'failed', error };
}
