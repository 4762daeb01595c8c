import * as path from 'node:path';
import type { Reach } from '../../harness/cliConformance.ts';
import type { PackedWorker } from '../../../src/gateway/workerBoot.ts';
import { openHost } from './openHost.ts';
import { startContainer } from './podman.ts';
import { startSshd } from './sshd.ts';

type WorkerOf = () => Promise<PackedWorker>;

/** Ends what was opened, the last first. */
class Opened {
  readonly #ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.#ends.unshift(end);
  }

  close = async (): Promise<void> => {
    for (const end of this.#ends.splice(0)) await end();
  };
}

/** Each gateway behind an sshd of its own, whose account has the gateway's home and PATH. */
export function overSsh(worker: WorkerOf): Reach {
  const opened = new Opened();
  return {
    name: 'over ssh',
    close: opened.close,
    open: async (cli, home) => {
      const login = `HOME=${home}; PATH=${cli.bin}:$PATH; export HOME PATH`;
      const sshd = await startSshd([{ name: 'gateway', shell: '/bin/bash', before: login }]);
      opened.add(() => sshd.stop());
      const spec = { kind: 'ssh', destination: 'gateway' };
      const host = openHost({ spec, program: sshd.ssh, worker: await worker() });
      opened.add(() => host.dispose());
      return host.service;
    },
  };
}

/** Each gateway in a container of its own, with the release installed. */
export function overPodman(program: string, worker: WorkerOf): Reach {
  const opened = new Opened();
  return {
    name: 'over podman',
    close: opened.close,
    open: async (cli, home) => {
      const container = await startContainer(program, home, [
        path.dirname(cli.bin),
        path.dirname(path.dirname(cli.node)),
      ]);
      opened.add(() => container.remove());
      const places = {
        stateDir: path.join(home, '.openclaw'),
        openclaw: path.join(cli.bin, 'openclaw'),
        node: cli.node,
      };
      const spec = { kind: 'container', engine: 'podman', id: container.id, name: container.name, ...places };
      const host = openHost({ spec, program, worker: await worker(), env: { HOME: process.env['HOME'] ?? '/' } });
      opened.add(() => host.dispose());
      return host.service;
    },
  };
}
