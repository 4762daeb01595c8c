import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { l10n } from 'vscode';
import { hostKey, hostLabel, parseHostSpecs, type HostSpec } from '../../hosts/hostSpec.ts';
import { listHosts, type ListedKind } from '../../hosts/listHosts.ts';
import { parseSshConfigNames } from '../../hosts/sshAliases.ts';
import { presentError } from '../presentError.ts';
import { addHostSetting } from '../settings.ts';
import type { CommandContext } from './context.ts';
import { askText, pickOne, type Option } from './pick.ts';
import { hostErrorOf, testSpec } from './testSpec.ts';

type Kind = 'ssh' | ListedKind;

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
  const spec = asked === null ? null : await testSpec(context, asked, l10n.t('Add'));
  if (spec === null) return;
  if (context.settings().hosts.specs.some((known) => hostKey(known) === hostKey(spec))) {
    void context.messages.inform(l10n.t('{0} is in the list of hosts already.', hostLabel(spec)));
    return;
  }
  await addHostSetting(spec);
  void context.messages.inform(l10n.t('{0} is in the list of hosts now.', hostLabel(spec)));
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

async function askListed(context: CommandContext, kind: ListedKind, title: string): Promise<HostSpec | null> {
  const { messages, run, findProgram } = context;
  const again = { label: l10n.t('Try Again'), run: () => addHost(context) };
  try {
    const parts = { run, findProgram: (name: string) => findProgram(name, undefined) };
    const found = await messages.during(title, () => listHosts(kind, parts));
    if (found.length > 0) return await pickListed(kind, title, found);
    void messages.warn(
      kind === 'wsl'
        ? l10n.t('No WSL distribution was found.')
        : l10n.t('No container of {0} runs here. Start the one that the gateway runs in.', kind),
      [again],
    );
  } catch (thrown) {
    const error = hostErrorOf(thrown);
    context.log.warn('hosts cannot be listed', { kind, ...error.details });
    void messages.warn(presentError(error).message, [again]);
  }
  return null;
}

async function pickListed(kind: ListedKind, title: string, found: readonly HostSpec[]): Promise<HostSpec | null> {
  const options = found.map((value) => ({ label: hostLabel(value), value }));
  const placeholder = kind === 'wsl' ? l10n.t('Choose a distribution') : l10n.t('Choose a container');
  return (await pickOne(title, placeholder, options)) ?? null;
}
