import { l10n, window, type Terminal } from 'vscode';
import { hostLabel } from '../../hosts/hostSpec.ts';
import type { RemoteHost } from '../../hosts/remoteHost.ts';
import { terminalCommand, type TerminalTask } from '../../hosts/terminalCommand.ts';
import { display } from '../../view/display.ts';
import { addHostSetting, removeHostSetting } from '../settings.ts';
import { openTerminal } from '../terminals.ts';
import type { CommandContext } from './context.ts';
import { hostErrorOf } from './testSpec.ts';

/** Nothing on the host changes, and copies that VS Code keeps of it stay. */
export async function removeHost({ remote, messages }: CommandContext): Promise<void> {
  if (remote === null) return;
  const isSure = await messages.confirm(
    l10n.t('Remove {0} from the list of hosts?', hostLabel(remote.spec)),
    l10n.t('Nothing on the host is changed. Copies of its credentials that VS Code keeps stay.'),
    l10n.t('Remove'),
  );
  if (!isSure) return;
  await removeHostSetting(remote.spec);
  const undo = { label: l10n.t('Undo'), run: () => addHostSetting(remote.spec) };
  void messages.inform(l10n.t('{0} is no longer in the list of hosts.', hostLabel(remote.spec)), [undo]);
}

/** Connects now, and says how that went. */
export async function testHost({ remote, model, messages }: CommandContext): Promise<void> {
  if (remote === null) return;
  const label = hostLabel(remote.spec);
  remote.host.reconnect();
  await messages.during(l10n.t('Connecting to {0}', label), () => model.reload());
  const { state } = model;
  const error = state.kind === 'failed' ? state.error : state.kind === 'ready' ? state.staleBecause : null;
  if (error !== null) return messages.report(error);
  const status = model.status();
  const who = status === null ? '' : `${display(status.userName)}@${display(status.hostName)}`;
  void messages.inform(
    l10n.t('{0} is reached: {1}, state directory {2}.', label, who, display(status?.stateDir ?? '?')),
  );
}

/** To accept a key, to type a password for the shared connection, or to look around. */
export async function openHostTerminal(context: CommandContext): Promise<void> {
  const { remote } = context;
  if (remote === null) return;
  const terminal = await runOnHost(context, { kind: 'shell' }, 'shell', l10n.t('On {0}', hostLabel(remote.spec)));
  if (terminal !== null) reconnectWith(terminal, remote.host);
}

const LOGIN_LOOK_MS = 2_000;

/** Once somebody has logged in there, and when they are done: what kept the extension from the host may be mended. */
function reconnectWith(terminal: Terminal, host: RemoteHost): void {
  const looking = setInterval(() => {
    if (host.isUp()) return;
    void host.isLoggedIn().then((isLoggedIn) => {
      if (isLoggedIn) host.reconnect();
    });
  }, LOGIN_LOOK_MS);
  const closing = window.onDidCloseTerminal((closed) => {
    if (closed !== terminal) return;
    clearInterval(looking);
    closing.dispose();
    host.reconnect();
  });
}

/** Runs a constant line in a terminal on the host. Null where that cannot be, which is said. */
export async function runOnHost(
  { remote, messages, home }: CommandContext,
  task: TerminalTask,
  name: string,
  banner: string,
): Promise<Terminal | null> {
  if (remote === null) return null;
  try {
    const command = terminalCommand(remote.spec, task, await remote.host.reach());
    if (command !== null)
      return openTerminal({ name, banner, command: [command.file, ...command.args], env: command.env, cwd: home });
    void messages.warn(
      l10n.t(
        'A path or the agent’s id has characters that are not passed to a terminal there. Run it on the host itself.',
      ),
    );
  } catch (thrown) {
    await messages.report(hostErrorOf(thrown));
  }
  return null;
}
