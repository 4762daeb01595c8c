import { createHmac, randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { workspace, type ExtensionContext } from 'vscode';
import { SETTINGS } from './contributions.ts';
import { fingerprint, type Fingerprinter } from './domain/ids.ts';
import { createLocalService } from './gateway/localService.ts';
import { findProgram } from './gateway/programPath.ts';
import { systemClock } from './platform/clock.ts';
import { Lifetime, type Disposable } from './platform/lifetime.ts';
import { runProcess } from './platform/process.ts';
import { onWindowFocus, registerCommands } from './ui/commands/register.ts';
import { createLog } from './ui/log.ts';
import { Messages } from './ui/messages.ts';
import { Model } from './ui/model.ts';
import { readSettings } from './ui/settings.ts';
import { StatusBar } from './ui/statusBar.ts';
import { CredentialsTree } from './ui/treeView.ts';
import { createVault } from './vault/secretStorageVault.ts';

const FINGERPRINT_KEY = 'openclawAuth.fingerprintKey';
const REPAINT_MS = 30_000;

/** Wires the extension: the only file that names concrete adapters. */
export async function compose(context: ExtensionContext): Promise<Disposable> {
  const lifetime = new Lifetime();
  const log = lifetime.add(createLog());
  const clock = systemClock;
  const byKey = await createFingerprinter(context.secrets);
  const vault = createVault({ secrets: context.secrets, clock, logger: log, fingerprint: byKey });
  const settings = readSettings();
  const env = gatewayEnvironment(settings.stateDir);
  const gateway = createLocalService({
    env,
    home: homedir(),
    stateDirOverride: settings.stateDir,
    openclawPath: settings.openclawPath,
    clock,
    runProcess,
    logger: log,
    fingerprint: byKey,
    workerPath: path.join(context.extensionPath, 'dist', 'worker.mjs'),
  });

  const model = lifetime.add(new Model({ gateway, vault, clock, logger: log, warnMs: () => readSettings().warnMs }));
  const tree = lifetime.add(new CredentialsTree(model));
  lifetime.add(new StatusBar(model));
  lifetime.add(
    registerCommands({
      model,
      gateway,
      vault,
      fingerprint: byKey,
      clock,
      log,
      messages: new Messages(log),
      settings: readSettings,
      env,
      findProgram: (name, chosen) => findProgram(name, chosen ?? null, env),
      selectedNode: () => tree.selected,
      confirmedTargets: new Set(),
    }),
  );
  const reload = (): void => void model.reload();
  lifetime.add(gateway.watch(reload));
  lifetime.add(vault.onDidChange(reload));
  lifetime.add(onWindowFocus(reload));
  const timer = setInterval(() => model.tick(), REPAINT_MS);
  lifetime.add({ dispose: () => clearInterval(timer) });
  log.info('started');
  reload();
  return lifetime;
}

/** A new wiring whenever a setting changes that decides which gateway is read. */
export function onGatewaySettings(rewire: () => void): Disposable {
  const ids = [SETTINGS.stateDir.id, SETTINGS.openclawPath.id];
  return workspace.onDidChangeConfiguration((event) => {
    if (ids.some((id) => event.affectsConfiguration(id))) rewire();
  });
}

/** What the gateway's programs see: the editor's own environment, and the user's choice of state directory. */
function gatewayEnvironment(stateDir: string | undefined): Readonly<Record<string, string | undefined>> {
  return stateDir === undefined ? process.env : { ...process.env, OPENCLAW_STATE_DIR: stateDir };
}

/**
 * The key makes fingerprints worthless elsewhere. It is kept, so that what vault and store last agreed on can be compared after a
 * restart; where it is lost, both sides are compared anew.
 */
async function createFingerprinter(secrets: ExtensionContext['secrets']): Promise<Fingerprinter> {
  const kept = await Promise.resolve(secrets.get(FINGERPRINT_KEY)).catch(() => undefined);
  const key = kept ?? randomBytes(32).toString('base64');
  if (kept === undefined) await Promise.resolve(secrets.store(FINGERPRINT_KEY, key)).catch(() => undefined);
  return (text) => fingerprint(createHmac('sha256', key).update(text).digest('base64url').slice(0, 16));
}
