import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { commands, l10n, window, type Terminal } from 'vscode';
import { SETTINGS } from '../../contributions.ts';
import { AppError } from '../../domain/errors.ts';
import { LIST_CONTAINERS, parseContainers } from '../../hosts/containerOutput.ts';
import { HostFailure } from '../../hosts/hostFailure.ts';
import { userOfGateway } from '../../hosts/gatewayUser.ts';
import type { RemoteHost } from '../../hosts/remoteHost.ts';
import { hostKey, hostLabel, parseHostSpecs, type HostSpec } from '../../hosts/hostSpec.ts';
import { parseSshConfigNames } from '../../hosts/sshAliases.ts';
import { terminalCommand, type TerminalTask } from '../../hosts/terminalCommand.ts';
import { decodeWslOutput, LIST_DISTRIBUTIONS, parseDistributions } from '../../hosts/wslOutput.ts';
import { display } from '../../view/display.ts';
import { addHostSetting, removeHostSetting } from '../settings.ts';
import type { Messages } from '../messages.ts';
import { presentError } from '../presentError.ts';
import { openTerminal } from '../terminals.ts';
import type { CommandContext } from './context.ts';
import { askText, pickOne, type Option } from './pick.ts';

const LIST_LIMIT_MS = 15_000;

type Kind = 'ssh' | 'docker' | 'podman' | 'wsl';

/** Kind, name, a test, and into the settings. */
export async function addHost(context: CommandContext): Promise<void> {
  const title = l10n.t('Add Host');
  const kind = await pickOne<Kind>(title, l10n.t('How is the host reached?'), [
    { label: l10n.t('SSH'), value: 'ssh' },
    { label: l10n.t('Docker container'), value: 'docker' },
    { label: l10n.t('Podman container'), value: 'podman' },
    ...(process.platform === 'win32' ? [{ label: l10n.t('WSL distribution'), value: 'wsl' as const }] : []),
  ]);
  if (kind === undefined) return;
  const asked = kind === 'ssh' ? await askSsh(context, title) : await askListed(context, kind, title);
  const spec = asked === null ? null : await testNew(context, asked);
  if (spec === null) return;
  if (context.settings().hosts.specs.some((known) => hostKey(known) === hostKey(spec))) {
    void context.messages.inform(l10n.t('{0} is in the list of hosts already.', hostLabel(spec)));
    return;
  }
  await addHostSetting(spec);
  void context.messages.inform(l10n.t('{0} is in the list of hosts now.', hostLabel(spec)));
}

/** As it is to be added: a gateway's files are written as the gateway's user. `null`: not at all. */
async function testNew({ openRemote, messages }: CommandContext, spec: HostSpec): Promise<HostSpec | null> {
  const host = openRemote(spec);
  const title = l10n.t('Connecting to {0}', hostLabel(spec));
  try {
    const lines = await messages.during(title, ({ signal }) => host.probe(signal));
    const other = userOfGateway(lines);
    if (spec.kind === 'container' && other !== null) return specAs(spec, other);
    return other === null || (await confirmUser(messages, spec, other)) ? spec : null;
  } catch (thrown) {
    const error = errorOf(thrown);
    if (error.code === 'cancelled') return null;
    const why = presentError(error).message;
    const isSure = await messages.confirm(l10n.t('Add {0} all the same?', hostLabel(spec)), why, l10n.t('Add'));
    return isSure ? spec : null;
  } finally {
    host.dispose();
  }
}

function specAs(spec: HostSpec, user: string): HostSpec {
  return parseHostSpecs([{ ...spec, user }]).specs[0] ?? spec;
}

function confirmUser(messages: Messages, spec: HostSpec, other: string): Promise<boolean> {
  return messages.confirm(
    l10n.t('Add {0} all the same?', hostLabel(spec)),
    l10n.t('The gateway there runs as another user ({0}). Log in as that user, or its files may become yours.', other),
    l10n.t('Add'),
  );
}

function errorOf(thrown: unknown): AppError {
  if (!(thrown instanceof HostFailure)) return AppError.from(thrown);
  return new AppError('hostAway', { reason: thrown.code, ...thrown.details }, { cause: thrown });
}

async function askSsh({ home }: CommandContext, title: string): Promise<HostSpec | null> {
  const text = await readFile(path.join(home, '.ssh', 'config'), 'utf8').catch(() => '');
  const { aliases } = parseSshConfigNames(text);
  const other = { label: l10n.t('Another host…'), value: null };
  const options = [...aliases.map((alias): Option<string | null> => ({ label: alias, value: alias })), other];
  const picked = await pickOne(title, l10n.t('Choose a host of your ssh configuration'), options);
  if (picked === undefined) return null;
  const judge = (typed: string): string | undefined =>
    parseDestination(typed) === null
      ? l10n.t('Enter a host as [user@]name, with letters, digits, dots and dashes.')
      : undefined;
  const typed = picked ?? (await askText(title, l10n.t('Host, as [user@]name'), '', judge));
  return typed === undefined ? null : parseDestination(typed);
}

function parseDestination(text: string): HostSpec | null {
  const [, user, destination] = /^(?:([^@]*)@)?([^@]*)$/.exec(text.trim()) ?? [];
  const record = { kind: 'ssh', destination, ...(user === undefined ? {} : { user }) };
  return parseHostSpecs([record]).specs[0] ?? null;
}

async function askListed(
  context: CommandContext,
  kind: 'docker' | 'podman' | 'wsl',
  title: string,
): Promise<HostSpec | null> {
  const found = await listHosts(context, kind);
  if (found.length === 0) {
    void context.messages.warn(
      kind === 'wsl'
        ? l10n.t('No WSL distribution was found.')
        : l10n.t('No running container was found, or {0} may not be used here.', kind),
    );
    return null;
  }
  const options = found.map((value) => ({ label: hostLabel(value), value }));
  const placeholder = kind === 'wsl' ? l10n.t('Choose a distribution') : l10n.t('Choose a container');
  return (await pickOne(title, placeholder, options)) ?? null;
}

async function listHosts(context: CommandContext, kind: 'docker' | 'podman' | 'wsl'): Promise<readonly HostSpec[]> {
  const file = await context.findProgram(kind, undefined);
  if (file === null) return [];
  const args = kind === 'wsl' ? LIST_DISTRIBUTIONS : LIST_CONTAINERS;
  // Every byte as a character: WSL prints UTF-16.
  const result = await context.run({ file, args, encoding: 'latin1', timeoutMs: LIST_LIMIT_MS });
  if (result.kind !== 'exited') return [];
  const bytes = Buffer.from(result.stdout, 'latin1');
  const records =
    kind === 'wsl'
      ? parseDistributions(decodeWslOutput(bytes)).map(({ name }) => ({ kind, distribution: name }))
      : parseContainers(bytes.toString()).map((container) => ({ kind: 'container', engine: kind, ...container }));
  return parseHostSpecs(records).specs;
}

export async function editHosts(): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', `@id:${SETTINGS.hosts.id}`);
}

/** Nothing on the host changes, and copies that VS Code keeps of it stay. */
export async function removeHost({ remote, messages }: CommandContext): Promise<void> {
  if (remote === null) return;
  const isSure = await messages.confirm(
    l10n.t('Remove {0} from the list of hosts?', hostLabel(remote.spec)),
    l10n.t('Nothing on the host is changed. Copies of its credentials that VS Code keeps stay.'),
    l10n.t('Remove'),
  );
  if (isSure) await removeHostSetting(remote.spec);
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
    await messages.report(errorOf(thrown));
  }
  return null;
}
