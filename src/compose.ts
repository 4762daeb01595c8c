import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { env as vscodeEnv, workspace, type ExtensionContext } from 'vscode';
import { SETTINGS } from './contributions.ts';
import { keyedFingerprinter } from './domain/keyedFingerprint.ts';
import { createLocalService } from './gateway/localService.ts';
import { isWorkerNode, NodeLocator } from './gateway/nodeProgram.ts';
import { findProgram } from './gateway/programPath.ts';
import type { GatewayService } from './gateway/service.ts';
import { packWorker, type PackedWorker } from './gateway/workerBoot.ts';
import { createWorkerWriter } from './gateway/workerWriter.ts';
import { hostKey, hostLabel, type HostSpec } from './hosts/hostSpec.ts';
import { openRemoteHost, type RemoteHost } from './hosts/remoteHost.ts';
import { systemClock } from './platform/clock.ts';
import { createLease, isProcessAlive } from './platform/lease.ts';
import { Lifetime, type Disposable } from './platform/lifetime.ts';
import { countMachineIdentity, forgetMachineIdentity, readMachineIdentity } from './platform/machineIdentity.ts';
import { ownFiles } from './platform/ownFiles.ts';
import { openProcess, runProcess } from './platform/process.ts';
import { createSharedLog } from './platform/sharedLog.ts';
import { createSharedMarks } from './platform/sharedMarks.ts';
import { systemTimers } from './platform/timers.ts';
import { AlertMarks } from './sync/alertMarks.ts';
import { createSyncEngine } from './sync/engine.ts';
import { guardGateway } from './sync/guardedGateway.ts';
import { SyncMemory } from './sync/syncMemory.ts';
import type { Keepsake } from './sync/forget.ts';
import { History, HISTORY_LIMITS } from './sync/history.ts';
import { registerCheckTasks } from './ui/checkTasks.ts';
import { onWindowFocus, registerCommands } from './ui/commands/register.ts';
import { noteSync } from './ui/commands/context.ts';
import { reportEcho } from './ui/gatewayEcho.ts';
import type { HostView } from './ui/hostView.ts';
import { Documents } from './ui/documents.ts';
import { JsonHelp } from './ui/jsonHelp.ts';
import { createLog } from './ui/log.ts';
import { Messages } from './ui/messages.ts';
import { Model } from './ui/model.ts';
import { Reminders } from './ui/reminders.ts';
import { readSettings } from './ui/settings.ts';
import { StatusBar } from './ui/statusBar.ts';
import { tellSettled } from './ui/settledChanges.ts';
import { SyncNotices, tellForgetfulness } from './ui/syncNotices.ts';
import { WinnerAlerts } from './ui/winnerAlerts.ts';
import { CredentialsTree } from './ui/treeView.ts';
import { Undo } from './ui/undo.ts';
import { countFingerprintKey, forgetFingerprintKey, loadFingerprintKey } from './vault/fingerprintKey.ts';
import type { AutomationPlaces } from './view/automation/artefacts.ts';
import { PATH_VARIABLES } from './view/automation/plan.ts';
import { probePersistence } from './vault/persistence.ts';
import { createVault } from './vault/secretStorageVault.ts';

const REPAINT_MS = 30_000;

/** Wires the extension: the only file that names concrete adapters. */
export async function compose(context: ExtensionContext): Promise<Disposable> {
  const lifetime = new Lifetime();
  const log = lifetime.add(createLog());
  const clock = systemClock;
  const { key: fingerprintKey, origin } = await loadFingerprintKey(context.secrets, log);
  const byKey = keyedFingerprinter(fingerprintKey);
  const vault = createVault({ secrets: context.secrets, clock, logger: log, fingerprint: byKey });
  const settings = readSettings();
  const env = process.env;
  const home = homedir();
  const workerPath = path.join(context.extensionPath, 'dist', 'worker.mjs');
  const messages = new Messages(log);
  const documents = lifetime.add(new Documents());
  const machine = await readMachineIdentity(context.globalStorageUri.fsPath, log);
  const local = createLocalService({
    env,
    home,
    machine,
    stateDirOverride: settings.stateDir,
    openclawPath: settings.openclawPath,
    clock,
    runProcess,
    logger: log,
    fingerprint: byKey,
    workerPath,
    writeJson: createWorkerWriter({
      ...{ run: runProcess, nodes: new NodeLocator(runProcess) },
      ...{ env, home, workerPath, fingerprintKey, logger: log },
    }),
    onEcho: (echo, change) => reportEcho(messages, echo, change),
  });
  const { version } = context.extension.packageJSON as { readonly version: string };
  let packed: Promise<PackedWorker> | null = null;
  const openRemote = (spec: HostSpec): RemoteHost =>
    openRemoteHost(spec, {
      ...{ env, machine, fingerprintKey, open: openProcess, run: runProcess, timers: systemTimers },
      random: Math.random,
      findProgram: (name) => findProgram(name, null, env),
      worker: () => (packed ??= readFile(workerPath, 'utf8').then(packWorker)),
      version,
      onEcho: (echo, change) => reportEcho(messages, echo, change),
    });

  const storage = context.globalStorageUri.fsPath;
  const historyLog = createSharedLog(path.join(storage, 'history'), clock, HISTORY_LIMITS);
  const history = new History({ log: historyLog, clock, logger: log });
  const windowToken = randomUUID();
  const syncMarks = createSharedMarks(path.join(storage, 'sync'));
  const marks = createSharedMarks(path.join(storage, 'reminders'));
  const alertMarks = new AlertMarks(marks, clock);
  const warnMs = (): number => readSettings().warnMs;

  /** Everything that one gateway has of its own. */
  const openHost = (gateway: GatewayService, remote: HostView['remote']): HostView => {
    const label = remote === null ? null : hostLabel(remote.spec);
    const awayId = JSON.stringify(['away', remote === null ? null : hostKey(remote.spec)]);
    const model = lifetime.add(new Model({ label, awayId, gateway, vault, clock, logger: log, warnMs }));
    const engine = lifetime.add(
      createSyncEngine({
        ...{ vault, gateway, fingerprint: byKey, logger: log, timers: systemTimers },
        readings: { current: () => model.reading, reload: () => model.reload() },
        memory: new SyncMemory(syncMarks),
        lease: (hostId) =>
          createLease({
            ...{ folder: path.join(storage, 'leases'), name: hostId, token: windowToken },
            ...{ pid: process.pid, clock, isAlive: isProcessAlive },
          }),
        onActed: (item, outcome) => void noteSync({ history, model }, item, outcome),
      }),
    );
    lifetime.add(model.onDidRead(() => void engine.run('reading')));
    lifetime.add(model.follow(engine));
    lifetime.add(new SyncNotices({ engine, model, marks: syncMarks, messages }));
    lifetime.add(new Reminders({ model, marks, messages, days: () => readSettings().reminderDays }));
    lifetime.add(gateway.watch(() => model.reload()));
    lifetime.add(model.onDidSettle((settled) => tellSettled(messages, label ?? '', settled)));
    if (remote !== null) {
      lifetime.add(remote.host);
      // What is shown is old from then on.
      lifetime.add(remote.host.onDidChange(({ kind }) => void (kind === 'down' && model.reload())));
    }
    lifetime.add(new WinnerAlerts({ model, marks: alertMarks, messages, mode: () => readSettings().winnerAlerts }));
    const guarded = guardGateway(
      gateway,
      engine,
      (change) => model.noteUnsure(change, byKey),
      (provider, write) => {
        const hostId = model.status()?.hostId;
        return hostId === undefined ? write() : alertMarks.whileWriting(hostId, provider, write);
      },
    );
    return { model, gateway: guarded, engine, remote };
  };
  const own = openHost(local, null);
  const others = settings.hosts.specs.map((spec) => {
    const host = openRemote(spec);
    return openHost(host.gateway, { spec, host });
  });
  const hosts = [own, ...others] as const;
  for (const { index, why, fields } of settings.hosts.problems)
    log.warn('a host of the settings cannot be used', { index, why, fields: fields.join(' ') });
  void probePersistence(origin, syncMarks, vscodeEnv.machineId).then((found) => {
    if (found === 'forgets') void tellForgetfulness(messages, syncMarks);
  });
  const tree = lifetime.add(
    new CredentialsTree(
      own.model,
      others.map(({ model }) => model),
      messages,
    ),
  );
  lifetime.add(new StatusBar([own.model, ...others.map(({ model }) => model)]));
  // The marks last: a reading that the other removals cause must not set them again.
  const keepsakes: readonly Keepsake[] = [
    { kind: 'history', count: () => history.count(), forget: () => history.clear() },
    {
      kind: 'fingerprintKey',
      count: () => countFingerprintKey(context.secrets, log),
      forget: () => forgetFingerprintKey(context.secrets, log),
    },
    {
      kind: 'installation',
      count: () => countMachineIdentity(storage),
      forget: () => forgetMachineIdentity(storage),
    },
    { kind: 'sync', count: () => syncMarks.count(), forget: () => syncMarks.clear() },
    { kind: 'reminders', count: () => marks.count(), forget: () => marks.clear() },
  ];
  const reload = async (): Promise<void> => {
    await Promise.all(hosts.map(({ model }) => model.reload()));
  };
  const nodes = new NodeLocator(runProcess);
  const findNode = () => nodes.find({ env, home, besides: [] }, isWorkerNode);
  lifetime.add(
    registerCommands({
      hosts,
      vault,
      history,
      keepsakes,
      undo: new Undo({ messages, reload }),
      fingerprint: byKey,
      clock,
      log,
      messages,
      documents,
      settings: readSettings,
      terminalEnv: terminalEnvironment(settings.stateDir),
      home,
      run: runProcess,
      openRemote,
      findProgram: (name, chosen) => findProgram(name, chosen ?? null, env),
      automation: {
        ...{ version, findNode, files: ownFiles, workerText: () => readFile(workerPath, 'utf8') },
        ...{ variables: pathVariables(env), places: automationPlaces(env, home) },
      },
      resetReminders: () => marks.clear(),
      selectedNode: () => tree.selected,
      confirmedTargets: new Set(),
    }),
  );
  lifetime.add(registerCheckTasks({ workerPath, findNode, settings: readSettings, home }));
  lifetime.add(vault.onDidChange(() => void reload()));
  lifetime.add(
    onWindowFocus(() => {
      for (const { remote } of others) remote?.host.look();
      void reload();
    }),
  );
  const jsonHelp = lifetime.add(new JsonHelp({ clock, status: () => own.model.status() }));
  lifetime.add(own.model.onDidRead(() => jsonHelp.refresh()));
  const tick = (): void => {
    for (const { model } of hosts) model.tick();
    jsonHelp.refresh();
  };
  lifetime.add(onWarnDays(tick));
  const timer = setInterval(tick, REPAINT_MS);
  lifetime.add({ dispose: () => clearInterval(timer) });
  log.info('started');
  void reload();
  return lifetime;
}

/** A new wiring whenever a setting changes that decides which gateway is read. */
export function onGatewaySettings(rewire: () => void): Disposable {
  const ids = [SETTINGS.stateDir.id, SETTINGS.openclawPath.id, SETTINGS.hosts.id];
  return workspace.onDidChangeConfiguration((event) => {
    if (ids.some((id) => event.affectsConfiguration(id))) rewire();
  });
}

/** A state directory that the user chose is another gateway than the one that the editor's variables belong to. */
function terminalEnvironment(stateDir: string | undefined): Readonly<Record<string, string | null>> {
  if (stateDir === undefined) return {};
  return { OPENCLAW_CONFIG_PATH: null, OPENCLAW_AGENT_DIR: null, PI_CODING_AGENT_DIR: null };
}

/** As OpenClaw would find its files in this environment. */
function pathVariables(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const set = PATH_VARIABLES.flatMap((name) => ((env[name] ?? '') === '' ? [] : [[name, env[name]] as const]));
  return Object.fromEntries(set) as Record<string, string>;
}

function automationPlaces(env: NodeJS.ProcessEnv, home: string): AutomationPlaces {
  const own = env['XDG_CONFIG_HOME'] ?? '';
  const config = path.isAbsolute(own) ? own : path.join(home, '.config');
  return { units: path.join(config, 'systemd', 'user'), launchAgents: path.join(home, 'Library', 'LaunchAgents') };
}

function onWarnDays(repaint: () => void): Disposable {
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SETTINGS.warnDays.id)) repaint();
  });
}
