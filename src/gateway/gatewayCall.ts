import JSON5 from 'json5';
import { AppError } from '../domain/errors.ts';
import { field } from '../domain/jsonValue.ts';
import { parseAnswer } from './cliReader.ts';
import { runOpenclaw, type CliContext } from './cliRun.ts';
import { readConfigFile } from './configFile.ts';

export interface GatewayCall {
  readonly method: string;
  /** Becomes an argument of the program, which other users of the host may see while it runs: ids and names only. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
}

/** Why a gateway did not do what it was asked for. `refused`: it understood, and would not. */
const REFUSALS = ['unknownMethod', 'noAccess', 'notAllowed', 'noGateway', 'refused'] as const;
export type CallRefusal = (typeof REFUSALS)[number] | 'elsewhere';

export type CallAnswer = { readonly kind: 'ok'; readonly value: unknown } | { readonly kind: CallRefusal };

/** What the program prints about each (2026.2.3 to 2026.9.6). A connection that is refused for its rights is closed, so that comes first. */
const CONDITIONS = [
  [/unknown method/i, 'unknownMethod'],
  [/GatewayCredentialsRequired|requires credentials before/i, 'noAccess'],
  [/pairing required|pending approval|not[_ ]paired|missing scope|unauthorized/i, 'notAllowed'],
  [/ECONNREFUSED|not reachable|gateway closed|gateway timeout|connect (?:timeout|failed)/i, 'noGateway'],
  [/GatewayClientRequestError|gateway_request_error|INVALID_REQUEST/, 'refused'],
] as const satisfies readonly (readonly [RegExp, (typeof REFUSALS)[number]])[];

/** The gateway's own, as the program is told. */
const ANSWER_LIMIT_MS = 20_000;
/** With the start of the program, on a busy machine. */
const CALL_LIMIT_MS = 60_000;

/**
 * One question to the gateway that runs, through the program and with its own credentials: it pairs its device with the gateway when
 * it has not yet. Throws `AppError`: `cancelled`, `processTimedOut`, `cliFailed` and their like.
 */
export async function callGateway(context: CliContext, { method, params, signal }: GatewayCall): Promise<CallAnswer> {
  if (await isElsewhere(context)) return { kind: 'elsewhere' };
  const options = ['--params', JSON.stringify(params), '--timeout', String(ANSWER_LIMIT_MS), '--json'];
  const answer = await runOpenclaw(context, {
    ...{ name: `gateway call ${method}`, args: ['gateway', 'call', method, ...options] },
    ...{ timeoutMs: CALL_LIMIT_MS, conditions: CONDITIONS, signal },
  });
  if (answer.kind === 'failed') {
    const kind = REFUSALS.find((refusal) => refusal === answer.error.details['reason']);
    if (kind === undefined) throw answer.error;
    return { kind };
  }
  const value = parseAnswer(answer.stdout);
  if (value === null) throw new AppError('cliFailed', { reason: 'notAnAnswer' });
  return { kind: 'ok', value };
}

/** The program would ask a gateway that is not the one whose stores are here. */
async function isElsewhere({ env, paths }: CliContext): Promise<boolean> {
  if ((env['OPENCLAW_GATEWAY_URL'] ?? '').trim() !== '') return true;
  const { text } = await readConfigFile(paths.configPath);
  if (text === null) return false;
  try {
    return field(field(JSON5.parse<unknown>(text), 'gateway'), 'mode') === 'remote';
  } catch {
    return false;
  }
}
