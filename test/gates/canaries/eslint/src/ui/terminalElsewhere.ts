import { window } from 'vscode';
export const open = (): void => {
  window.createTerminal({ name: 'x', isTransient: true }).sendText('claude');
};
