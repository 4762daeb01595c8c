import { window } from 'vscode';
export const ask = (): void => {
  const box = window.createInputBox();
  box.password = true;
};
