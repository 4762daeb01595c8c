import { window } from 'vscode';
export const ask = async (): Promise<string | undefined> => window.showInputBox({ password: true });
