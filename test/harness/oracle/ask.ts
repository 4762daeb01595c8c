import path from 'node:path';
import { runProcess } from '../../../src/platform/process.ts';
import { cleanEnv, type OpenClaw } from '../openclaw.ts';

/** One agent's store, to be read, ordered and judged by the release itself. */
export interface Question {
  readonly stateDir: string;
  readonly agentDir: string;
  /** Unix ms, what the release takes for the present. */
  readonly now: number;
  /** What stands in `openclaw.json`. */
  readonly config: object;
  /** Providers whose order is asked. */
  readonly providers: readonly string[];
}

export interface JudgedProfile {
  readonly profileId: string;
  readonly provider: string;
  readonly type: string;
  /** `ok`, `expiring`, `expired`, `missing` or `static`. */
  readonly status: string;
  /** What it prints as the end, mostly Unix ms; early releases print whatever is stored. */
  readonly expiresAt?: unknown;
}

/** `error`: the release itself threw. */
export type Answer =
  | {
      readonly orders: readonly (readonly [provider: string, ids: readonly string[]])[];
      readonly profiles: readonly JudgedProfile[];
    }
  | { readonly error: string };

const TIMEOUT_MS = 1_800_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** 2026.9.6 gives up after 256 state directories in one process. */
const QUESTIONS_OF_A_PROCESS = 250;

/** Asks a release many questions. It may write into the stores: some releases repair what they read. */
export async function askOracle(
  cli: OpenClaw,
  home: string,
  questions: readonly Question[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < questions.length; from += QUESTIONS_OF_A_PROCESS)
    answers.push(...(await askProcess(cli, home, questions.slice(from, from + QUESTIONS_OF_A_PROCESS))));
  return answers;
}

async function askProcess(cli: OpenClaw, home: string, questions: readonly Question[]): Promise<readonly Answer[]> {
  const result = await runProcess({
    file: cli.node,
    args: [path.join(import.meta.dirname, 'oracle.mjs'), cli.dir],
    cwd: home,
    env: cleanEnv(cli, home),
    stdin: JSON.stringify({ questions }),
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (result.kind !== 'exited' || result.code !== 0) {
    throw new Error(`The oracle of ${cli.version} failed: ${result.kind === 'exited' ? result.stderr : result.kind}`);
  }
  return (JSON.parse(result.stdout) as { answers: Answer[] }).answers;
}
