import { l10n } from 'vscode';
export const texts = (name: string): string[] => [
  l10n.t('Known'),
  l10n.t('Not in the bundle: {0}', name),
  l10n.t({ message: 'Explained', args: [], comment: ['another comment'] }),
];
