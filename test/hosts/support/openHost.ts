import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { fingerprintCredential, type Credential } from '../../../src/domain/credential.ts';
import type { Fingerprint } from '../../../src/domain/ids.ts';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import { packWorker, type PackedWorker } from '../../../src/gateway/workerBoot.ts';
import { connectHost, closeSharing, type HostAccess } from '../../../src/hosts/connectHost.ts';
import { HostLink } from '../../../src/hosts/hostLink.ts';
import { parseHostSpecs, type HostSpec } from '../../../src/hosts/hostSpec.ts';
import { LinkedService } from '../../../src/hosts/linkedService.ts';
import { openProcess, runProcess, type OpenedProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { systemTimers } from '../../../src/platform/timers.ts';

const KEY = Secret.of('key of the fingerprints of the tests');
export const MACHINE = 'that machine';

export const printOf = (credential: Credential): Fingerprint =>
  fingerprintCredential(credential, keyedFingerprinter(KEY));

export interface HostUnderTest {
  readonly spec: HostSpec;
  readonly access: HostAccess;
  readonly link: HostLink;
  readonly service: LinkedService;
  /** Every process that was started to reach it; the last is the present one. */
  readonly processes: readonly OpenedProcess[];
  readonly dispose: () => Promise<void>;
}

export interface HostOptions {
  readonly spec: object;
  /** `ssh`, `docker`, `podman` or a shell. */
  readonly program: string;
  readonly controlDir?: string | null;
  readonly worker: PackedWorker;
  readonly env?: Readonly<Record<string, string>>;
}

export async function packedWorker(file: string): Promise<PackedWorker> {
  return packWorker(await readFile(file, 'utf8'));
}

function specOf(record: object): HostSpec {
  const [spec] = parseHostSpecs([record]).specs;
  if (spec === undefined) throw new Error(`not a host: ${JSON.stringify(record)}`);
  return spec;
}

export function openHost({ spec: record, program, controlDir = null, worker, env = {} }: HostOptions): HostUnderTest {
  const spec = specOf(record);
  const processes: OpenedProcess[] = [];
  const access: HostAccess = {
    ...{ spec, reach: { program, controlDir }, run: runProcess, timers: systemTimers },
    env: { PATH: path.dirname(process.execPath), ...env },
    open: (command) => {
      const started = openProcess(command);
      processes.push(started);
      return started;
    },
  };
  const toSend = { packed: worker, version: manifest.version, machine: MACHINE, fingerprintKey: KEY };
  const link = new HostLink({
    timers: systemTimers,
    random: () => 0.5,
    connect: async (signal, after) => {
      if (after !== null) await closeSharing(access);
      return connectHost(access, toSend, signal);
    },
  });
  const service = new LinkedService({ link, machine: MACHINE });
  const dispose = async (): Promise<void> => {
    link.dispose();
    await Promise.all(processes.map(({ ended }) => ended));
    await closeSharing(access);
  };
  return { spec, access, link, service, processes, dispose };
}
