import { spawn } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { terminalCommand } from '../../src/hosts/terminalCommand.ts';
import { openHost } from './support/openHost.ts';
import { failureOf, put, shown, signal, until, useSshScene } from './support/scene.ts';
import { HAS_SSHD } from './support/sshd.ts';

if (!HAS_SSHD) it.skip('left out: there is no sshd');

describe.skipIf(!HAS_SSHD)('an ssh host that is not reached says why', () => {
  const scene = useSshScene();

  it('a key that nobody has accepted, whatever the configuration says of that', async () => {
    await writeFile(scene().sshd.knownHosts, '');
    expect(await failureOf(scene().open('box'))).toBe('hostKeyUnknown');
    expect(await readFile(scene().sshd.knownHosts, 'utf8')).toBe('');
  });

  it('a key that was exchanged: the secret stays here, and nobody asks again by itself', async () => {
    const host = scene().open('box');
    const before = await shown(host);
    await scene().sshd.swapHostKey();
    signal(scene().clients(), 'SIGKILL');
    await sleep(200);
    const outcome = await host.service.apply(put('STAYS', before));
    expect(outcome).toMatchObject({ kind: 'notDone' });
    await until(() => host.link.state.kind === 'down' && !host.link.state.isRetrying);
    expect(host.link.state).toMatchObject({ failure: { code: 'hostKeyChanged' } });
    expect(await failureOf(host)).toBe('hostKeyChanged');
    expect(await scene().store()).not.toContain('STAYS');
    // The daemon with the new key saw no login.
    const since = scene().sshd.log().split('Server listening').at(-1) ?? '';
    expect(since).not.toContain('Accepted');
  });

  it('a key that is exchanged under a connection that stands: what is asked goes to the old daemon, and nothing to the new one', async () => {
    const host = scene().open('shared');
    const before = await shown(host);
    await scene().sshd.swapHostKey();
    expect(await host.service.apply(put('THROUGH', before))).toMatchObject({ kind: 'done' });
    signal(scene().clients(), 'SIGKILL');
    await until(() => host.link.state.kind === 'down' && !host.link.state.isRetrying);
    expect(host.link.state).toMatchObject({ failure: { code: 'hostKeyChanged' } });
    expect(await host.service.apply(put('STAYS', null))).toMatchObject({ kind: 'notDone' });
    expect(await scene().store()).not.toContain('STAYS');
    expect(scene().sshd.log().split('Server listening').at(-1) ?? '').not.toContain('Accepted');
  });

  it('an account that knows no key of ours', async () => {
    expect(await failureOf(scene().open('stranger'))).toBe('hostAuthRefused');
  });

  it('an account without a shell, and one that prints for ever', async () => {
    expect(await failureOf(scene().open('closed'))).toBe('loginEnded');
    expect(await failureOf(scene().open('verbose'))).toBe('loginTooNoisy');
  });

  it('a name that nobody has, a port where nobody listens, and one where somebody else does', async () => {
    await appendFile(scene().sshd.configFile, '\nHost nowhere\n  HostName nowhere.invalid\n');
    expect(await failureOf(scene().open('nowhere'))).toBe('hostNameUnknown');
    const port = await listen((server) => server.close());
    expect(await failureOf(scene().open('box', { port }))).toBe('hostPortClosed');
    let server: Server | null = null;
    const other = await listen((it) => (server = it), 'HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(['hostHungUp', 'loginEnded']).toContain(await failureOf(scene().open('box', { port: other })));
    (server as Server | null)?.close();
  });

  it('a configuration that ssh refuses', async () => {
    await appendFile(scene().sshd.configFile, '\nNonsense yes\n');
    expect(await failureOf(scene().open('box'))).toBe('sshConfigRefused');
  });

  it('no Node, and no ssh', async () => {
    expect(await failureOf(scene().open('box', { node: '/nowhere/node' }))).toBe('nodeMissing');
    const host = openHost({
      spec: { kind: 'ssh', destination: 'box' },
      program: '/nowhere/ssh',
      worker: scene().worker,
    });
    scene().keep(host);
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
  const scene = useSshScene();

  it.each(['box', 'shared'])('comes back by itself after a restart of the daemon: %s', async (destination) => {
    const host = scene().open(destination);
    const before = await shown(host);
    signal(scene().sessions(), 'SIGKILL');
    await until(() => host.link.state.kind !== 'up');
    await until(() => host.link.state.kind === 'up');
    expect(await shown(host)).toBe(before);
    expect(host.processes.length).toBeGreaterThan(1);
  });

  it('goes through the connection that somebody has logged in to, and leaves it open for them', async () => {
    const host = scene().open('stranger', {}, 'shared');
    expect(await failureOf(host)).toBe('hostAuthRefused');
    expect(await host.link.isLoggedIn()).toBe(false);
    const reach = {
      program: scene().sshd.ssh,
      controlDir: path.join(scene().sshd.folder, 'cm', `openclaw-auth-${String(userInfo().uid)}`),
    };
    const person = terminalCommand(host.spec, { kind: 'shell' }, reach)?.args ?? [];
    // What a person types is a key of their own here.
    const terminal = spawn(scene().sshd.ssh, ['-i', path.join(scene().sshd.folder, 'id-box'), ...person], {
      stdio: 'pipe',
    });
    onTestFinished(() => void terminal.kill());
    for (let tries = 0; !(await host.link.isLoggedIn()) && tries < 100; tries += 1) await sleep(50);
    host.link.reconnect();
    await until(() => host.link.state.kind === 'up');
    signal(scene().workers('link'), 'SIGKILL');
    await until(() => host.link.state.kind === 'down');
    await until(() => host.link.state.kind === 'up');
    expect(await failureOf(host)).toBe('answered');
    expect(terminal.exitCode).toBeNull();
  });
});
