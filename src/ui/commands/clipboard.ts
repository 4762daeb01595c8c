import { env, l10n } from 'vscode';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import type { CommandContext } from './context.ts';
import { resolveProfile } from './target.ts';

export async function copyProfileId(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveProfile(context, argument, 'copy', l10n.t('Copy Profile Id'));
  if (target === null) return;
  await env.clipboard.writeText(target.profile.id);
  void context.messages.inform(l10n.t('{0} is in the clipboard.', display(target.profile.id)));
}

/** The chat command that pins this profile for a session. The model before `@` is the user's to fill in. */
export async function copyPin(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveProfile(context, argument, 'copy', l10n.t('Copy /model Pin'));
  if (target === null) return;
  if (/\s/.test(target.profile.id)) {
    void context.messages.warn(l10n.t('A profile id with white space cannot be pinned with /model.'));
    return;
  }
  await env.clipboard.writeText(`/model <alias>@${target.profile.id}`);
  void context.messages.inform(
    l10n.t('The pin is in the clipboard. Put a model or alias in place of <alias> and send it in a chat.'),
  );
}
