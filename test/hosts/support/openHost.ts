import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { fingerprintCredential, type Credential } from '../../../src/domain/credential.ts';
import type { Fingerprint } from '../../../src/domain/ids.ts';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import { packWorker, type PackedWorker } from '../../../src/gateway/workerBoot.ts';
import type { GatewayService } from '../../../src/gateway/service.ts';
import type { BootLine } from '../../../src/hosts/bootstrap.ts';
import { closeSharing, type HostAccess } from '../../../src/hosts/connectHost.ts';
import type { LinkState } from '../../../src/hosts/hostLink.ts';
import { hostAccount, parseHostSpecs, type HostSpec } from '../../../src/hosts/hostSpec.ts';
import { openRemoteHost, type RemoteHost } from '../../../src/hosts/remoteHost.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { openProcess, runProcess, type OpenProcess, type OpenedProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { systemTimers } from '../../../src/platform/timers.ts';

const KEY = Secret.of('key of the fingerprints of the tests');
const MACHINE = 'this machine';

/** What stands for the host in the id of its gateway. */
export const machineOf = ({ spec }: HostUnderTest): string => JSON.stringify([MACHINE, hostAccount(spec)]);

export const printOf = (credential: Credential): Fingerprint =>
  fingerprintCredential(credential, keyedFingerprinter(KEY));

/** The same gateway without a link. */
export function openDirectly(stateDir: string, machine: string): GatewayService {
  return createLocalService({
    ...{ env: { PATH: path.dirname(process.execPath) }, home: '/', machine, stateDirOverride: stateDir },
    ...{ clock: systemClock, runProcess, logger: silentLogger, workerPath: '' },
    fingerprint: keyedFingerprinter(KEY),
  });
}

export interface HostUnderTest {
  readonly spec: HostSpec;
  readonly service: GatewayService;
  /** The connection, as far as it is seen from outside. */
  readonly link: {
    readonly state: LinkState;
    readonly onDidChange: RemoteHost['onDidChange'];
    readonly reconnect: () => void;
    readonly isLoggedIn: RemoteHost['isLoggedIn'];
  };
  readonly probe: () => Promise<readonly BootLine[]>;
  /** Every process that was started to reach it; the last is the present one. */
  readonly processes: readonly OpenedProcess[];
  readonly dispose: () => Promise<void>;
}

export interface HostOptions {
  readonly spec: object;
  /** `ssh`, `podman` or a shell. */
  readonly program: string;
  /** Where the sockets of shared connections may be; null: nothing is shared. */
  readonly runtimeDir?: string | null;
  readonly worker: PackedWorker;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export async function packedWorker(file: string): Promise<PackedWorker> {
  return packWorker(await readFile(file, 'utf8'));
}

function specOf(record: object): HostSpec {
  const [spec] = parseHostSpecs([record]).specs;
  if (spec === undefined) throw new Error(`not a host: ${JSON.stringify(record)}`);
  return spec;
}

export function openHost({ spec: record, program, runtimeDir = null, worker, env = {} }: HostOptions): HostUnderTest {
  const spec = specOf(record);
  const processes: OpenedProcess[] = [];
  const open: OpenProcess = (command) => {
    const started = openProcess(command);
    processes.push(started);
    return started;
  };
  const ownEnv = { PATH: path.dirname(process.execPath), ...env, XDG_RUNTIME_DIR: runtimeDir ?? '/dev/null' };
  const host = openRemoteHost(spec, {
    ...{ env: ownEnv, open, run: runProcess, timers: systemTimers, random: () => 0.5 },
    ...{ version: manifest.version, machine: MACHINE, fingerprintKey: KEY },
    findProgram: () => Promise.resolve(program),
    worker: () => Promise.resolve(worker),
    onEcho: () => {},
  });
  let state: LinkState = { kind: 'idle' };
  host.onDidChange((next) => (state = next));
  const access = async (): Promise<HostAccess> => ({
    ...{ spec, reach: await host.reach(), env: ownEnv, open, run: runProcess, timers: systemTimers },
  });
  return {
    spec,
    service: host.gateway,
    link: {
      get state() {
        return state;
      },
      onDidChange: (listener) => host.onDidChange(listener),
      reconnect: () => host.reconnect(),
      isLoggedIn: () => host.isLoggedIn(),
    },
    probe: () => host.probe(),
    processes,
    dispose: async () => {
      host.dispose();
      await Promise.all(processes.map(({ ended }) => ended));
      await closeSharing(await access());
    },
  };
}
