import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { JsonEra } from '../../../src/gateway/jsonStore/lockRules.ts';
import type { OpenClaw } from '../../harness/openclaw.ts';
import { runSupport, type Ended } from './children.ts';

/** A process number space of its own, with a `/proc` that shows it. */
export const OWN_PIDS = ['unshare', '--pid', '--fork', '--mount-proc'] as const;

/** `taken` within the time, or `kept` by its holder. */
export type Outcome = 'taken' | 'kept';

const SHORT_WAIT_MS = 2_500;

export function plantStore(folder: string, name = 'auth-profiles.json'): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, '{}');
  return file;
}

/** One short attempt of ours. */
export async function attemptOwn(era: JsonEra, store: string, prefix: readonly string[]): Promise<Outcome> {
  const { stdout } = await runSupport('ownLock.ts', ['once', era, store, String(SHORT_WAIT_MS)], { prefix });
  return (JSON.parse(stdout) as { taken: boolean }).taken ? 'taken' : 'kept';
}

/** One short attempt of the release; it is ended when it takes longer. */
export async function attemptReal(cli: OpenClaw, store: string, prefix: readonly string[]): Promise<Outcome> {
  const go = path.join(path.dirname(store), 'go');
  let end: NodeJS.Timeout | undefined;
  const stop = new AbortController();
  const { stdout } = await runSupport('realPeer.mjs', [cli.dir, 'locks', go, store], {
    prefix,
    signal: stop.signal,
    onOutput: (text) => {
      if (end !== undefined || !text.includes('ready\n')) return;
      end = setTimeout(() => stop.abort(), SHORT_WAIT_MS);
      writeFileSync(go, '');
    },
  });
  clearTimeout(end);
  return stdout.includes('"taken":true') ? 'taken' : 'kept';
}

export interface Holder {
  /** Words before a command that then runs in the holder's process number space. */
  readonly beside: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts a holder of a lock and resolves when it has it. */
export async function startHolder(file: string, args: readonly string[], prefix: readonly string[]): Promise<Holder> {
  const stop = new AbortController();
  let started = 0;
  let ended: Promise<Ended> | null = null;
  await new Promise<void>((resolve, reject) => {
    ended = runSupport(file, args, {
      prefix,
      signal: stop.signal,
      onStart: (pid) => (started = pid),
      onOutput: (text) => {
        if (text.includes('held\n')) resolve();
      },
    });
    ended.then(({ stderr }) => reject(new Error(`it did not take the lock: ${stderr}`)), reject);
  });
  const beside = prefix.length === 0 ? [] : ['nsenter', '--target', childOf(started), '--pid', '--mount'];
  return {
    beside,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** The process that `unshare` started: the first in the space. */
function childOf(pid: number): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? '';
}
