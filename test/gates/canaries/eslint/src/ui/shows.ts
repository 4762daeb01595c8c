import * as vscode from 'vscode';
const { showErrorMessage } = vscode.window;
export const tell = async (): Promise<void> => {
  await vscode.window.showWarningMessage('x');
  await showErrorMessage('x');
};
