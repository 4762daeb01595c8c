import { l10n } from 'vscode';
import type { HostStatus } from '../domain/status.ts';
import type { KeepsakeKind, KeptItem } from '../sync/forget.ts';
import { display } from '../view/display.ts';

/** One line of what the extension keeps. `shown`: the gateways that are. */
export function keptWords(item: KeptItem, shown: readonly HostStatus[]): string {
  if (item.kind === 'copies') {
    const host = shown.find(({ hostId }) => hostId === item.hostId);
    const where = host === undefined ? l10n.t('another host') : hostWords(host);
    return l10n.t(
      'Copies of agent {0} on {1}: {2} credentials, {3} notes of a removal',
      display(item.agentId),
      where,
      item.credentials,
      item.tombstones,
    );
  }
  if (item.kind === 'unreadable') return l10n.t('Copies that cannot be read: {0}', item.keys.length);
  const words: Record<KeepsakeKind, string> = {
    history: l10n.t('History: {0} changes', item.count),
    fingerprintKey: l10n.t('The key with which copies are compared'),
    installation: l10n.t('The random id of this installation'),
    sync: l10n.t('What was chosen for each host, and what is known of its stores: {0}', item.count),
    reminders: l10n.t('Reminders that were given, put off or muted: {0}', item.count),
  };
  return words[item.kind];
}

function hostWords({ userName, hostName }: HostStatus): string {
  return `${display(userName)}@${display(hostName)}`;
}
