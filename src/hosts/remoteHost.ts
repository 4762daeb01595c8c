import type { Change } from '../domain/change.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import type { GatewayService } from '../gateway/service.ts';
import type { PackedWorker } from '../gateway/workerBoot.ts';
import type { Disposable } from '../platform/lifetime.ts';
import type { OpenProcess, RunProcess } from '../platform/process.ts';
import type { Secret } from '../platform/secret.ts';
import type { Timers } from '../platform/timers.ts';
import type { BootLine } from './bootstrap.ts';
import { closeSharing, connectHost, isSharing, probeHost, type HostAccess } from './connectHost.ts';
import { controlFolder } from './controlFolder.ts';
import type { Reach } from './hostCommand.ts';
import { HostFailure } from './hostFailure.ts';
import { HostLink, type LinkState } from './hostLink.ts';
import { hostAccount, type HostSpec } from './hostSpec.ts';
import { LinkedService } from './linkedService.ts';

export interface RemoteHostParts {
  /** The editor's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly open: OpenProcess;
  readonly run: RunProcess;
  readonly timers: Timers;
  /** In [0, 1). */
  readonly random: () => number;
  /** Absolute path of a program of this machine; null where there is none. */
  readonly findProgram: (name: string) => Promise<string | null>;
  /** The worker's text, when it is first needed. */
  readonly worker: () => Promise<PackedWorker>;
  /** Of the extension. */
  readonly version: string;
  /** Of this machine: what a host is called means something else on another one. */
  readonly machine: string;
  readonly fingerprintKey: Secret;
  readonly onEcho: (echo: Echo, change: Change) => void;
}

/** A host that a gateway lives on, and the one connection to it, which is made when the gateway is first asked. */
export interface RemoteHost extends Disposable {
  readonly gateway: GatewayService;
  /** Tries now where the host is away and that may help by itself: somebody looks. */
  readonly look: () => void;
  /** Tries now where the host is away: somebody asks for it, or has done something about it. */
  readonly reconnect: () => void;
  readonly onDidChange: (listener: (state: LinkState) => void) => Disposable;
  /** What the host says of itself; nothing is started there. Throws `HostFailure`, and `AppError` `cancelled`. */
  readonly probe: (signal?: AbortSignal) => Promise<readonly BootLine[]>;
  readonly isUp: () => boolean;
  /** Whether somebody has logged in where this host's connections are shared. Asks nothing of the host. Never throws. */
  readonly isLoggedIn: () => Promise<boolean>;
  /** How this machine reaches it. Throws `HostFailure` `programMissing`. */
  readonly reach: () => Promise<Reach>;
}

export function openRemoteHost(spec: HostSpec, parts: RemoteHostParts): RemoteHost {
  const { env, open, run, timers, random, version, fingerprintKey } = parts;
  const machine = JSON.stringify([parts.machine, hostAccount(spec)]);
  const reach = async (): Promise<Reach> => {
    const program = await parts.findProgram(programOf(spec));
    if (program === null) throw new HostFailure('programMissing', { errno: 'ENOENT' });
    return { program, controlDir: spec.kind === 'ssh' ? await controlFolder(env) : null };
  };
  const accessTo = async (): Promise<HostAccess> => ({ spec, reach: await reach(), env, open, run, timers });
  const link = new HostLink({
    timers,
    random,
    connect: async (signal, after) => {
      const access = await accessTo();
      // The next connection would go through the shared one. One that answers stays: somebody may have typed a password for it.
      if (after?.isSilence === true) await closeSharing(access);
      return connectHost(access, { packed: await parts.worker(), version, machine, fingerprintKey }, signal);
    },
  });
  return {
    gateway: new LinkedService({ link, machine, onEcho: parts.onEcho }),
    look: () => link.look(),
    reconnect: () => link.reconnect(),
    onDidChange: (listener) => link.onDidChange(listener),
    probe: async (signal) => probeHost(await accessTo(), signal),
    isUp: () => link.state.kind === 'up',
    isLoggedIn: async () => accessTo().then(isSharing, () => false),
    reach,
    dispose: () => link.dispose(),
  };
}

function programOf(spec: HostSpec): string {
  switch (spec.kind) {
    case 'local':
      return 'sh';
    case 'ssh':
      return 'ssh';
    case 'container':
      return spec.engine;
    case 'wsl':
      return 'wsl';
  }
}
