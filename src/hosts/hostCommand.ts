import type { ContainerSpec, HostSpec, SshSpec, WslSpec } from './hostSpec.ts';

/** A program to start on this machine. `args` are a list for the program, never a text for a shell. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What differs from the editor's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What this machine has for reaching a host. */
export interface Reach {
  /** Absolute path of `ssh`, `docker`, `podman` or `wsl.exe`; for the local host of a POSIX shell. */
  readonly program: string;
  /** Folder of mode 0700 for the sockets of shared connections; `null`: nothing is shared. ssh only. */
  readonly controlDir: string | null;
}

/**
 * Runs the one line of POSIX shell that comes first on stdin. It has no quote, backslash, exclamation mark or line break, so
 * that it is the same word to sh, bash, zsh, fish and csh, and to the command line of Windows.
 */
const RUN_FIRST_LINE = 'set -f;IFS=;read -r s;eval $s';

/** Starts a shell on the host that waits for a script on stdin, without a terminal and without asking anything. */
export function scriptCommand(spec: HostSpec, reach: Reach): HostCommand {
  const { program: file } = reach;
  const shell = ['/bin/sh', '-c', RUN_FIRST_LINE];
  switch (spec.kind) {
    case 'local':
      return { file, args: shell.slice(1), env: {} };
    case 'ssh':
      return {
        file,
        args: ['-T', ...BACKGROUND_OPTIONS, ...sshOptions(spec, reach), `exec /bin/sh -c '${RUN_FIRST_LINE}'`],
        env: IN_ENGLISH,
      };
    case 'container':
      return { file, args: ['exec', '-i', ...containerOptions(spec), ...shell], env: IN_ENGLISH };
    case 'wsl':
      return { file, args: [...wslOptions(spec), ...shell], env: WSL_IN_UTF8 };
  }
}

/** `check`: exits with 0 while it stands; `stop`: nobody joins it any more, so that the next connection is made anew. */
export type SharingTask = 'check' | 'stop';

/** Asks this machine's own ssh about the shared connection; nothing goes to the host. `null` where nothing is shared. */
export function sharingCommand(task: SharingTask, spec: HostSpec, reach: Reach): HostCommand | null {
  if (spec.kind !== 'ssh' || sharedPath(reach) === null) return null;
  return { file: reach.program, args: ['-O', task, ...sshOptions(spec, reach)], env: IN_ENGLISH };
}

/** What a failure says is told apart by its words. */
const IN_ENGLISH = { LC_ALL: 'C' };
/** Else UTF-16; releases that do not know it go on with that. */
const WSL_IN_UTF8 = { WSL_UTF8: '1' };

/** Seconds. A dead link is noticed after `ALIVE_EVERY` × `ALIVE_COUNT`. */
const CONNECT_LIMIT = 15;
const ALIVE_EVERY = 5;
const ALIVE_COUNT = 3;
const PERSIST = 60;

/**
 * Nothing is asked. The host's key has to be known, whatever the user's configuration says of that: a credential is going there.
 * The level is that at which ssh tells why a connection ended.
 */
const BACKGROUND_OPTIONS = options({
  ...{ BatchMode: 'yes', StrictHostKeyChecking: 'yes', LogLevel: 'INFO', ConnectionAttempts: 1 },
  ...{ ConnectTimeout: CONNECT_LIMIT, ServerAliveInterval: ALIVE_EVERY, ServerAliveCountMax: ALIVE_COUNT },
});

/** Of every ssh: nothing of this machine is lent to the host, and nothing but what is asked for runs. Ends with the operand. */
export function sshOptions(spec: SshSpec, reach: Reach): readonly string[] {
  const path = sharedPath(reach);
  const sharing =
    path === null
      ? { ControlMaster: 'no', ControlPath: 'none' }
      : { ControlMaster: 'auto', ControlPath: path, ControlPersist: PERSIST };
  return [
    ...['-a', '-x'],
    ...options({ ClearAllForwardings: 'yes', Tunnel: 'no', PermitLocalCommand: 'no', RemoteCommand: 'none' }),
    ...options(sharing),
    ...(spec.port === undefined ? [] : ['-p', String(spec.port)]),
    ...(spec.user === undefined ? [] : ['-l', spec.user]),
    ...['--', spec.destination],
  ];
}

/** Ends with the operand. */
export function containerOptions({ id, user }: ContainerSpec): readonly string[] {
  return [...(user === undefined ? [] : ['-u', user]), '--', id];
}

/** `--exec` takes the rest as it is, without the shell of the distribution. `-d` takes the next argument, whatever it is. */
export function wslOptions({ distribution, user }: WslSpec): readonly string[] {
  return ['-d', distribution, ...(user === undefined ? [] : ['-u', user]), '--exec'];
}

/** A socket's path has room for about 100 characters, of which ssh's hash takes 40 and its temporary name 17 more. */
const SHARED_FOLDER = /^\/[\w./-]{1,40}$/;

/** ssh reads `%`, `~`, `$` and quotes in it, so a folder with more than plain names shares nothing. */
function sharedPath({ controlDir }: Reach): string | null {
  return controlDir !== null && SHARED_FOLDER.test(controlDir) ? `${controlDir}/%C` : null;
}

function options(values: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${String(value)}`]);
}
