import { EXIT_DAMAGED } from '../gateway/workerBoot.ts';
import type { ProcessEnd } from '../platform/process.ts';
import { HostFailure, type HostFailureCode, type HostFailureDetails } from './hostFailure.ts';
import type { HostKind } from './hostSpec.ts';
import { decodeWslOutput } from './wslOutput.ts';

/** What is known of a program that was to reach a host, and has ended. */
export interface Ending {
  readonly kind: HostKind;
  readonly end: ProcessEnd;
  readonly stderr: Buffer;
  /** An ssh agent could have been asked. */
  readonly hasAgent: boolean;
  /** The worker was running. */
  readonly wasUp: boolean;
}

type Row = readonly [words: RegExp, code: HostFailureCode];

/** Words of ssh (OpenSSH 9.2 for what the tests provoke) at level INFO in English. The first row that matches decides. */
const SSH: readonly Row[] = [
  [/^@ +WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!/m, 'hostKeyChanged'],
  [/^@ +WARNING: REVOKED HOST KEY DETECTED!/m, 'hostKeyChanged'],
  [/^Host key for .* has changed and you have requested strict checking\./m, 'hostKeyChanged'],
  [/^(?:No .*host key is known for .*|Host key verification failed\.)/m, 'hostKeyUnknown'],
  [/^Could not resolve hostname |^ssh: Could not resolve hostname /m, 'hostNameUnknown'],
  [/^@ +WARNING: UNPROTECTED PRIVATE KEY FILE!/m, 'hostKeyFileExposed'],
  [/^sign_and_send_pubkey: signing failed .*agent/m, 'hostAgentFailed'],
  [/Permission denied \([\w,@.-]*\)\.|Too many authentication failures/, 'hostAuthRefused'],
  [/^Unable to negotiate with /m, 'hostIncompatible'],
  [/Bad configuration option|bad configuration options|^Bad owner or permissions on /m, 'sshConfigRefused'],
  [/^ssh: connect to host .*: Connection refused/m, 'hostPortClosed'],
  [/^ssh: connect to host |^Connection timed out during banner exchange/m, 'hostUnreachable'],
  [/^(?:kex_exchange_identification|banner exchange|ssh_dispatch_run_fatal)/m, 'hostHungUp'],
  [/^Timeout, server .* not responding\.|^client_loop: send disconnect/m, 'linkLost'],
  [/^Connection (?:closed|reset) by /m, 'hostHungUp'],
];

const CONTAINER: readonly Row[] = [
  [/permission denied while trying to connect to the (?:docker|unix)/i, 'enginePermission'],
  [
    /Cannot connect to (?:the Docker daemon|Podman)|unable to connect to Podman|failed to connect to the docker/i,
    'engineStopped',
  ],
  [/no such container|no container with (?:name or )?ID/i, 'containerMissing'],
  [/is paused/i, 'containerPaused'],
  [
    /is not running|is restarting|can only create exec sessions on running containers|container state improper/i,
    'containerStopped',
  ],
  [/unable to find (?:user|group)|no matching entries in (?:passwd|group) file/i, 'hostUserMissing'],
  [/\/bin\/sh.*(?:no such file|not found)|executable file (?:not found|`\/bin\/sh`)/i, 'hostShellMissing'],
];

/** The words are in the language of Windows; the codes are not. */
const WSL: readonly Row[] = [
  [/WSL_E_DISTRO_NOT_FOUND|WSL_E_DEFAULT_DISTRO_NOT_FOUND|no distribution with the supplied name/, 'distroMissing'],
  [/WSL_E_USER_NOT_FOUND|getpwnam/, 'hostUserMissing'],
  [/WSL_E_WSL_OPTIONAL_COMPONENT_REQUIRED|HCS_E_HYPERV_NOT_INSTALLED|REGDB_E_CLASSNOTREG|0x80370102/, 'wslUnavailable'],
  [/execvpe?\(?\/bin\/sh|execvpe \/bin\/sh failed/, 'hostShellMissing'],
];

const ROWS: Readonly<Record<HostKind, readonly Row[]>> = { local: [], ssh: SSH, container: CONTAINER, wsl: WSL };

/** What ssh exits with for reasons of its own; anything else comes from the host. */
const SSH_FAILED = 255;
const NOT_EXECUTABLE = [126, 127];

/** Why a host was not reached, by what the program said and how it ended. */
export function classifyEnding({ kind, end, stderr, hasAgent, wasUp }: Ending): HostFailure {
  if (end.kind === 'notStarted') return new HostFailure('programMissing', { errno: end.errno });
  const how: HostFailureDetails = end.kind === 'exited' ? { exitCode: end.code } : { signal: end.signal };
  const isOfHost = kind === 'ssh' && how['exitCode'] !== SSH_FAILED;
  const code = isOfHost ? null : codeOf(ROWS[kind], kind === 'wsl' ? decodeWslOutput(stderr) : stderr.toString());
  // What ended a worker that ran is the link, unless the way to it says otherwise.
  if (wasUp && (code === null || kind === 'ssh')) return new HostFailure('linkLost', how);
  if (code !== null) return new HostFailure(code, code === 'hostAuthRefused' ? { ...how, hasAgent } : how);
  if (end.kind === 'exited' && end.code === EXIT_DAMAGED) return new HostFailure('workerMismatch');
  if (end.kind === 'exited' && NOT_EXECUTABLE.includes(end.code)) return new HostFailure('hostShellMissing', how);
  return new HostFailure('loginEnded', how);
}

function codeOf(rows: readonly Row[], words: string): HostFailureCode | null {
  const text = words.replaceAll('\r\n', '\n');
  return rows.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
