import { parseArgs } from 'node:util';
import { DAY_MS, GATEWAY_WARN_MS } from '../domain/health.ts';

/** What the worker was asked to do. */
export type HeadlessCommand =
  | { readonly kind: 'status' | 'check'; readonly options: HeadlessOptions }
  | { readonly kind: 'rpc' | 'help' | 'version' }
  | { readonly kind: 'link'; readonly mark: string }
  | { readonly kind: 'usageError'; readonly message: string };

export interface HeadlessOptions {
  /** `null`: as the environment says. */
  readonly stateDir: string | null;
  /** `null`: all. */
  readonly agent: string | null;
  /** Program to use in the place of the one on PATH. */
  readonly openclaw: string | null;
  readonly warnMs: number;
  readonly format: CheckFormat;
}

/** How `check` prints a finding: for a person, or for a problem matcher, with the file in front. */
const CHECK_FORMATS = ['lines', 'problems'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export const USAGE = `Usage:
  node worker.mjs status --json [options]   everything that is known, as one JSON document; exit 0
  node worker.mjs check [options]           one line per finding; the exit code says whether to act
  node worker.mjs rpc                       JSON-RPC on stdin and stdout, for the editor
  node worker.mjs --help | --version

Options:
  --state-dir DIR    the gateway's state directory (default: as OpenClaw finds it)
  --agent ID         only this agent (default: all)
  --warn-days N      a token with fewer than N days left is expiring (default: 1, as in OpenClaw)
  --openclaw PATH    the openclaw program (default: the one on PATH)
  --format problems  check prints FILE:1:1: SEVERITY CODE: MESSAGE, for editors; FILE is the store, or openclaw.json where
                     the store is a database or the finding is about no agent (default: lines, SEVERITY CODE: MESSAGE)

Exit codes of check, by the credential that comes next for each provider in use, which is each provider that a configured
model names or, when the configuration names none, each that has a profile:
  0   it can be used (also while it is cooling down, or when the gateway refreshes it by itself)
  1   it has expired, there is none, or the store cannot be read
  2   it is about to expire, and nothing is worse
 64   wrong usage
No secret is printed.
`;

const OPTIONS = {
  json: { type: 'boolean' },
  'state-dir': { type: 'string' },
  agent: { type: 'string' },
  openclaw: { type: 'string' },
  'warn-days': { type: 'string' },
  format: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseStrict>['values'];

/** Reads the arguments after the script's name. */
export function parseHeadlessArgs(args: readonly string[]): HeadlessCommand {
  let parsed: ReturnType<typeof parseStrict>;
  try {
    parsed = parseStrict(args);
  } catch {
    return usageError('unknown option, or an option without its value');
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [command, ...rest] = positionals;
  // Asked for by the editor, in a worker that it has sent.
  if (command === 'link' && rest.length === 1) return { kind: 'link', mark: rest[0] ?? '' };
  if (rest.length > 0) return usageError('more than one command');
  if (command === 'rpc') return Object.keys(values).length === 0 ? { kind: 'rpc' } : usageError('rpc has no options');
  if (command !== 'status' && command !== 'check') return usageError('the command is status, check or rpc');
  return command === 'status' && !values.json ? usageError('status needs --json') : parseOptions(command, values);
}

function parseStrict(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
}

function parseOptions(kind: 'status' | 'check', values: Values): HeadlessCommand {
  const days = values['warn-days'];
  if (days !== undefined && !/^\d{1,5}(\.\d{1,6})?$/.test(days))
    return usageError('--warn-days takes a number of days');
  for (const name of ['state-dir', 'agent', 'openclaw'] as const)
    if (values[name]?.trim() === '') return usageError(`--${name} is empty`);
  const warnMs = days === undefined ? GATEWAY_WARN_MS : Number(days) * DAY_MS;
  const format = CHECK_FORMATS.find((known) => known === (values.format ?? 'lines'));
  if (format === undefined || (kind === 'status' && values.format !== undefined))
    return usageError('--format takes lines or problems, for check');
  const { agent = null, openclaw = null } = values;
  return { kind, options: { stateDir: values['state-dir'] ?? null, agent, openclaw, warnMs, format } };
}

function usageError(message: string): HeadlessCommand {
  return { kind: 'usageError', message };
}
