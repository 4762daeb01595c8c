import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { agentId, profileId, providerId, type Fingerprint } from '../../../src/domain/ids.ts';
import type { PackedWorker } from '../../../src/gateway/workerBoot.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { buildWorker } from '../../unit/gateway/buildWorker.ts';
import { documentOf, fakeToken } from '../../unit/gateway/sqliteFixture.ts';
import { openHost, packedWorker, type HostUnderTest } from './openHost.ts';
import { startSshd, type SshdPlace, type TestSshd } from './sshd.ts';

const PROFILE = profileId('anthropic:a');
const ACCOUNTS = [
  { name: 'box', shell: '/bin/bash' },
  { name: 'shared', shell: '/bin/bash' },
  { name: 'closed', shell: '/bin/false' },
  { name: 'verbose', shell: '/bin/sh', before: 'yes' },
];

/** For each test of a file an sshd, and a gateway with the profile `anthropic:a`. */
export interface SshScene {
  readonly sshd: TestSshd;
  readonly worker: PackedWorker;
  /** The text of the store. */
  readonly store: () => Promise<string>;
  readonly open: (destination: string, more?: object, sharing?: string) => HostUnderTest;
  /** To be ended with the test. */
  readonly keep: (host: HostUnderTest) => HostUnderTest;
  readonly clients: () => readonly number[];
  /** What the daemon has started for those who are logged in. */
  readonly sessions: () => readonly number[];
  /** What runs as `node … <word>` for an account of the daemon. */
  readonly workers: (word: 'link' | 'rpc') => readonly number[];
}

/** Sets the scene for each test of the file; only inside of tests. */
export function useSshScene(placeOf?: () => SshdPlace): () => SshScene {
  let worker: PackedWorker;
  let workerFile = '';
  let stateDir = '';
  let scene: SshScene | null = null;
  let hosts: HostUnderTest[] = [];

  beforeAll(async () => {
    workerFile = await buildWorker();
    worker = await packedWorker(workerFile);
  });
  afterAll(() => rmSync(path.dirname(workerFile), { recursive: true, force: true }));
  beforeEach(async () => {
    const sshd = await startSshd(ACCOUNTS, placeOf?.());
    stateDir = mkdtempSync(path.join(tmpdir(), 'oca-home-'));
    const file = path.join(stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(path.join(stateDir, 'openclaw.json'), JSON.stringify({ meta: { lastTouchedVersion: '2026.6.1' } }));
    await writeFile(file, JSON.stringify(documentOf(PROFILE)), { mode: 0o600 });
    const keep = (host: HostUnderTest): HostUnderTest => {
      hosts.push(host);
      return host;
    };
    scene = {
      ...{ sshd, worker, keep, store: () => readFile(file, 'utf8') },
      open: (destination, more = {}, sharing = destination) => {
        const runtimeDir = sharing === 'shared' ? path.join(sshd.folder, 'cm') : null;
        const spec = { kind: 'ssh', destination, stateDir, node: process.execPath, ...more };
        return keep(openHost({ spec, program: sshd.ssh, runtimeDir, worker }));
      },
      // Who holds a shared connection names only its socket.
      clients: () =>
        [sshd.configFile, path.join(sshd.folder, 'cm')]
          .flatMap((own) => processesWith('cmdline', own))
          .filter((pid) => nameOf(pid) === 'ssh'),
      sessions: () => {
        const daemons = processesWith('cmdline', `${sshd.folder}/sshd_config`);
        return everyPid().filter((pid) => nameOf(pid) === 'sshd' && daemons.includes(parentOf(pid)));
      },
      workers: (word) => {
        const isAsked = new RegExp(` ${word}( |$)`);
        return processesWith('environ', `HOME=${sshd.home}`).filter((pid) => isAsked.test(textOf(pid, 'cmdline')));
      },
    };
  });
  afterEach(async () => {
    await Promise.all(hosts.map((host) => host.dispose()));
    hosts = [];
    await scene?.sshd.stop();
    scene = null;
    rmSync(stateDir, { recursive: true, force: true });
  });

  return () => {
    if (scene === null) throw new Error('only inside of tests');
    return scene;
  };
}

/** Why the gateway of a host is not read; `answered` where it is. */
export async function failureOf({ service }: HostUnderTest): Promise<unknown> {
  const thrown = await service.snapshot().then(
    () => 'answered',
    (error: unknown) => error,
  );
  return thrown instanceof AppError ? thrown.details['reason'] : thrown;
}

/** Puts another token in the place of the one that is expected there. */
export const put = (mark: string, expected: Fingerprint | null): Change => ({
  kind: 'putCredential',
  ...{ agentId: agentId('main'), provider: providerId('anthropic'), profileId: PROFILE, expected },
  credential: { type: 'token', secret: Secret.of(fakeToken(mark)), expiresAt: null },
});

/** What stands in the store: its fingerprint as the host shows it. */
export async function shown({ service }: HostUnderTest): Promise<Fingerprint> {
  const material = (await service.snapshot()).agents[0]?.set.profiles.get(PROFILE)?.material;
  if (material?.kind !== 'value') throw new Error(`not readable: ${String(material?.kind)}`);
  return material.fingerprint;
}

export async function until(isSo: () => boolean): Promise<void> {
  const since = performance.now();
  while (!isSo()) {
    if (performance.now() - since > 60_000) throw new Error('it does not become so');
    await sleep(20);
  }
}

export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
}

const everyPid = (): readonly number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number);

/** Processes whose file in `/proc` has the text, which has to name something of this test's own. */
function processesWith(name: 'cmdline' | 'environ', own: string): readonly number[] {
  return everyPid().filter((pid) => pid !== process.pid && textOf(pid, name).includes(own));
}

function textOf(pid: number, name: 'cmdline' | 'environ' | 'status'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const nameOf = (pid: number): string => /^Name:\t(.*)$/m.exec(textOf(pid, 'status'))?.[1] ?? '';
const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(textOf(pid, 'status'))?.[1]);
