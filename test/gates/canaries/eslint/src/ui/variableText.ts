import { l10n } from 'vscode';
export const word = (text: string): string => l10n.t(text);
