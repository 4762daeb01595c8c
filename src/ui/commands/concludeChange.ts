import { l10n } from 'vscode';
import type { Choice } from '../messages.ts';
import type { UndoPart } from '../undo.ts';
import type { Changed, CommandContext } from './context.ts';
import { winnerWords } from './winnerWords.ts';

/**
 * Says how a change ended and shows the store as it is now. A change that is done is the last one of this window, with undo where
 * its record says so. True when it is done and read back.
 */
export async function concludeChange(
  context: CommandContext,
  { outcome, record }: Changed,
  whenDone: string,
  undoOf: () => Promise<UndoPart | null> | UndoPart | null,
  more: readonly Choice[] = [],
): Promise<boolean> {
  await context.model.reload();
  if (outcome.kind !== 'done') {
    void context.messages.reportOutcome(outcome);
    return false;
  }
  const { undo } = context;
  const part = record.undo === 'offered' ? await undoOf() : null;
  const mark = record.undo === 'offered' ? 'valueUnknown' : record.undo;
  const choices = part === null ? undo.refuse(whenDone, mark) : undo.offer(whenDone, [part]);
  const winner = winnerWords(context, record);
  const said = winner.text === null ? whenDone : l10n.t('{0} {1}', whenDone, winner.text);
  void context.messages.inform(said, [...choices, ...winner.choices, ...more]);
  void context.messages.reportNotices(outcome.notices);
  return true;
}
