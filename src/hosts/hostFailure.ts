/**
 * Every way in which a host may not be reached, and whether trying again by itself may help. `asked`: only somebody who does
 * something about it changes it, and a host whose key has changed is not to be asked again behind the user's back.
 */
const FAILURES = {
  /** `ssh`, `docker`, `podman` or `wsl.exe` could not be started; `errno`. */
  programMissing: 'asked',
  hostKeyUnknown: 'asked',
  /** Also one that was revoked. */
  hostKeyChanged: 'asked',
  /** `hasAgent`: whether an ssh agent could be asked. */
  hostAuthRefused: 'asked',
  /** The ssh agent is there and does not sign. */
  hostAgentFailed: 'asked',
  /** Others may read the private key, so ssh does not use it. */
  hostKeyFileExposed: 'asked',
  hostNameUnknown: 'alone',
  /** Nothing listens at the port. */
  hostPortClosed: 'alone',
  hostUnreachable: 'alone',
  /** Something ended the connection before anybody could log in. */
  hostHungUp: 'alone',
  /** No algorithm in common. */
  hostIncompatible: 'asked',
  /** ssh refuses the user's own configuration. */
  sshConfigRefused: 'asked',
  /** The account has no shell, or the host no `/bin/sh`. */
  hostShellMissing: 'asked',
  engineStopped: 'alone',
  enginePermission: 'asked',
  containerMissing: 'asked',
  containerStopped: 'alone',
  containerPaused: 'alone',
  /** The user named in the settings is not there. */
  hostUserMissing: 'asked',
  distroMissing: 'asked',
  wslUnavailable: 'asked',
  /** The containers or distributions of this machine cannot be told; `exitCode`. */
  listingFailed: 'asked',
  nodeMissing: 'asked',
  /** `version`: the newest that was found. */
  nodeTooOld: 'asked',
  nodeBroken: 'asked',
  /** Start-up files print more than is read, `bytes`. */
  loginTooNoisy: 'asked',
  /** Start-up files, or the host, took longer than the limit. */
  loginTimedOut: 'alone',
  /** The host's side ended before the worker ran; `exitCode`. */
  loginEnded: 'alone',
  /** The worker arrived damaged, or is not the one that was sent. */
  workerMismatch: 'alone',
  /** What came is not what a worker says, or is too large. */
  linkGarbled: 'alone',
  /** The link ended; `exitCode` or `signal`. */
  linkLost: 'alone',
  /** Nothing came for too long. */
  linkSilent: 'alone',
  /** A request took longer than its limit; the link stands. */
  requestTimedOut: 'alone',
} as const satisfies Record<string, 'alone' | 'asked'>;

export type HostFailureCode = keyof typeof FAILURES;

const SILENCES: ReadonlySet<HostFailureCode> = new Set<HostFailureCode>(['linkSilent', 'loginTimedOut']);

/** Primitives of a closed kind, as named with the codes: never argv, and never words of the host. */
export type HostFailureDetails = Readonly<Record<string, string | number | boolean | null>>;

/** Why a host is not reached, or no longer. */
export class HostFailure extends Error {
  readonly code: HostFailureCode;
  readonly details: HostFailureDetails;

  constructor(code: HostFailureCode, details: HostFailureDetails = {}) {
    super(code);
    this.name = 'HostFailure';
    this.code = code;
    this.details = details;
  }

  /** Whether the host may be gone without the connection having ended. */
  get isSilence(): boolean {
    return SILENCES.has(this.code);
  }

  /** Whether trying again without anybody asking for it may help. */
  get isPassing(): boolean {
    return FAILURES[this.code] === 'alone';
  }
}
