import { AppError } from '../domain/errors.ts';
import type { AgentId } from '../domain/ids.ts';
import { parseProbe, type ProbeResult } from '../domain/probe.ts';
import { runOpenclaw, type CliContext } from './cliRun.ts';

/** Of one request, as the release is told; some wait longer all the same. */
const REQUEST_LIMIT_MS = 15_000;
/** Of all of them together. */
const PROBE_LIMIT_MS = 180_000;

/**
 * Sends one small request with each credential of the agent, through the release's own command. It costs what such a request costs.
 * Throws `AppError`: `cliFailed`, `cliUnsupported`, `processTimedOut`, `cancelled` and their like.
 */
export async function probeCredentials(
  context: CliContext,
  agentId: AgentId,
  signal?: AbortSignal,
): Promise<readonly ProbeResult[]> {
  const args = [
    'models',
    'status',
    '--json',
    '--probe',
    '--probe-timeout',
    String(REQUEST_LIMIT_MS),
    '--agent',
    agentId,
  ];
  const ended = await runOpenclaw(context, { name: 'probe', args, signal, timeoutMs: PROBE_LIMIT_MS });
  if (ended.kind === 'failed') throw ended.error;
  const results = parseProbe(ended.stdout);
  if (results === null) throw new AppError('cliFailed', { reason: 'notAnAnswer' });
  return results;
}
