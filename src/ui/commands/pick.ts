import { l10n, window, type QuickPickItem } from 'vscode';
import { withoutMarkup } from '../../view/display.ts';

const MAX_NAME_LENGTH = 200;

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
  const rows = options.map((option) => ({
    ...option,
    label: withoutMarkup(option.label),
    description: withoutMarkup(option.description ?? ''),
  }));
  const picked = await window.showQuickPick(rows, { title, placeHolder: placeholder, matchOnDescription: true });
  return picked?.value;
}

/** Any number of rows, beforehand those that are `picked`; `undefined` when the user gave up. */
export async function pickMany<T>(
  title: string,
  placeholder: string,
  options: readonly Option<T>[],
): Promise<readonly T[] | undefined> {
  const rows = options.map((option) => ({
    ...option,
    label: withoutMarkup(option.label),
    description: withoutMarkup(option.description ?? ''),
  }));
  const settings = { title, placeHolder: placeholder, matchOnDescription: true, ignoreFocusOut: true };
  const picked = await window.showQuickPick(rows, { ...settings, canPickMany: true });
  return picked?.map(({ value }) => value);
}

/** A line of plain text; `undefined` when the user gave up. */
export function askText(
  title: string,
  prompt: string,
  value: string,
  validate: (text: string) => string | undefined,
): Thenable<string | undefined> {
  return window.showInputBox({
    title,
    prompt: withoutMarkup(prompt),
    value,
    ignoreFocusOut: true,
    validateInput: validate,
  });
}

/** What every release and its command line take for a name; undefined when it is one. */
export function judgeName(text: string): string | undefined {
  const name = text.trim();
  if (name === '') return l10n.t('Enter a name.');
  if (name.length > MAX_NAME_LENGTH) return l10n.t('Use at most {0} characters.', MAX_NAME_LENGTH);
  return /^[\p{L}\p{N}][^\s\p{C}]*$/u.test(name)
    ? undefined
    : l10n.t('Begin with a letter or digit, and use no white space or invisible characters.');
}
