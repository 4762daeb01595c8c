import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import { AppError } from '../../src/domain/errors.ts';
import { agentId, profileId, providerId, type Fingerprint } from '../../src/domain/ids.ts';
import type { PackedWorker } from '../../src/gateway/workerBoot.ts';
import { terminalCommand } from '../../src/hosts/terminalCommand.ts';
import { Secret } from '../../src/platform/secret.ts';
import { buildWorker } from '../unit/gateway/buildWorker.ts';
import { documentOf, fakeToken } from '../unit/gateway/sqliteFixture.ts';
import { openHost, packedWorker, type HostUnderTest } from './support/openHost.ts';
import { HAS_SSHD, startSshd, type TestSshd } from './support/sshd.ts';

/** Cuts for each way of cutting. */
const CUTS = Number(process.env['CUTS'] ?? 8);
const LIMIT_MS = 60_000 + CUTS * 30_000;

let worker: PackedWorker;
let workerFile = '';
let sshd: TestSshd;
let stateDir = '';
let file = '';
let hosts: HostUnderTest[] = [];

beforeAll(async () => {
  workerFile = await buildWorker();
  worker = await packedWorker(workerFile);
});

afterAll(() => rmSync(path.dirname(workerFile), { recursive: true, force: true }));

beforeEach(async () => {
  sshd = await startSshd([
    { name: 'box', shell: '/bin/bash' },
    { name: 'shared', shell: '/bin/bash' },
    { name: 'closed', shell: '/bin/false' },
    { name: 'verbose', shell: '/bin/sh', before: 'yes' },
  ]);
  stateDir = mkdtempSync(path.join(tmpdir(), 'oca-home-'));
  file = path.join(stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(path.join(stateDir, 'openclaw.json'), JSON.stringify({ meta: { lastTouchedVersion: '2026.6.1' } }));
  await writeFile(file, JSON.stringify(documentOf('anthropic:a')), { mode: 0o600 });
});

afterEach(async () => {
  await Promise.all(hosts.map((host) => host.dispose()));
  hosts = [];
  await sshd.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

function open(destination: string, more: object = {}, sharing = destination): HostUnderTest {
  const runtimeDir = sharing === 'shared' ? path.join(sshd.folder, 'cm') : null;
  const spec = { kind: 'ssh', destination, stateDir, node: process.execPath, ...more };
  const host = openHost({ spec, program: sshd.ssh, runtimeDir, worker });
  hosts.push(host);
  return host;
}

async function failureOf(host: HostUnderTest): Promise<unknown> {
  const thrown = await host.service.snapshot().then(
    () => 'answered',
    (error: unknown) => error,
  );
  return thrown instanceof AppError ? thrown.details['reason'] : thrown;
}

const put = (mark: string, expected: Fingerprint | null): Change => ({
  kind: 'putCredential',
  ...{ agentId: agentId('main'), provider: providerId('anthropic'), profileId: profileId('anthropic:a'), expected },
  credential: { type: 'token', secret: Secret.of(fakeToken(mark)), expiresAt: null },
});

/** What stands in the store: its fingerprint as the host shows it. */
async function shown({ service }: HostUnderTest): Promise<Fingerprint> {
  const material = (await service.snapshot()).agents[0]?.set.profiles.get(profileId('anthropic:a'))?.material;
  if (material?.kind !== 'value') throw new Error(`not readable: ${String(material?.kind)}`);
  return material.fingerprint;
}

/** Processes whose file in `/proc` has the text, which has to name something of this test's own. */
function processesWith(name: 'cmdline' | 'environ', own: string): readonly number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && textOf(Number(pid), name).includes(own))
    .map(Number);
}

function textOf(pid: number, name: 'cmdline' | 'environ' | 'status'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${name}`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const clients = (): readonly number[] =>
  processesWith('cmdline', sshd.configFile).filter((pid) => nameOf(pid) === 'ssh');
/** What the daemon has started for those who are logged in. */
const sessions = (): readonly number[] => {
  const daemons = processesWith('cmdline', `${sshd.folder}/sshd_config`);
  const all = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number);
  return all.filter((pid) => nameOf(pid) === 'sshd' && daemons.includes(parentOf(pid)));
};
/** What runs as `node … <word>` for an account of the daemon. */
const workers = (word: 'link' | 'rpc'): readonly number[] =>
  processesWith('environ', `HOME=${sshd.home}`).filter((pid) =>
    new RegExp(` ${word}( |$)`).test(textOf(pid, 'cmdline')),
  );

const nameOf = (pid: number): string => /^Name:\t(.*)$/m.exec(textOf(pid, 'status'))?.[1] ?? '';
const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(textOf(pid, 'status'))?.[1]);

async function until(isSo: () => boolean): Promise<void> {
  const since = performance.now();
  while (!isSo()) {
    if (performance.now() - since > 60_000) throw new Error('it does not become so');
    await sleep(20);
  }
}

const kill = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
};

describe.skipIf(!HAS_SSHD)('an ssh host that is not reached says why', () => {
  it('a key that nobody has accepted, whatever the configuration says of that', async () => {
    await writeFile(sshd.knownHosts, '');
    expect(await failureOf(open('box'))).toBe('hostKeyUnknown');
    expect(await readFile(sshd.knownHosts, 'utf8')).toBe('');
  });

  it('a key that was exchanged: the secret stays here, and nobody asks again by itself', async () => {
    const host = open('box');
    const before = await shown(host);
    await sshd.swapHostKey();
    kill(clients(), 'SIGKILL');
    await sleep(200);
    const outcome = await host.service.apply(put('STAYS', before));
    expect(outcome).toMatchObject({ kind: 'notDone' });
    await until(() => host.link.state.kind === 'down' && !host.link.state.isRetrying);
    expect(host.link.state).toMatchObject({ failure: { code: 'hostKeyChanged' } });
    expect(await failureOf(host)).toBe('hostKeyChanged');
    expect(await readFile(file, 'utf8')).not.toContain('STAYS');
    // The daemon with the new key saw no login.
    const since = sshd.log().split('Server listening').at(-1) ?? '';
    expect(since).not.toContain('Accepted');
  });

  it('an account that knows no key of ours', async () => {
    expect(await failureOf(open('stranger'))).toBe('hostAuthRefused');
  });

  it('an account without a shell, and one that prints for ever', async () => {
    expect(await failureOf(open('closed'))).toBe('loginEnded');
    expect(await failureOf(open('verbose'))).toBe('loginTooNoisy');
  });

  it('a name that nobody has, a port where nobody listens, and one where somebody else does', async () => {
    await appendFile(sshd.configFile, '\nHost nowhere\n  HostName nowhere.invalid\n');
    expect(await failureOf(open('nowhere'))).toBe('hostNameUnknown');
    const port = await listen((server) => server.close());
    expect(await failureOf(open('box', { port }))).toBe('hostPortClosed');
    let server: Server | null = null;
    const other = await listen((it) => (server = it), 'HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(['hostHungUp', 'loginEnded']).toContain(await failureOf(open('box', { port: other })));
    (server as Server | null)?.close();
  });

  it('a configuration that ssh refuses', async () => {
    await appendFile(sshd.configFile, '\nNonsense yes\n');
    expect(await failureOf(open('box'))).toBe('sshConfigRefused');
  });

  it('no Node, and no ssh', async () => {
    expect(await failureOf(open('box', { node: '/nowhere/node' }))).toBe('nodeMissing');
    const host = openHost({ spec: { kind: 'ssh', destination: 'box' }, program: '/nowhere/ssh', worker });
    hosts.push(host);
    expect(await failureOf(host)).toBe('programMissing');
  });
});

async function listen(then: (server: Server) => void, banner = ''): Promise<number> {
  const server = createServer((socket) => socket.end(banner));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  then(server);
  return address.port;
}

describe.skipIf(!HAS_SSHD)('an ssh link that is lost', () => {
  it.each(['box', 'shared'])('comes back by itself after a restart of the daemon: %s', async (destination) => {
    const host = open(destination);
    const before = await shown(host);
    kill(sessions(), 'SIGKILL');
    await until(() => host.link.state.kind !== 'up');
    await until(() => host.link.state.kind === 'up');
    expect(await shown(host)).toBe(before);
    expect(host.processes.length).toBeGreaterThan(1);
  });

  it('goes through the connection that somebody has logged in to, and leaves it open for them', async () => {
    const host = open('stranger', {}, 'shared');
    expect(await failureOf(host)).toBe('hostAuthRefused');
    expect(await host.link.isLoggedIn()).toBe(false);
    const reach = {
      program: sshd.ssh,
      controlDir: path.join(sshd.folder, 'cm', `openclaw-auth-${String(userInfo().uid)}`),
    };
    const person = terminalCommand(host.spec, { kind: 'shell' }, reach)?.args ?? [];
    // What a person types is a key of their own here.
    const terminal = spawn(sshd.ssh, ['-i', path.join(sshd.folder, 'id-box'), ...person], { stdio: 'pipe' });
    onTestFinished(() => void terminal.kill());
    for (let tries = 0; !(await host.link.isLoggedIn()) && tries < 100; tries += 1) await sleep(50);
    host.link.reconnect();
    await until(() => host.link.state.kind === 'up');
    kill(workers('link'), 'SIGKILL');
    await until(() => host.link.state.kind === 'down');
    await until(() => host.link.state.kind === 'up');
    expect(await failureOf(host)).toBe('answered');
    expect(terminal.exitCode).toBeNull();
  });

  it.each([
    ['the client', () => clients()],
    ['the worker', () => workers('link')],
  ])('is noticed when %s stands still', async (_, find) => {
    const host = open('box');
    await shown(host);
    const stopped = find();
    expect(stopped.length).toBeGreaterThan(0);
    kill(stopped, 'SIGSTOP');
    await until(() => host.link.state.kind !== 'up');
    kill(stopped, 'SIGCONT');
    expect(host.link.state).toMatchObject({ kind: 'down', failure: { code: 'linkSilent' } });
  });
});

describe.skipIf(!HAS_SSHD).each([
  ['the client is killed', () => clients()],
  ['the session is killed', () => sessions()],
  ['the worker is killed', () => workers('link')],
])('a write during which %s', (_, find) => {
  it(
    `leaves the old credential or the new one, ${String(CUTS)} times, and the truth is told afterwards`,
    async () => {
      const host = open('box');
      const time = async (mark: string): Promise<number> => {
        const before = await shown(host);
        const since = performance.now();
        expect(await host.service.apply(put(mark, before))).toMatchObject({ kind: 'done' });
        return performance.now() - since;
      };
      await time('FIRST');
      const usual = await time('SECOND');
      let last = 'SECOND';
      const ends = new Map<string, number>();
      for (let cut = 0; cut < CUTS; cut += 1) {
        const mark = `CUT${String(cut).padStart(3, '0')}`;
        const before = await shown(host);
        const asked = host.service.apply(put(mark, before));
        await sleep((usual * 1.1 * (cut + 0.5)) / CUTS);
        kill(find(), 'SIGKILL');
        const outcome = await asked;
        ends.set(outcome.kind, (ends.get(outcome.kind) ?? 0) + 1);
        await until(() => host.link.state.kind !== 'up');
        await until(() => {
          host.link.reconnect();
          return host.link.state.kind === 'up';
        });
        // A writer that was on its way may finish first.
        await until(() => workers('rpc').length === 0);
        const text = await readFile(file, 'utf8');
        const document = JSON.parse(text) as { profiles: Record<string, { token: string }> };
        const token = document.profiles['anthropic:a']?.token;
        expect([fakeToken(last), fakeToken(mark)]).toContain(token);
        if (outcome.kind === 'done') expect(token).toBe(fakeToken(mark));
        if (outcome.kind === 'notDone') expect(token).toBe(fakeToken(last));
        const now = await shown(host);
        expect(now === before).toBe(token === fakeToken(last));
        // Once more: whatever had happened, it is there then.
        expect(await host.service.apply(put(mark, now))).toMatchObject({ kind: 'done' });
        expect(await readFile(file, 'utf8')).toContain(fakeToken(mark));
        last = mark;
      }
      expect([...ends.values()].reduce((sum, count) => sum + count, 0)).toBe(CUTS);
    },
    LIMIT_MS,
  );
});
