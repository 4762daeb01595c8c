import { commands, l10n, window } from 'vscode';
import { COMMANDS, SETTINGS, type CommandName } from '../../contributions.ts';
import { AppError } from '../../domain/errors.ts';
import { Lifetime, type Disposable } from '../../platform/lifetime.ts';
import { KeyedQueue } from '../../platform/keyedQueue.ts';
import { isCredentialRow, toTarget, type Argument, type CredentialRow } from '../../view/targets.ts';
import { TreeRow } from '../../view/treeRows.ts';
import type { HostView } from '../hostView.ts';
import { automateCheck } from './automate.ts';
import { chooseHost } from './chooseHost.ts';
import { copyPin, copyProfileId } from './clipboard.ts';
import { resolveConflict } from './conflict.ts';
import { chooseConsent } from './consent.ts';
import type { CommandContext } from './context.ts';
import { compareAgents } from './compareAgents.ts';
import { compareGateway } from './compareGateway.ts';
import { copyToAgents } from './copyProfile.ts';
import { copyToHosts } from './copyToHosts.ts';
import { addApiKey, pasteToken, replaceCredential } from './credentials.ts';
import { explainError, explainTerminalError } from './explainError.ts';
import { showFindings } from './findings.ts';
import { forgetEverything } from './forget.ts';
import { addVariable, removeVariable } from './dotenv.ts';
import { showEnvironment } from './environment.ts';
import { exportHistory, showHistory } from './history.ts';
import { addHost } from './addHost.ts';
import { editHost } from './editHost.ts';
import { openHostTerminal, removeHost, testHost } from './hosts.ts';
import { dismissLoss, restoreStore } from './incident.ts';
import { clearOrder, moveProfile, moveProfileTo } from './order.ts';
import { pinSession } from './pinSession.ts';
import { addReference } from './addReference.ts';
import { probeCredentials } from './probe.ts';
import { runDoctorCheck } from './doctor.ts';
import { recordExpiry } from './recordExpiry.ts';
import { removeProfile } from './remove.ts';
import { renew } from './renew.ts';
import { explainChoice } from './why.ts';
import { repairStore } from './repair.ts';
import { restartGateway } from './restart.ts';
import { showSessions } from './sessionPins.ts';
import { requireStatus } from './target.ts';
import { runOpenclaw, runStatus } from './terminal.ts';
import { pullToVault, pushToStore } from './transfer.ts';

/** What all hosts share. */
export type SharedContext = Omit<CommandContext, 'author' | 'before' | keyof HostView>;

type Handler = (context: CommandContext, argument: Argument) => Promise<void> | void;

const HANDLERS = {
  reload: ({ hosts }) => reloadAll(hosts),
  addHost,
  editHost,
  removeHost,
  testHost,
  openHostTerminal,
  showFindings,
  renew,
  pasteToken,
  addApiKey,
  replace: replaceCredential,
  recordExpiry,
  remove: removeProfile,
  makeFirst: (context, argument) => moveProfile(context, argument, 'first'),
  moveUp: (context, argument) => moveProfile(context, argument, 'up'),
  moveDown: (context, argument) => moveProfile(context, argument, 'down'),
  clearOrder,
  copyId: copyProfileId,
  copyPin,
  showSessions,
  pinSession,
  push: pushToStore,
  pull: pullToVault,
  copyToAgents,
  copyToHosts,
  runStatus,
  runDoctor: async (context) => {
    await runOpenclaw(context, { kind: 'doctor' });
  },
  restartGateway,
  repair: repairStore,
  runOnboard: async (context) => {
    await runOpenclaw(context, { kind: 'onboard' });
  },
  showHistory,
  exportHistory,
  undo: ({ undo }) => undo.undoLast(),
  chooseConsent,
  restore: (context, argument) => restoreStore(context, argument, 'some'),
  restoreAll: (context, argument) => restoreStore(context, argument, 'all'),
  dismissLoss,
  resolve: resolveConflict,
  forgetEverything,
  showLog: ({ log }) => log.show(),
  openSettings: () => openSettings(),
  resetReminders,
  explainError,
  explainTerminalError,
  why: explainChoice,
  compareAgents,
  addReference,
  probe: probeCredentials,
  doctor: runDoctorCheck,
  compareGateway,
  moveTo: moveProfileTo,
  showEnvironment,
  addVariable,
  removeVariable,
  automateCheck,
} satisfies Record<CommandName, Handler>;

/** Commands about what the tree shows: before the first reading they wait for it. */
const NEEDS_STATUS: ReadonlySet<CommandName> = new Set<CommandName>([
  'replace',
  'recordExpiry',
  'remove',
  'makeFirst',
  'moveUp',
  'moveDown',
  'clearOrder',
  'copyId',
  'copyPin',
  'showSessions',
  'pinSession',
  'push',
  'pull',
  'copyToAgents',
  'copyToHosts',
  'restore',
  'restoreAll',
  'dismissLoss',
  'resolve',
  'why',
  'compareAgents',
  'compareGateway',
  'doctor',
  'moveTo',
  'showEnvironment',
  'addVariable',
  'removeVariable',
]);

/** A move begins where the one before it ended: otherwise two quick ones would be about the same order, and the second a conflict. */
const MOVES: ReadonlySet<CommandName> = new Set<CommandName>([
  'makeFirst',
  'moveUp',
  'moveDown',
  'moveTo',
  'clearOrder',
]);

/** The one place that registers commands. What a command throws is shown once, in words; VS Code's own dialog would not be. */
export function registerCommands(shared: SharedContext): Disposable {
  const lifetime = new Lifetime();
  const moves = new KeyedQueue<'moves'>();
  for (const [name, id] of Object.entries(COMMANDS) as [CommandName, string][]) {
    const own = { ...shared, author: { command: name, undoes: null } };
    lifetime.add(commands.registerCommand(id, (argument: unknown) => run(own, name, argument, moves)));
  }
  return lifetime;
}

async function run(
  shared: SharedContext & Pick<CommandContext, 'author'>,
  name: CommandName,
  argument: unknown,
  moves: KeyedQueue<'moves'>,
): Promise<void> {
  try {
    const given = isFromSelection(argument) ? await selectedRow(shared) : argumentOf(argument);
    if (given === null) return;
    const host = await chooseHost(shared.hosts, name, given);
    if (host === null) return;
    const about = { ...shared, ...host, messages: shared.messages.about(host) };
    const waiting: CommandContext = { ...about, before: null };
    if (NEEDS_STATUS.has(name) && (await requireStatus(waiting)) === null) return;
    const context: CommandContext = { ...about, before: host.model.status() };
    const handler: Handler = HANDLERS[name];
    if (MOVES.has(name)) await moves.run('moves', async () => handler(context, given));
    else await handler(context, given);
  } catch (thrown) {
    void shared.messages.report(AppError.from(thrown));
  }
}

function argumentOf(argument: unknown): Argument {
  return argument instanceof TreeRow ? argument.node : toTarget(argument);
}

function isFromSelection(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'from' in argument;
}

/** The credential that is selected; null when none is, which is said. */
async function selectedRow(context: Pick<CommandContext, 'selectedNode' | 'messages'>): Promise<CredentialRow | null> {
  await selectFocusedRow();
  const row = context.selectedNode();
  if (isCredentialRow(row)) return row;
  void context.messages.inform(l10n.t('Select a profile in the tree first.'));
  return null;
}

/** Arrow keys move the focus only, and an extension is told only of the selection: keys must not act on a row left behind. */
async function selectFocusedRow(): Promise<void> {
  await commands.executeCommand('list.select');
}

async function resetReminders(context: CommandContext): Promise<void> {
  await context.resetReminders();
  for (const { model } of context.hosts) model.tick();
}

/** Of hosts that are away too: somebody asks for it. */
async function reloadAll(hosts: readonly HostView[]): Promise<void> {
  for (const { remote } of hosts) remote?.host.reconnect();
  await Promise.all(hosts.map(({ model }) => model.reload()));
}

async function openSettings(): Promise<void> {
  const [section] = SETTINGS.warnDays.id.split('.');
  await commands.executeCommand('workbench.action.openSettings', section ?? '');
}

/** Runs `task` whenever the window gets the focus: what another program did meanwhile shows at once. */
export function onWindowFocus(task: () => void): Disposable {
  return window.onDidChangeWindowState((state) => {
    if (state.focused) task();
  });
}
