import { MarkdownString } from 'vscode';
export const tooltip = (): MarkdownString => {
  const text = new MarkdownString('x');
  text.isTrusted = { enabledCommands: ['x'] };
  text.supportHtml = false;
  return text;
};
