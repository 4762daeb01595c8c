import { commands, env, l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { openTerminal } from '../terminals.ts';
import type { CommandContext } from './context.ts';
import { agentOf, requireStatus } from './target.ts';

const INSTALL_OPENCLAW = 'npm install -g openclaw';
/** OpenClaw's normal agent ids. Others would need quoting in the terminals of Windows. */
const PLAIN_ID = /^[a-z0-9][\w-]*$/i;

/** `models status` of the agent that is meant; without one it is that of the gateway's default. */
export async function runStatus(context: CommandContext, argument: Argument): Promise<void> {
  const agentId = agentOf(context, argument);
  const ofAgent = agentId !== undefined && PLAIN_ID.test(agentId) ? ['--agent', agentId] : [];
  await runOpenclaw(context, ['models', 'status', ...ofAgent]);
}

/** Runs a command of OpenClaw's own in a terminal, on the host and state directory that the tree shows. */
export async function runOpenclaw(context: CommandContext, args: readonly string[]): Promise<void> {
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
    return;
  }
  const status = await requireStatus(context);
  if (status === null) return;
  openTerminal({
    name: `openclaw ${args.join(' ')}`,
    banner: l10n.t(
      'On {0} as {1}, state directory {2}',
      display(status.hostName),
      display(status.userName),
      display(status.stateDir),
    ),
    command: [openclaw, ...args],
    env: { ...context.terminalEnv, OPENCLAW_STATE_DIR: status.stateDir },
    cwd: context.home,
  });
}
