import { l10n, window, type QuickPickItem } from 'vscode';

/** One row of a quick pick and what it stands for. */
export interface Option<T> extends QuickPickItem {
  readonly value: T;
}

/** `undefined`: the user gave up. A single option is not asked for. */
export async function pickOne<T>(
  title: string,
  placeholder: string,
  options: readonly Option<T>[],
): Promise<T | undefined> {
  const [only] = options;
  if (options.length === 1 && only !== undefined) return only.value;
  const picked = await window.showQuickPick(options, { title, placeHolder: placeholder, matchOnDescription: true });
  return picked?.value;
}

/** A line of plain text; `undefined` when the user gave up. */
export function askText(
  title: string,
  prompt: string,
  value: string,
  validate: (text: string) => string | undefined,
): Thenable<string | undefined> {
  return window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput: validate });
}

export function isBlank(text: string): string | undefined {
  return text.trim() === '' ? l10n.t('Enter a name.') : undefined;
}
