import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { deriveHostStatus } from '../domain/hostStatus.ts';
import { keyedFingerprinter } from '../domain/keyedFingerprint.ts';
import { canonicalProvider, selectionRules } from '../domain/selectionRules.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLogger } from '../platform/logger.ts';
import { runProcess } from '../platform/process.ts';
import { Secret } from '../platform/secret.ts';
import { systemTimers } from '../platform/timers.ts';
import { deriveExitCode, formatFindings, narrowToAgent, toDocument } from './headless.ts';
import { parseHeadlessArgs, USAGE, type HeadlessOptions } from './headlessArgs.ts';
import { createLocalService } from './localService.ts';
import { NodeLocator } from './nodeProgram.ts';
import { serveLink } from './serveLink.ts';
import { sha256OfPlace } from './workerBoot.ts';
import { serveRpc } from './workerRpc.ts';
import { createWorkerWriter } from './workerWriter.ts';

const EXIT_USAGE = 64;
const EXIT_INTERNAL = 70;
/** Where this worker's text is: its file, or a URL that holds it. */
const OWN_PLACE = import.meta.url.startsWith('file:') ? fileURLToPath(import.meta.url) : import.meta.url;

/** Entry of `dist/worker.mjs`: the headless commands, and the editor's helper on a gateway host. Runs on Node 20. */
async function main(args: readonly string[]): Promise<number> {
  const command = parseHeadlessArgs(args);
  switch (command.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'version':
      process.stdout.write(`${manifest.version}\n`);
      return 0;
    case 'usageError':
      process.stderr.write(`${command.message}\n\n${USAGE}`);
      return EXIT_USAGE;
    case 'rpc':
      await serveRpc(process.stdin, process.stdout);
      return 0;
    case 'link':
      await serveEditor(command.mark);
      // What watches files would keep this process.
      return process.exit(0);
    case 'status':
    case 'check':
      return report(command.kind, command.options);
  }
}

function serveEditor(mark: string): Promise<void> {
  const { version } = manifest;
  const answer = { version, sha256: sha256OfPlace(OWN_PLACE), node: process.versions.node, pid: process.pid };
  const local = { env: process.env, home: homedir(), clock: systemClock, runProcess, logger: silentLogger };
  return serveLink({
    ...{ input: process.stdin, output: process.stdout, mark, answer, timers: systemTimers },
    open: ({ machine, stateDir, openclaw, fingerprintKey }, onEcho) =>
      createLocalService({
        ...{ ...local, machine, onEcho, workerPath: OWN_PLACE, fingerprint: keyedFingerprinter(fingerprintKey) },
        ...{ stateDirOverride: stateDir ?? undefined, openclawPath: openclaw ?? undefined },
        // This process may live for days, so it never holds the gateway's lock.
        writeJson: createWorkerWriter({
          ...{ run: runProcess, nodes: new NodeLocator(runProcess), env: process.env, home: homedir() },
          ...{ workerPath: OWN_PLACE, fingerprintKey, logger: silentLogger },
        }),
      }),
  });
}

async function report(kind: 'status' | 'check', options: HeadlessOptions): Promise<number> {
  // Fingerprints are compared within this run only.
  const key = Secret.of(randomBytes(32).toString('base64'));
  const service = createLocalService({
    env: process.env,
    home: homedir(),
    // No vault here to tell machines apart in.
    machine: '',
    stateDirOverride: options.stateDir ?? undefined,
    openclawPath: options.openclaw ?? undefined,
    clock: systemClock,
    runProcess,
    logger: silentLogger,
    fingerprint: keyedFingerprinter(key),
    workerPath: OWN_PLACE,
  });
  const snapshot = await service.snapshot();
  const whole = deriveHostStatus(snapshot, { now: snapshot.readAt, warnMs: options.warnMs });
  const status = options.agent === null ? whole : narrowToAgent(whole, options.agent);
  if (status === null) {
    process.stderr.write(`There is no agent ${JSON.stringify(options.agent)} in ${snapshot.stateDir}.\n`);
    return 1;
  }
  if (kind === 'status') {
    process.stdout.write(`${JSON.stringify(toDocument(status), null, 2)}\n`);
    return 0;
  }
  process.stdout.write(formatFindings(status, options.format));
  const rules = selectionRules(snapshot.release);
  const inUse = [...snapshot.config.providersInUse].map((provider) => canonicalProvider(rules, provider));
  return deriveExitCode(status, new Set(inUse));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // The name only: a message may quote what was read.
  process.stderr.write(`Internal error (${error instanceof Error ? error.name : 'unknown'}).\n`);
  process.exitCode = EXIT_INTERNAL;
}
