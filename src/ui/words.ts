import { env, l10n } from 'vscode';
import type { Billing } from '../domain/billing.ts';
import type { CredentialType } from '../domain/credential.ts';
import { MAX_DATE_MS, type Health } from '../domain/health.ts';
import type { OrderSource, ProfileReason } from '../domain/selection.ts';
import type { StoreProblem, StoreState, UnreadableEntry } from '../domain/snapshot.ts';
import type { UnsureChange } from '../domain/unsureChanges.ts';
import type { Agreement } from '../sync/agreement.ts';
import { display } from '../view/display.ts';
import { spanOf } from '../view/span.ts';

/** The words for every closed set of the domain. Each record is complete, so a value without words does not compile. */

/** `3 d`: short, for rows. */
export function shortSpan(ms: number): string {
  const { unit, amount } = spanOf(ms);
  if (unit === 'day') return l10n.t('{0} d', amount);
  return unit === 'hour' ? l10n.t('{0} h', amount) : l10n.t('{0} min', amount);
}

/** `3d`: for the status bar, where every space counts. */
export function tightSpan(ms: number): string {
  const { unit, amount } = spanOf(ms);
  if (unit === 'day') return l10n.t('{0}d', amount);
  return unit === 'hour' ? l10n.t('{0}h', amount) : l10n.t('{0}min', amount);
}

/** `3 days`: for speech and tooltips. */
export function longSpan(ms: number): string {
  const { unit, amount } = spanOf(ms);
  if (unit === 'day') return l10n.t('{0} days', amount);
  if (unit === 'hour') return l10n.t('{0} hours', amount);
  return amount === 1 ? l10n.t('1 minute') : l10n.t('{0} minutes', amount);
}

export function needActionWords(count: number): string {
  return count === 1 ? l10n.t('1 needs action') : l10n.t('{0} need action', count);
}

/** What a change is about that may or may not have been written. */
export function unsureWords({ provider, profileId }: UnsureChange): string {
  return profileId === null ? l10n.t('Order of {0}', display(provider)) : l10n.t('Change of {0}', display(profileId));
}

/** Above rows that are older than they should be. */
export function staleWords(readAt: number): string {
  return l10n.t('The gateway could not be read again. This is as of {0}.', dateTime(readAt));
}

/** Date and time as the editor's language writes them. */
export function dateTime(unixMs: number): string {
  const isDate = Math.abs(unixMs) <= MAX_DATE_MS;
  return isDate ? formatter().format(unixMs) : '?';
}

let cached: Intl.DateTimeFormat | null = null;

/** Made once: it takes longer than all else of a row. The language of an editor does not change while it runs. */
function formatter(): Intl.DateTimeFormat {
  cached ??= new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'short' });
  return cached;
}

export function healthWords(health: Health): string {
  const words: Record<Health, string> = {
    ok: l10n.t('valid'),
    refreshable: l10n.t('renewed by the gateway'),
    expiring: l10n.t('expiring'),
    expired: l10n.t('expired'),
    coolingDown: l10n.t('cooling down'),
    disabled: l10n.t('disabled'),
    unknown: l10n.t('no expiry recorded'),
    invalid: l10n.t('not usable'),
  };
  return words[health];
}

export function typeWords(type: CredentialType | 'unknown'): string {
  const words: Record<CredentialType | 'unknown', string> = {
    api_key: l10n.t('API key'),
    token: l10n.t('token'),
    oauth: l10n.t('OAuth login'),
    unknown: l10n.t('type not known to this version'),
  };
  return words[type];
}

export function billingWords(billing: Exclude<Billing, 'unknown'>): string {
  return billing === 'metered' ? l10n.t('billed per use') : l10n.t('subscription');
}

export function orderWords(source: OrderSource): string {
  const words: Record<OrderSource, string> = {
    stored: l10n.t('order set for this agent'),
    config: l10n.t('order from openclaw.json (auth.order)'),
    configured: l10n.t('profiles listed in openclaw.json: OAuth, tokens, then keys'),
    default: l10n.t('no order set: OAuth, tokens, then keys'),
  };
  return words[source];
}

export function reasonWords(reason: ProfileReason): string {
  const words: Record<ProfileReason, string> = {
    winner: l10n.t('in use: tried first'),
    fallback: l10n.t('tried when those before it fail'),
    coolingDown: l10n.t('tried last while it cools down'),
    disabled: l10n.t('tried last while it is disabled'),
    expired: l10n.t('not tried: expired'),
    excludedByOrder: l10n.t('not tried: not in the order'),
    modelKeyFirst: l10n.t('not tried: the key in openclaw.json (models.providers) comes first'),
    notConfigured: l10n.t('not tried: openclaw.json lists other profiles of this provider'),
    missingCredential: l10n.t('not tried: it has no credential'),
    invalidExpires: l10n.t('not tried: its expiry is not a date'),
    unresolvedRef: l10n.t('not tried: this release does not know references'),
    modeMismatch: l10n.t('not tried: openclaw.json expects another type'),
    dormant: l10n.t('not tried: saved, not active'),
    unknownType: l10n.t('not tried: unknown type'),
  };
  return words[reason];
}

export function agreementWords(agreement: Agreement): string {
  const words: Record<Agreement, string> = {
    agree: l10n.t('same as in the store'),
    differ: l10n.t('differs from the store'),
    vaultOnly: l10n.t('only here, not in the store'),
    storeOnly: l10n.t('none; only the store has it'),
    unknown: l10n.t('cannot be compared'),
    notApplicable: l10n.t('not kept here'),
  };
  return words[agreement];
}

export function storeStateWords(state: StoreState): string {
  const words: Record<StoreState, string> = {
    ok: l10n.t('read'),
    missing: l10n.t('not there'),
    empty: l10n.t('empty'),
    malformed: l10n.t('malformed'),
    unreadable: l10n.t('unreadable'),
    retired: l10n.t('retired'),
  };
  return words[state];
}

export function storeProblemWords(problem: StoreProblem): string {
  const words: Record<StoreProblem, string> = {
    tooLarge: l10n.t('larger than 4 MiB'),
    tooDeep: l10n.t('nested too deeply'),
    notUtf8: l10n.t('not UTF-8 text'),
    syntax: l10n.t('not valid JSON'),
    notAnObject: l10n.t('not a credentials document'),
    duplicateKey: l10n.t('a name stands twice; edits are refused'),
    permission: l10n.t('no permission to read it'),
    notARegularFile: l10n.t('not a regular file in the state directory'),
    locked: l10n.t('locked by another program'),
    corruptDatabase: l10n.t('the database is damaged'),
    unknownSchema: l10n.t('a database layout that this version does not know; read through the CLI'),
    noSqliteReader: l10n.t('no Node.js with SQLite was found to read it'),
    migrationRequired: l10n.t('this release wants it imported: run doctor'),
    jsonBesideSqlite: l10n.t('a retired auth-profiles.json stands beside it and is ignored'),
    cliFailed: l10n.t('the openclaw program did not answer'),
    ioError: l10n.t('the disk reported an error'),
  };
  return words[problem];
}

export function unreadableWords(why: UnreadableEntry['why']): string {
  const words: Record<UnreadableEntry['why'], string> = {
    notAnObject: l10n.t('not a profile'),
    noProvider: l10n.t('names no provider'),
    unknownType: l10n.t('type not known to this version'),
    duplicateKey: l10n.t('stands twice in the document'),
  };
  return words[why];
}
