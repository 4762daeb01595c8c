import { l10n } from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { ChangeAction, ChangeRecord, UndoMark } from '../domain/changeRecord.ts';
import { display } from '../view/display.ts';

/** What a record of the history says, in the user's language. */

/** What was, or was to be, done to what. */
export function actionWords({ action, profileId, provider }: ChangeRecord): string {
  const profile = display(profileId ?? '?');
  const words: Record<ChangeAction, () => string> = {
    putCredential: () => l10n.t('{0}: credential stored', profile),
    removeProfile: () => l10n.t('{0}: profile removed', profile),
    setOrder: () => l10n.t('{0}: order set', display(provider ?? '?')),
    clearOrder: () => l10n.t('{0}: order cleared', display(provider ?? '?')),
    keepCopy: () => l10n.t('{0}: copy kept in VS Code', profile),
    dropCopy: () => l10n.t('{0}: copy in VS Code removed', profile),
    putVariable: () => l10n.t('{0}: entry of .env set', profile),
    removeVariable: () => l10n.t('{0}: entry of .env removed', profile),
    repair: () => l10n.t('Store repaired with openclaw doctor'),
    automate: () => l10n.t('Files that run the check'),
    pinSession: () => l10n.t('{0}: session pinned', profile),
    unpinSession: () => l10n.t('{0}: session let go', profile),
  };
  return words[action]();
}

export function outcomeWords({ outcome, error }: ChangeRecord): string {
  if (outcome === 'done') return l10n.t('done');
  const why = error ?? '?';
  return outcome === 'notDone' ? l10n.t('not done: {0}', why) : l10n.t('not confirmed: {0}', why);
}

/** Why there is no undo, as a sentence. */
export function undoMarkWords(mark: Exclude<UndoMark, 'offered'>): string {
  const words: Record<Exclude<UndoMark, 'offered'>, string> = {
    valueUnknown: l10n.t('Cannot be undone: the value before it is not known here.'),
    expired: l10n.t('Cannot be undone: it has expired, and this OpenClaw release takes no expired token.'),
    noRemoval: l10n.t('Cannot be undone: this OpenClaw release cannot remove one profile.'),
    never: l10n.t('Cannot be undone here.'),
  };
  return words[mark];
}

/** The command that made the change; its name in the code where it is not one of this version's. */
export function authorWords(by: string): string {
  const words: Partial<Record<CommandName | 'sync', string>> = {
    sync: l10n.t('Kept in sync'),
    restore: l10n.t('Restore Profiles'),
    restoreAll: l10n.t('Restore All Profiles'),
    resolve: l10n.t('Resolve Conflict'),
    renew: l10n.t('Renew with claude setup-token'),
    pasteToken: l10n.t('Paste Token'),
    addApiKey: l10n.t('Add API Key'),
    addReference: l10n.t('Add Key as Reference'),
    replace: l10n.t('Replace Credential'),
    recordExpiry: l10n.t('Record Expiry'),
    remove: l10n.t('Remove Profile'),
    makeFirst: l10n.t('Make First'),
    moveUp: l10n.t('Move Up in Order'),
    moveDown: l10n.t('Move Down in Order'),
    clearOrder: l10n.t('Clear Order'),
    push: l10n.t('Push Copy from VS Code to Store'),
    pull: l10n.t('Pull Credential from Store to VS Code'),
    copyToAgents: l10n.t('Copy to Other Agents'),
    repair: l10n.t('Repair Store with openclaw doctor'),
    automateCheck: l10n.t('Automate the Check'),
    pinSession: l10n.t('Pin a Session'),
    showSessions: l10n.t('Sessions That Pin a Profile'),
    undo: l10n.t('Undo'),
  };
  return new Map(Object.entries(words)).get(by) ?? display(by);
}
