import { commands, l10n } from 'vscode';
import { COMMANDS, type Target } from '../../contributions.ts';
import type { ChangeRecord } from '../../domain/changeRecord.ts';
import { display } from '../../view/display.ts';
import { findWinnerChange, nameOf } from '../../view/winnerChange.ts';
import type { Choice } from '../messages.ts';
import { isNotTried } from '../treeItem.ts';
import { meteredWords } from '../winnerAlertWords.ts';
import { reasonWords } from '../words.ts';
import type { CommandContext } from './context.ts';
import { rowsNow } from './target.ts';

/** What a change means for the credential in use, to be said with its outcome. */
export interface WinnerWords {
  readonly text: string | null;
  readonly choices: readonly Choice[];
}

const NOTHING: WinnerWords = { text: null, choices: [] };

/** Who changes an order knows what comes first then; every other change may do that by the way. */
export function winnerWords(context: CommandContext, record: ChangeRecord): WinnerWords {
  const { agentId, provider, profileId, action } = record;
  if (agentId === null || provider === null || action === 'setOrder' || action === 'clearOrder') return NOTHING;
  const change = findWinnerChange(context.before, context.model.status(), agentId, provider);
  if (change !== null) {
    const [from, to] = [nameOf(change.from), nameOf(change.to)];
    if (to === null) return { ...NOTHING, text: l10n.t('No credential of {0} is usable now.', display(provider)) };
    if (from === null) return { ...NOTHING, text: l10n.t('{0} is in use now.', display(to)) };
    const text = l10n.t('{0} is in use now instead of {1}.', display(to), display(from));
    return { ...NOTHING, text: change.isMetered ? `${text} ${meteredWords()}` : text };
  }
  if (action !== 'putCredential' || profileId === null) return NOTHING;
  const [row] = rowsNow(context).credentials({ agentId, provider, profileId }, 'copy');
  if (row?.kind !== 'profile' || !isNotTried(row.profile)) return NOTHING;
  const target: Target = { agentId, provider, profileId, hostId: context.model.rootId };
  const makeFirst = {
    label: l10n.t('Make First'),
    run: () => commands.executeCommand<undefined>(COMMANDS.makeFirst, target),
  };
  const choices = row.abilities.includes('makeFirst') ? [makeFirst] : [];
  return { text: l10n.t('It is {0}.', reasonWords(row.profile.reason)), choices };
}
