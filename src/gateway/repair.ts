import type { HostSnapshot } from '../domain/snapshot.ts';
import { backUpAuthFiles } from './authBackup.ts';
import { runOpenclaw } from './cliRun.ts';
import type { CliContext } from './cliRun.ts';
import type { AgentPlace } from './agentDirs.ts';
import type { RepairOutcome } from './service.ts';

export interface RepairRequest {
  readonly context: CliContext;
  readonly places: readonly AgentPlace[];
  /** Unix ms. */
  readonly now: number;
  readonly read: () => Promise<HostSnapshot>;
  readonly signal?: AbortSignal | undefined;
}

/** It may import, compact and move whole databases. */
const TIMEOUT_MS = 10 * 60_000;

/** `openclaw doctor --fix`, after a copy of everything that credentials are kept in. Throws when no copy could be made. */
export async function repairStores(
  request: RepairRequest,
): Promise<Exclude<RepairOutcome, { kind: 'notStarted' | 'unknown' }>> {
  const { context, places, now, read, signal } = request;
  const backup = await backUpAuthFiles(context.paths, places, now);
  const args = ['doctor', '--fix', '--non-interactive', '--yes'];
  const answer = await runOpenclaw(context, { name: 'doctor --fix', args, timeoutMs: TIMEOUT_MS, signal });
  const { agents } = await read();
  const isWell = agents.every(({ store }) => !['retired', 'malformed', 'unreadable'].includes(store.state));
  if (isWell && answer.kind === 'ok') return { kind: 'repaired', backup };
  return { kind: 'unrepaired', backup, error: answer.kind === 'failed' ? answer.error : null };
}
