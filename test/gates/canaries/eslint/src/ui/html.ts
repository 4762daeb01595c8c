import { MarkdownString } from 'vscode';
export const tooltip = (): MarkdownString => {
  const text = new MarkdownString('x');
  text.supportHtml = true;
  return text;
};
