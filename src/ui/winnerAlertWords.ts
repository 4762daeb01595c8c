import { l10n } from 'vscode';
import { display } from '../view/display.ts';
import type { WinnerAlert, WinnerReason } from '../view/winnerAlerts.ts';
import { nameOf } from '../view/winnerChange.ts';
import { dateTime, longSpan, reasonWords } from './words.ts';

/** What is used now instead of what, why, and what it means for the bill. `host`: the way to another host. */
export function alertWords(alert: WinnerAlert, host: string | null, now: number): string {
  const [from, to] = [nameOf(alert.from.winner), nameOf(alert.to.winner)];
  const said = [changeWords(alert, from, to), ...becauseWords(alert.reason, from, to, now)];
  const text = [...said, ...(alert.isMetered ? [meteredWords()] : [])].join(' ');
  return host === null ? text : l10n.t('{0}: {1}', host, text);
}

/** What a change from a subscription to a key means. */
export function meteredWords(): string {
  return l10n.t('Requests are now billed per use.');
}

function changeWords({ agents, provider, reason }: WinnerAlert, from: string | null, to: string | null): string {
  const rest = agents.length - 1;
  const whom = rest > 0 ? l10n.t('{0} and {1} more', display(agents[0]), rest) : display(agents[0]);
  if (to === null) return l10n.t('No credential of {0} is usable now for agent {1}.', display(provider), whom);
  if (from === null || reason.kind === 'replaced') return l10n.t('{0} is in use now for agent {1}.', display(to), whom);
  return l10n.t('{0} is in use now instead of {1} for agent {2}.', display(to), display(from), whom);
}

function becauseWords(reason: WinnerReason, from: string | null, to: string | null, now: number): readonly string[] {
  const [was, is] = [display(from ?? '?'), display(to ?? '?')];
  switch (reason.kind) {
    case 'expired':
      return [l10n.t('{0} has expired.', was)];
    case 'coolingDown':
      return [untilWords(l10n.t('{0} is cooling down', was), reason, now)];
    case 'disabled':
      return [untilWords(l10n.t('{0} is disabled', was), reason, now)];
    case 'notUsable':
      return [l10n.t('{0} is {1}.', was, reasonWords(reason.reason))];
    case 'removed':
      return [l10n.t('{0} is no longer in the store.', was)];
    case 'replaced':
      return [l10n.t('Another kind of credential stands there than before.')];
    case 'added':
      return [l10n.t('{0} was added.', is)];
    case 'back':
      return [l10n.t('{0} is usable again.', is)];
    case 'order':
      return [l10n.t('The order was changed.')];
    case 'environment':
      return [l10n.t('The environment of the gateway was changed.')];
    case 'configuration':
      return [l10n.t('openclaw.json was changed.')];
    case 'inTurn':
      return [];
  }
}

function untilWords(
  what: string,
  { until, because }: WinnerReason & { kind: 'coolingDown' | 'disabled' },
  now: number,
): string {
  const why = because === null ? '' : ` (${display(because)})`;
  if (until === null) return l10n.t('{0}{1}.', what, why);
  return l10n.t('{0} until {1}, for {2}{3}.', what, dateTime(until), longSpan(until - now), why);
}
