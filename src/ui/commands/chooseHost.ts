import { l10n } from 'vscode';
import type { CommandName } from '../../contributions.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { rootOf } from '../../view/treeModel.ts';
import type { HostView } from '../hostView.ts';
import { pickOne } from './pick.ts';

export type HostViews = readonly [HostView, ...HostView[]];

/** Commands that are about no host, or about all of them. */
const GLOBAL: ReadonlySet<CommandName> = new Set<CommandName>([
  ...(['reload', 'addHost', 'showHistory', 'exportHistory', 'undo'] as const),
  ...(['forgetEverything', 'showLog', 'openSettings', 'resetReminders'] as const),
  ...(['explainError', 'explainTerminalError'] as const),
]);

/** Commands about the way to a host, which this machine's gateway has none of. */
const ABOUT_THE_WAY: ReadonlySet<CommandName> = new Set<CommandName>([
  'editHost',
  'removeHost',
  'testHost',
  'openHostTerminal',
]);

/** The host that a command is for: of its argument, else the only one or the user's choice. `null`: the user gave up, or there is none. */
export async function chooseHost(hosts: HostViews, name: CommandName, argument: Argument): Promise<HostView | null> {
  const meant = hosts.find(({ model }) => model.rootId === rootIdOf(argument));
  if (meant !== undefined) return meant;
  const [own] = hosts;
  if (GLOBAL.has(name)) return own;
  const isAboutTheWay = ABOUT_THE_WAY.has(name);
  const shown = hosts.filter(({ model, remote }) => (isAboutTheWay ? remote !== null : model.rows().length > 0));
  const possible = shown.length === 0 && !isAboutTheWay ? [own] : shown;
  const options = possible.map((value) => ({ label: labelOf(value), value }));
  return options.length === 0
    ? null
    : ((await pickOne(l10n.t('OpenClaw Auth'), l10n.t('Choose a host'), options)) ?? null);
}

function rootIdOf(argument: Argument): string | undefined {
  if (argument === undefined) return undefined;
  return 'kind' in argument ? rootOf(argument).id : argument.hostId;
}

export function labelOf({ model }: HostView): string {
  const status = model.status();
  return (
    model.label ??
    (status === null ? l10n.t('this machine') : `${display(status.userName)}@${display(status.hostName)}`)
  );
}
