import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runToEnd } from '../../unit/hosts/shells.ts';

export interface Account {
  readonly name: string;
  /** Lines of sh that run at the login, as start-up files would; the command follows. */
  readonly before?: string;
  readonly shell: string;
}

/** A throw-away sshd on loopback. An account is a key, whose login shell runs what the client asks for. */
export interface TestSshd {
  /** Where everything of it is. */
  readonly folder: string;
  readonly home: string;
  readonly port: number;
  /** An `ssh` that knows the accounts by name, and nothing of the user's own configuration. */
  readonly ssh: string;
  /** What sshd has logged. */
  readonly log: () => string;
  readonly knownHosts: string;
  readonly configFile: string;
  /** Starts another daemon in the place of this one, with another key. */
  readonly swapHostKey: () => Promise<void>;
  /** Ends the daemon and everything that is logged in. */
  readonly halt: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

const SSHD = '/usr/sbin/sshd';

/** Whether this machine has what the suites over ssh need. */
export const HAS_SSHD = [SSHD, '/usr/bin/ssh'].every((file) => existsSync(file));

/** Where a daemon is, if not on loopback. */
export interface SshdPlace {
  readonly address: string;
  /** What a program there is started with. */
  readonly prefix: readonly string[];
}

const LOOPBACK: SshdPlace = { address: '127.0.0.1', prefix: [] };

export async function startSshd(
  accounts: readonly Account[],
  { address, prefix }: SshdPlace = LOOPBACK,
): Promise<TestSshd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'oca-ssh-'));
  const at = (name: string): string => path.join(folder, name);
  mkdirSync(at('home'));
  mkdirSync(at('cm'), { mode: 0o700 });
  const port = await freePort();
  newKey(at('host'));
  const keys = accounts.map(({ name, before = '', shell }) => {
    newKey(at(`id-${name}`));
    const login = `#!/bin/sh\n${before}\nSHELL=${shell}; export SHELL\nexec ${shell} -c "$SSH_ORIGINAL_COMMAND"\n`;
    writeFileSync(at(`login-${name}`), login);
    chmodSync(at(`login-${name}`), 0o755);
    return `command="${at(`login-${name}`)}" ${readFileSync(at(`id-${name}.pub`), 'utf8')}`;
  });
  newKey(at('id-stranger'));
  writeFileSync(at('authorized_keys'), keys.join(''));
  writeFileSync(at('sshd_config'), serverConfig(folder, address, port));
  trust(folder, address, port);
  writeFileSync(at('ssh_config'), clientConfig(folder, address, port, accounts));
  writeFileSync(at('ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${at('ssh_config')} "$@"\n`);
  chmodSync(at('ssh'), 0o755);
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  let daemon: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const [program, ...args] = [...prefix, SSHD, '-D', '-f', at('sshd_config'), '-E', at('log')];
    daemon = spawn(program, args, { stdio: 'ignore' });
    for (let tries = 0; !(await isListening(address, port)); tries += 1) {
      if (tries > 200) throw new Error(`sshd does not start: ${readFileSync(at('log'), 'utf8')}`);
      await sleep(50);
    }
  };
  const stop = async (): Promise<void> => {
    const running = daemon;
    daemon = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
  };
  await start();
  return {
    ...{ folder, home: at('home'), port, ssh: at('ssh'), knownHosts: at('known_hosts'), configFile: at('ssh_config') },
    log: () => readFileSync(at('log'), 'utf8'),
    start,
    halt: async () => {
      const sessions = childrenOf(daemon?.pid ?? 0);
      await stop();
      for (const pid of sessions) if (Number.isInteger(parentOf(pid))) process.kill(pid, 'SIGKILL');
    },
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
    swapHostKey: async () => {
      await stop();
      for (const name of ['host', 'host.pub']) rmSync(at(name));
      newKey(at('host'));
      await start();
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((child) => parentOf(child) === pid);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'))?.[1]);
  } catch {
    return Number.NaN; // It has ended.
  }
}

/** The one who is asked lets the host's present key be known. */
function trust(folder: string, address: string, port: number): void {
  const [kind, key] = readFileSync(path.join(folder, 'host.pub'), 'utf8').split(' ');
  writeFileSync(path.join(folder, 'known_hosts'), `[${address}]:${String(port)} ${String(kind)} ${String(key)}\n`);
}

function newKey(file: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
}

function serverConfig(folder: string, address: string, port: number): string {
  return [
    `Port ${String(port)}`,
    `ListenAddress ${address}`,
    `HostKey ${folder}/host`,
    'PidFile none',
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    ...['StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
    ...['PermitRootLogin prohibit-password', 'AllowTcpForwarding yes', 'AllowAgentForwarding yes'],
    ...['PrintMotd no', 'PrintLastLog no', 'MaxStartups 100', 'LogLevel VERBOSE'],
    `SetEnv HOME=${folder}/home`,
    '',
  ].join('\n');
}

function clientConfig(folder: string, address: string, port: number, accounts: readonly Account[]): string {
  const common = [
    `  HostName ${address}`,
    `  Port ${String(port)}`,
    `  User ${userInfo().username}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${folder}/known_hosts`,
    '  GlobalKnownHostsFile /dev/null',
    // What a user may have, and what must not count here.
    ...['  StrictHostKeyChecking accept-new', '  ForwardAgent yes', '  RemoteForward 0 127.0.0.1:9'],
  ];
  const hosts = accounts.flatMap(({ name }) => [`Host ${name}`, ...common, `  IdentityFile ${folder}/id-${name}`]);
  return [...hosts, 'Host stranger', ...common, `  IdentityFile ${folder}/id-stranger`, ''].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function isListening(address: string, port: number): Promise<boolean> {
  const { code } = await runToEnd({ file: '/bin/bash', args: ['-c', `exec 3<>/dev/tcp/${address}/${String(port)}`] });
  return code === 0;
}
