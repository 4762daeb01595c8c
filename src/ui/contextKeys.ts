import { commands } from 'vscode';
import type { ContextKeyValue } from '../contributions.ts';

/** The one place that sets context keys, which choose menus and welcome texts. */
export async function setContextKey<Key extends keyof ContextKeyValue>(
  key: Key,
  value: ContextKeyValue[Key],
): Promise<void> {
  await commands.executeCommand('setContext', key, value);
}
