import { l10n } from 'vscode';
import { DAY_MS } from '../../domain/health.ts';
import { askText, pickOne } from './pick.ts';

/** `claude setup-token` prints tokens for a year. */
const SETUP_TOKEN_DAYS = 365;
const MAX_DAYS = 3650;

/** Asks when a token ends. Unix ms, null for "no expiry recorded", undefined when the user gave up. */
export async function askExpiry(title: string, now: number): Promise<number | null | undefined> {
  const picked = await pickOne<number | null>(title, l10n.t('When does the token expire?'), [
    {
      label: l10n.t('In {0} days', SETUP_TOKEN_DAYS),
      description: l10n.t('what claude setup-token gives'),
      value: SETUP_TOKEN_DAYS,
    },
    { label: l10n.t('In another number of days…'), value: 0 },
    { label: l10n.t('Record no expiry'), description: l10n.t('nothing will warn before it ends'), value: null },
  ]);
  if (picked === undefined || picked === null) return picked;
  if (picked > 0) return now + picked * DAY_MS;
  const text = await askText(title, l10n.t('Number of days from now'), '30', (value) =>
    parseDays(value) === null ? l10n.t('Enter a whole number from 1 to {0}.', MAX_DAYS) : undefined,
  );
  const days = text === undefined ? null : parseDays(text);
  return days === null ? undefined : now + days * DAY_MS;
}

function parseDays(text: string): number | null {
  const days = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= MAX_DAYS ? days : null;
}
