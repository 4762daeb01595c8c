import type { Uri } from 'vscode';
export const name = (uri: Uri): string => uri.path;
