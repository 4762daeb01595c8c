import { l10n } from 'vscode';
import type { SettledChange, Verdict } from '../domain/unsureChanges.ts';
import { display } from '../view/display.ts';
import type { Messages } from './messages.ts';
import { unsureWords } from './words.ts';

/** Says how changes ended whose answer never came. */
export function tellSettled(messages: Messages, host: string, settled: readonly SettledChange[]): void {
  for (const change of settled) {
    const about = l10n.t('{0} on {1}', unsureWords(change), display(host));
    if (change.verdict === 'written') void messages.inform(verdictWords(about, change.verdict));
    else void messages.warn(verdictWords(about, change.verdict));
  }
}

function verdictWords(about: string, verdict: Verdict): string {
  if (verdict === 'written') return l10n.t('{0}: it was written, although the connection was lost.', about);
  if (verdict === 'asBefore') return l10n.t('{0}: it was not written. The store is as it was.', about);
  return l10n.t('{0}: somebody else has changed it meanwhile. Look at what stands there now.', about);
}
