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
  return (await reloadSecrets(context)) ? 'seen' : 'reloadNeeded';
}

const RELOADED = z.looseObject({ ok: z.literal(true) });

/** Asks the gateway, through the CLI and with the CLI's own credentials, to load its credentials again. */
async function reloadSecrets(context: CliContext): Promise<boolean> {
  const answer = await runOpenclaw(context, { name: 'secrets reload', args: ['secrets', 'reload', '--json'] });
  return answer.kind === 'ok' && RELOADED.safeParse(parseAnswer(answer.stdout)).success;
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
