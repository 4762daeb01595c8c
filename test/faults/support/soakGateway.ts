import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';

export type GatewayDeed = 'success' | 'failure' | 'order' | 'put' | 'tag' | 'remove' | 'refresh';

/** A real release that runs as the gateway of several agents; one deed after another. */
export interface SoakGateway {
  /** Whether the release wrote it. */
  do(deed: GatewayDeed, agent: string, id: string, value?: string): Promise<boolean>;
  end(): void;
}

export async function startSoakGateway(packageDir: string, node: string, stateDir: string): Promise<SoakGateway> {
  const program = path.join(import.meta.dirname, 'soakGateway.mjs');
  const child = spawn(node, [program, packageDir, stateDir], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { done, value } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done === true) throw new Error('The gateway ended.');
    return value;
  };
  await next();
  let last: Promise<unknown> = Promise.resolve();
  return {
    do: (deed, agent, id, value = '') => {
      const answer = last.then(async () => {
        child.stdin.write(`${JSON.stringify({ deed, agent, id, value })}\n`);
        return (JSON.parse(await next()) as { done: boolean }).done;
      });
      last = answer.catch(() => {});
      return answer;
    },
    end: () => void child.kill('SIGKILL'),
  };
}
