import { commands, l10n, window } from 'vscode';
import { COMMANDS, type Target } from '../../contributions.ts';
import { explainError as explain, type ExplainedError } from '../../domain/errorExplainer.ts';
import { display } from '../../view/display.ts';
import { causeWords } from '../causeWords.ts';
import type { Messages } from '../messages.ts';
import type { CommandContext } from './context.ts';
import { askText } from './pick.ts';

/** Says what an error comes from, what it does not, and offers what mends it. The text is not kept: it may hold a secret. */
export async function explainError({ messages }: CommandContext): Promise<void> {
  const text = selectedText() ?? (await askError());
  if (text === undefined || text.trim() === '') return;
  const explained = explain(text);
  if (explained === null) {
    void messages.inform(
      l10n.t('This error is not one of credentials that is known here. The gateway’s own doctor may know more.'),
      [{ label: l10n.t('Run Doctor'), run: () => commands.executeCommand<undefined>(COMMANDS.runDoctor) }],
    );
    return;
  }
  await show(messages, explained);
}

function selectedText(): string | undefined {
  const editor = window.activeTextEditor;
  const text = editor?.document.getText(editor.selection) ?? '';
  return text === '' ? undefined : text;
}

function askError(): Thenable<string | undefined> {
  const prompt = l10n.t('Paste an error of a provider or of the gateway');
  return askText(l10n.t('Explain Error'), prompt, '', () => undefined);
}

function show(messages: Messages, { cause, provider, profileId }: ExplainedError): Promise<void> {
  const { title, why, not, fixes } = causeWords(cause);
  const about = [
    ...(provider === null ? [] : [l10n.t('Provider: {0}', display(provider))]),
    ...(profileId === null ? [] : [l10n.t('Profile: {0}', display(profileId))]),
  ];
  const target: Target = {
    ...(provider === null ? {} : { provider }),
    ...(profileId === null ? {} : { profileId }),
  };
  const choices = fixes.map(({ label, command }) => ({
    label,
    run: () => commands.executeCommand<undefined>(COMMANDS[command], target),
  }));
  return messages.explain(title, [why, not, ...about].join('\n\n'), choices);
}
