import { commands, env, l10n, ThemeIcon, window, type QuickInputButton } from 'vscode';
import { COMMANDS, type Target } from '../../contributions.ts';
import { contextOf, type ErrorContext } from '../../domain/errorContext.ts';
import { explainError as explain, type ExplainedError } from '../../domain/errorExplainer.ts';
import { CAUSE_FIXES } from '../../view/causeFixes.ts';
import { display } from '../../view/display.ts';
import { causeWords, contextWords, fixWords } from '../causeWords.ts';
import type { CommandContext } from './context.ts';

/** Says what an error comes from, what it does not, and offers what mends it. The text is not kept: it may hold a secret. */
export async function explainError(context: CommandContext): Promise<void> {
  const selected = selectedText();
  const text = selected ?? (await askError(l10n.t('Paste an error of a provider or of the gateway')));
  await answer(context, text, selected === undefined ? [] : [l10n.t('Read: what is selected in the editor.')]);
}

/** From a terminal's menu. What is selected there is not for extensions to read, so it comes through the clipboard. */
export async function explainTerminalError(context: CommandContext): Promise<void> {
  const prompt = l10n.t('VS Code lets no extension read a terminal. Copy the error there, and paste it here');
  await answer(context, await askError(prompt), []);
}

async function answer(context: CommandContext, text: string | undefined, read: readonly string[]): Promise<void> {
  if (text === undefined || text.trim() === '') return;
  const explained = explain(text);
  if (explained !== null) return show(context, explained, read);
  void context.messages.inform(
    l10n.t('This error is not one of credentials that is known here. The gateway’s own doctor may know more.'),
    [{ label: l10n.t('Run Doctor'), run: () => commands.executeCommand<undefined>(COMMANDS.runDoctor) }],
  );
}

function selectedText(): string | undefined {
  const editor = window.activeTextEditor;
  const text = editor?.document.getText(editor.selection) ?? '';
  return text.trim() === '' ? undefined : text;
}

function askError(prompt: string): Promise<string | undefined> {
  const box = window.createInputBox();
  const paste: QuickInputButton = { iconPath: new ThemeIcon('clippy'), tooltip: l10n.t('Paste from clipboard') };
  box.title = l10n.t('Explain Error');
  box.prompt = prompt;
  box.ignoreFocusOut = true;
  box.buttons = [paste];
  return new Promise((resolve) => {
    box.onDidTriggerButton(async () => {
      box.value = await env.clipboard.readText().then(
        (text) => text,
        () => '',
      );
    });
    box.onDidAccept(() => {
      resolve(box.value);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function show({ messages, hosts }: CommandContext, error: ExplainedError, read: readonly string[]): Promise<void> {
  const { cause, provider, profileId } = error;
  const { title, why, not } = causeWords(cause);
  const about = [
    ...(provider === null ? [] : [l10n.t('Provider: {0}', display(provider))]),
    ...(profileId === null ? [] : [l10n.t('Profile: {0}', display(profileId))]),
  ];
  const target: Target = {
    ...(provider === null ? {} : { provider }),
    ...(profileId === null ? {} : { profileId }),
  };
  const choices = CAUSE_FIXES[cause].map((command) => ({
    label: fixWords(command),
    run: () => commands.executeCommand<undefined>(COMMANDS[command], target),
  }));
  const now = contextWords(contextHere(error, hosts));
  return messages.explain(title, [why, not, ...now, ...about, ...read].join('\n\n'), choices);
}

/** An error does not say where it comes from, so with several hosts nothing can be told. */
function contextHere(error: ExplainedError, [own, ...others]: CommandContext['hosts']): ErrorContext {
  const status = others.length === 0 && own.model.reading !== null ? own.model.status() : null;
  return status === null ? { kind: 'unknown' } : contextOf(error, status);
}
