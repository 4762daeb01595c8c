import { commands } from 'vscode';
export const start = (): unknown => commands.registerCommand('x', () => 1);
