import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runProcess } from '../../src/platform/process.ts';
import { Secret } from '../../src/platform/secret.ts';

/** Releases that differ in store, lock, CLI or rules, and that everything is compared with. */
export const CONFORMANCE_RELEASES = ['2026.2.3', '2026.4.15', '2026.6.1', '2026.9.6'] as const;

/** Releases that `npm run test:conformance` was told to compare with; none in any other run. */
export const CHOSEN_RELEASES = (process.env['CONFORMANCE_RELEASES'] ?? '').split(',').filter(Boolean);

/** An installed release. `bin` holds `openclaw` and the `node` that it runs under. */
export interface OpenClaw {
  readonly version: string;
  readonly dir: string;
  readonly bin: string;
  readonly node: string;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLI_TIMEOUT_MS = 240_000;
const PRETEND_TTY = pathToFileURL(path.join(import.meta.dirname, 'pretendTty.mjs')).href;

/** Imports a script of `scripts/`, which are plain JavaScript; the caller states the type of what it takes. */
export async function importScript(file: string): Promise<unknown> {
  return import(pathToFileURL(path.join(ROOT, 'scripts', file)).href);
}

/** Installs a release from the registry, once. */
export async function ensureOpenclaw(version: string): Promise<OpenClaw> {
  const script = (await importScript('lib/openclaw.mjs')) as { ensureOpenclaw(version: string): Promise<OpenClaw> };
  return script.ensureOpenclaw(version);
}

/** What a release is started with: a home, and nothing of whoever runs the tests. */
export function cleanEnv(cli: OpenClaw, home: string): Record<string, string> {
  return {
    PATH: [cli.bin, '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
    HOME: home,
    NO_COLOR: '1',
    OPENCLAW_HIDE_BANNER: '1',
  };
}

/**
 * Runs the release's CLI to its end. `typed` is what a person would type at its prompt: releases up to 2026.5 ask at a
 * terminal and are told that they have one; later ones take a pipe.
 */
export async function runOpenclaw(
  cli: OpenClaw,
  home: string,
  args: readonly string[],
  typed?: Secret,
): Promise<CliResult> {
  const isPrompt = typed !== undefined && cli.version < '2026.6';
  const result = await runProcess({
    file: path.join(cli.bin, 'openclaw'),
    args,
    cwd: home,
    env: { ...cleanEnv(cli, home), ...(isPrompt ? { NODE_OPTIONS: `--import=${PRETEND_TTY}` } : {}) },
    ...(typed === undefined ? {} : { stdin: Secret.of(`${typed.reveal()}${isPrompt ? '\r' : '\n'}`) }),
    timeoutMs: CLI_TIMEOUT_MS,
  });
  if (result.kind !== 'exited') throw new Error(`openclaw ${args.join(' ')} did not end by itself: ${result.kind}`);
  return result;
}

/** Runs a command that prints JSON, and must succeed. Some releases print log lines before it. */
export async function askOpenclaw(cli: OpenClaw, home: string, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runOpenclaw(cli, home, args);
  const start = stdout.search(/^\{/m);
  if (code !== 0 || start === -1) throw new Error(`openclaw ${args.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
  return JSON.parse(stdout.slice(start, stdout.lastIndexOf('}') + 1));
}
