import { commands, window } from 'vscode';
import { COMMANDS, SETTINGS, type CommandName } from '../../contributions.ts';
import { AppError } from '../../domain/errors.ts';
import { Lifetime, type Disposable } from '../../platform/lifetime.ts';
import { TreeRow } from '../../view/treeRows.ts';
import { copyPin, copyProfileId } from './clipboard.ts';
import type { CommandContext } from './context.ts';
import { copyToAgents } from './copyProfile.ts';
import { addApiKey, pasteToken, replaceCredential } from './credentials.ts';
import { showFindings } from './findings.ts';
import { forgetEverything } from './forget.ts';
import { exportHistory, showHistory } from './history.ts';
import { clearOrder, moveProfile } from './order.ts';
import { removeProfile } from './remove.ts';
import { renew } from './renew.ts';
import { repairStore, restartGateway } from './repair.ts';
import { requireStatus, type Argument } from './target.ts';
import { runOpenclaw, runStatus } from './terminal.ts';
import { pullToVault, pushToStore } from './transfer.ts';

type Handler = (context: CommandContext, argument: Argument) => Promise<void> | void;

const HANDLERS = {
  reload: ({ model }) => model.reload(),
  showFindings,
  renew,
  pasteToken,
  addApiKey,
  replace: replaceCredential,
  remove: removeProfile,
  makeFirst: (context, argument) => moveProfile(context, argument, 'first'),
  moveUp: (context, argument) => moveProfile(context, argument, 'up'),
  moveDown: (context, argument) => moveProfile(context, argument, 'down'),
  clearOrder,
  copyId: copyProfileId,
  copyPin,
  push: pushToStore,
  pull: pullToVault,
  copyToAgents,
  runStatus,
  runDoctor: (context) => runOpenclaw(context, ['doctor']),
  restartGateway,
  repair: repairStore,
  runOnboard: (context) => runOpenclaw(context, ['onboard']),
  showHistory,
  exportHistory,
  undo: ({ undo }) => undo.undoLast(),
  forgetEverything,
  showLog: ({ log }) => log.show(),
  openSettings: () => openSettings(),
  resetReminders,
} satisfies Record<CommandName, Handler>;

/** Commands that read the gateway first, so that their questions are about what is there. */
const READS_FIRST: ReadonlySet<CommandName> = new Set<CommandName>([
  'replace',
  'remove',
  'makeFirst',
  'moveUp',
  'moveDown',
  'clearOrder',
  'copyId',
  'copyPin',
  'push',
  'pull',
  'copyToAgents',
]);

/** The one place that registers commands. What a command throws is shown once, in words; VS Code's own dialog would not be. */
export function registerCommands(context: Omit<CommandContext, 'author'>): Disposable {
  const lifetime = new Lifetime();
  for (const [name, id] of Object.entries(COMMANDS) as [CommandName, string][]) {
    const own: CommandContext = { ...context, author: { command: name, undoes: null } };
    lifetime.add(commands.registerCommand(id, (argument: unknown) => run(own, name, argument)));
  }
  return lifetime;
}

async function run(context: CommandContext, name: CommandName, argument: unknown): Promise<void> {
  try {
    if (READS_FIRST.has(name) && (await requireStatus(context)) === null) return;
    if (isObject(argument) && 'from' in argument) await selectFocusedRow();
    const handler: Handler = HANDLERS[name];
    const given: unknown = argument instanceof TreeRow ? argument.node : argument;
    await handler(context, isObject(given) ? given : undefined);
  } catch (thrown) {
    void context.messages.report(AppError.from(thrown));
  }
}

function isObject(argument: unknown): argument is Exclude<Argument, undefined> {
  return typeof argument === 'object' && argument !== null;
}

/** Arrow keys move the focus only, and an extension is told only of the selection: keys must not act on a row left behind. */
async function selectFocusedRow(): Promise<void> {
  await commands.executeCommand('list.select');
}

async function resetReminders(context: CommandContext): Promise<void> {
  await context.resetReminders();
  context.model.tick();
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
