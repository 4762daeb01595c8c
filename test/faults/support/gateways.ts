import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { ensureOpenclaw } from '../../harness/openclaw.ts';

export interface GatewayAnswer {
  readonly taken: boolean;
  readonly ms: number;
}

/** A real release that writes to a store when told. One write at a time. */
export interface Gateway {
  write(stateDir: string): Promise<GatewayAnswer>;
  end(): void;
}

export async function startGateway(release: string): Promise<Gateway> {
  const { dir, node } = await ensureOpenclaw(release);
  const child = spawn(node, [path.join(import.meta.dirname, 'gatewayPeer.mjs'), dir], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { done, value } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done === true) throw new Error(`OpenClaw ${release} ended.`);
    return value;
  };
  await next();
  let last: Promise<unknown> = Promise.resolve();
  return {
    write: (stateDir) => {
      const answer = last.then(async () => {
        child.stdin.write(`${JSON.stringify({ stateDir })}\n`);
        return JSON.parse(await next()) as GatewayAnswer;
      });
      last = answer.catch(() => {});
      return answer;
    },
    end: () => {
      process.off('exit', stop);
      child.stdin.end();
    },
  };
}

/** Ends when all have ended, so that no process stays behind. */
export async function withGateways<T>(
  releases: readonly string[],
  work: (gateways: ReadonlyMap<string, Gateway>) => Promise<T>,
): Promise<T> {
  const gateways = new Map<string, Gateway>();
  try {
    for (const release of releases) gateways.set(release, await startGateway(release));
    return await work(gateways);
  } finally {
    for (const gateway of gateways.values()) gateway.end();
  }
}
