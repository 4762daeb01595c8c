import { commands, env, l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { hostLabel } from '../../hosts/hostSpec.ts';
import type { TerminalTask } from '../../hosts/terminalCommand.ts';
import type { HostStatus } from '../../domain/status.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { openTerminal } from '../terminals.ts';
import type { CommandContext } from './context.ts';
import { runOnHost } from './hosts.ts';
import { agentOf, requireStatus } from './target.ts';

const INSTALL_OPENCLAW = 'npm install -g openclaw';
/** OpenClaw's normal agent ids. Others would need quoting in the terminals of Windows. */
const PLAIN_ID = /^[a-z0-9][\w-]*$/i;

/** `models status` of the agent that is meant; without one it is that of the gateway's default. */
export async function runStatus(context: CommandContext, argument: Argument): Promise<void> {
  const agentId = agentOf(context, argument);
  const isPlain = agentId !== undefined && PLAIN_ID.test(agentId);
  await runOpenclaw(context, { kind: 'status', agentId: isPlain ? agentId : null });
}

type OpenclawTask = Exclude<TerminalTask, { kind: 'shell' | 'setupToken' }>;

/** Runs a command of OpenClaw's own in a terminal, on the host and state directory that the tree shows; whether one was opened. */
export async function runOpenclaw(context: CommandContext, task: OpenclawTask): Promise<boolean> {
  const args = argsOf(task);
  const name = `openclaw ${args.join(' ')}`;
  if (context.remote !== null) {
    const known = context.model.status();
    const where = hostLabel(context.remote.spec);
    const banner = known === null ? l10n.t('On {0}', where) : bannerOf(known);
    return (await runOnHost(context, task, name, banner)) !== null;
  }
  const openclaw = await context.findProgram('openclaw', context.settings().openclawPath);
  if (openclaw === null) {
    void context.messages.warn(
      l10n.t(
        'The openclaw program was not found. Install it with "npm install -g openclaw", or name it in the settings.',
      ),
      [
        { label: l10n.t('Copy Install Command'), run: () => env.clipboard.writeText(INSTALL_OPENCLAW) },
        { label: l10n.t('Open Settings'), run: () => commands.executeCommand<undefined>(COMMANDS.openSettings) },
      ],
    );
    return false;
  }
  const status = await requireStatus(context);
  if (status === null) return false;
  openTerminal({
    name,
    banner: bannerOf(status),
    command: [openclaw, ...args],
    env: { ...context.terminalEnv, OPENCLAW_STATE_DIR: status.stateDir },
    cwd: context.home,
  });
  return true;
}

function bannerOf({ hostName, userName, stateDir }: HostStatus): string {
  return l10n.t('On {0} as {1}, state directory {2}', display(hostName), display(userName), display(stateDir));
}

function argsOf(task: OpenclawTask): readonly string[] {
  if (task.kind === 'restart') return ['gateway', 'restart'];
  if (task.kind !== 'status') return [task.kind];
  return ['models', 'status', ...(task.agentId === null ? [] : ['--agent', task.agentId])];
}
