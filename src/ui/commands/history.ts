import { commands, l10n, QuickPickItemKind, window, workspace, type QuickPickItem } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { ChangeRecord } from '../../domain/changeRecord.ts';
import { exportRecords } from '../../sync/history.ts';
import { display, withoutMarkup } from '../../view/display.ts';
import { actionWords, authorWords, outcomeWords, undoMarkWords } from '../historyWords.ts';
import { dateTime } from '../words.ts';
import type { CommandContext } from './context.ts';

interface Row extends QuickPickItem {
  readonly run?: () => PromiseLike<void> | void;
}

/** What was changed through the extension, newest first. Choosing a change that can still be undone undoes it. */
export async function showHistory(context: CommandContext): Promise<void> {
  const records = await context.history.list();
  const rows = records.length === 0 ? emptyRows() : [...records.map(rowOf(context, records)), ...endRows()];
  const picked = await window.showQuickPick(rows, {
    title: l10n.t('Change History'),
    placeHolder:
      records.length === 0
        ? l10n.t('Nothing was changed through OpenClaw Auth yet')
        : l10n.t('Newest first. Choose a change that can be undone to undo it'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await picked?.run?.();
}

/** Writes the history as lines of JSON to a file that the user chooses. */
export async function exportHistory(context: CommandContext): Promise<void> {
  const records = await context.history.list();
  if (records.length === 0) {
    void context.messages.inform(
      l10n.t('Nothing was changed through OpenClaw Auth yet, so there is nothing to export.'),
    );
    return;
  }
  const file = await window.showSaveDialog({
    title: l10n.t('Export Change History'),
    saveLabel: l10n.t('Export'),
    filters: { [l10n.t('JSON lines')]: ['jsonl'] },
  });
  if (file === undefined) return;
  try {
    await workspace.fs.writeFile(file, new TextEncoder().encode(exportRecords(records)));
  } catch {
    void context.messages.warn(l10n.t('{0} could not be written.', display(file.fsPath)));
    return;
  }
  void context.messages.inform(l10n.t('{0} changes are in {1}.', records.length, display(file.fsPath)));
}

function rowOf(context: CommandContext, records: readonly ChangeRecord[]): (record: ChangeRecord) => Row {
  const undone = new Set(
    records.flatMap(({ undoes, outcome }) => (undoes !== null && outcome === 'done' ? [undoes] : [])),
  );
  return (record) => {
    const isOffered = record.outcome === 'done' && context.undo.isOffered(record.id);
    return {
      label: `$(${isOffered ? 'discard' : ICONS[record.outcome]}) ${withoutMarkup(actionWords(record))}`,
      description: withoutMarkup([dateTime(record.at), outcomeWords(record), ...agentWords(record)].join(' · ')),
      detail: withoutMarkup(
        [authorWords(record.by), ...hostWords(record), ...undoWords(record, isOffered, undone.has(record.id))].join(
          ' · ',
        ),
      ),
      ...(isOffered ? { run: () => context.undo.undoRecord(record.id) } : {}),
    };
  };
}

const ICONS: Record<ChangeRecord['outcome'], string> = { done: 'pass', notDone: 'circle-slash', unknown: 'question' };

function agentWords({ agentId }: ChangeRecord): string[] {
  return agentId === null ? [] : [l10n.t('agent {0}', display(agentId))];
}

function hostWords({ host, stateDir }: ChangeRecord): string[] {
  return host === '' ? [] : [display(host), display(stateDir)];
}

function undoWords({ outcome, undo, undoes }: ChangeRecord, isOffered: boolean, isUndone: boolean): string[] {
  if (isUndone) return [l10n.t('Was undone.')];
  if (isOffered) return [l10n.t('Can be undone.')];
  if (outcome !== 'done' || undoes !== null) return [];
  return undo === 'offered'
    ? [l10n.t('Can be undone only in the window that made it, until that is closed.')]
    : [undoMarkWords(undo)];
}

function endRows(): Row[] {
  return [
    { label: l10n.t('Commands'), kind: QuickPickItemKind.Separator },
    { label: l10n.t('Undo Last Change'), run: () => commands.executeCommand(COMMANDS.undo) },
    { label: l10n.t('Export Change History…'), run: () => commands.executeCommand(COMMANDS.exportHistory) },
  ];
}

/** What can be done instead. */
function emptyRows(): Row[] {
  return [
    { label: l10n.t('Paste Token'), run: () => commands.executeCommand(COMMANDS.pasteToken) },
    { label: l10n.t('Add API Key'), run: () => commands.executeCommand(COMMANDS.addApiKey) },
  ];
}
