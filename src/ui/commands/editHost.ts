import { commands, l10n } from 'vscode';
import { SETTINGS } from '../../contributions.ts';
import { hostKey, hostLabel, type HostSpec } from '../../hosts/hostSpec.ts';
import { fieldsOfSpec, textOfField, withField, type SpecField } from '../../hosts/specField.ts';
import { display } from '../../view/display.ts';
import { replaceHostSetting } from '../settings.ts';
import type { CommandContext } from './context.ts';
import { askText, pickOne, type Option } from './pick.ts';
import { testSpec } from './testSpec.ts';

/** One field of a host's record: a new value, a test, and into the settings. */
export async function editHost(context: CommandContext): Promise<void> {
  const { remote, messages } = context;
  if (remote === null) return;
  const { spec } = remote;
  const title = l10n.t('Edit {0}', hostLabel(spec));
  const field = await pickOne<SpecField | 'settings'>(title, l10n.t('What is different there?'), [
    ...fieldsOfSpec(spec).map((value) => optionOf(spec, value)),
    { label: l10n.t('Open Settings'), value: 'settings' },
  ]);
  if (field === undefined) return;
  if (field === 'settings') {
    await commands.executeCommand('workbench.action.openSettings', `@id:${SETTINGS.hosts.id}`);
    return;
  }
  const judge = (text: string): string | undefined =>
    withField(spec, field, text) === null ? wordsOf(field).rule : undefined;
  const typed = await askText(title, wordsOf(field).prompt, textOfField(spec, field), judge);
  const next = typed === undefined ? null : withField(spec, field, typed);
  if (next === null || textOfField(next, field) === textOfField(spec, field)) return;
  const isKnown = context.settings().hosts.specs.some((known) => hostKey(known) === hostKey(next));
  if (hostKey(next) !== hostKey(spec) && isKnown) {
    void messages.inform(l10n.t('{0} is in the list of hosts already.', hostLabel(next)));
    return;
  }
  const kept = await testSpec(context, next, l10n.t('Save'));
  if (kept === null) return;
  await replaceHostSetting(spec, kept);
  const undo = { label: l10n.t('Undo'), run: () => replaceHostSetting(kept, spec) };
  void messages.inform(l10n.t('{0} was changed in the list of hosts.', hostLabel(kept)), [undo]);
}

function optionOf(spec: HostSpec, value: SpecField): Option<SpecField> {
  const text = textOfField(spec, value);
  const { label, otherwise } = wordsOf(value);
  return { label, description: text === '' ? otherwise : display(text), value };
}

interface FieldWords {
  readonly label: string;
  /** While it is not set. */
  readonly otherwise: string;
  readonly prompt: string;
  readonly rule: string;
}

function wordsOf(field: SpecField): FieldWords {
  if (field === 'user')
    return {
      ...{ label: l10n.t('User'), otherwise: l10n.t('default') },
      prompt: l10n.t('The account there that the gateway runs as; empty for the default'),
      rule: l10n.t('Use letters, digits, dots and dashes.'),
    };
  if (field === 'port')
    return {
      ...{ label: l10n.t('Port'), otherwise: l10n.t('default') },
      prompt: l10n.t('Port of ssh; empty for the default'),
      rule: l10n.t('Enter a number from 1 to 65535.'),
    };
  const rule = l10n.t('Enter an absolute path.');
  if (field === 'stateDir')
    return {
      ...{ label: l10n.t('State directory'), otherwise: l10n.t('default'), rule },
      prompt: l10n.t('Absolute path of OpenClaw’s state directory there; empty for the default'),
    };
  return {
    ...{ label: l10n.t('Path of {0}', field), otherwise: l10n.t('found by itself'), rule },
    prompt: l10n.t('Absolute path of {0} on the host; empty to have it found', field),
  };
}
