import { type Uri, window } from 'vscode';
export const ask = (uri: Uri): unknown => [uri, window.activeTerminal];
