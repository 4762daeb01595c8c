import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as z from 'zod';
import { gatewayRules, type Echo } from '../domain/gatewayRules.ts';
import type { Release } from '../domain/release.ts';
import { parseJson } from '../platform/json.ts';
import { parseAnswer } from './cliReader.ts';
import { runOpenclaw, type CliContext } from './cliRun.ts';
import { readTextFile } from './readFile.ts';

/** Makes the running gateway see a change that is done. Whether it undoes it later, `UndoneChanges` tells. Never throws. */
export async function followUp(release: Release, context: CliContext): Promise<Echo> {
  const { follow } = gatewayRules(release);
  if (follow === 'cli') return 'unknown';
  if (!(await isGatewayRunning(context))) return 'notRunning';
  if (follow === 'reads') return 'seen';
  return (await reloadSecrets(context)) === null ? 'reloadNeeded' : 'seen';
}

/**
 * Has the gateway that runs follow its references again, which every release with references does only then or when it starts
 * (2026.6.1, 2026.9.6). `seen`: it has found what each of them leads to. `runs` null: not known. Never throws.
 */
export async function followReferences(context: CliContext, runs: boolean | null, signal?: AbortSignal): Promise<Echo> {
  if (runs === false) return 'notRunning';
  const reloaded = await reloadSecrets(context, signal);
  if (reloaded?.warningCount === 0) return 'seen';
  return reloaded === null && runs === null ? 'unknown' : 'reloadNeeded';
}

/** 2026.6.1 refuses to load what it cannot follow; 2026.9.6 loads the rest, and counts. */
const RELOADED = z.looseObject({ ok: z.literal(true), warningCount: z.number().catch(0) });

/** Asks the gateway, through the CLI and with the CLI's own credentials, to load its credentials again. `null`: it did not. */
async function reloadSecrets(
  context: CliContext,
  signal?: AbortSignal,
): Promise<{ readonly warningCount: number } | null> {
  const answer = await runOpenclaw(context, { name: 'secrets reload', args: ['secrets', 'reload', '--json'], signal });
  return answer.kind === 'ok' ? (RELOADED.safeParse(parseAnswer(answer.stdout)).data ?? null) : null;
}

const LOCK = z.looseObject({ pid: z.int().positive(), configPath: z.string() });

export async function isGatewayRunning(context: Pick<CliContext, 'env' | 'paths'>): Promise<boolean> {
  return (await findGatewayPid(context)) !== null;
}

/** By the lock that a gateway holds while it runs (2026.2.3 to 2026.7.x); one call of the CLI would take seconds. `null`: none runs. */
export async function findGatewayPid({ env, paths }: Pick<CliContext, 'env' | 'paths'>): Promise<number | null> {
  const uid = process.getuid?.();
  const folder = path.join(env['TMPDIR'] ?? tmpdir(), uid === undefined ? 'openclaw' : `openclaw-${String(uid)}`);
  const hash = createHash('sha256').update(paths.configPath).digest('hex').slice(0, 8);
  // Where everybody may make a folder, somebody may have put a pipe: one read of that would never end.
  const file = await readTextFile(path.join(folder, `gateway.${hash}.lock`));
  const lock = LOCK.safeParse(file.kind === 'ok' ? parseJson(file.text) : null);
  const isOurs = lock.success && lock.data.configPath === paths.configPath && isAlive(lock.data.pid);
  return isOurs ? lock.data.pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
