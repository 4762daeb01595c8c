import * as vscode from 'vscode';
export const word = (name: string): string => vscode.l10n.t('Hello {0}', name);
