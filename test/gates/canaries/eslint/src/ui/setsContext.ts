import { commands } from 'vscode';
export const set = async (): Promise<void> => {
  await commands.executeCommand('setContext', 'x', true);
};
