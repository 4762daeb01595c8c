import { l10n } from 'vscode';
import type { FindingCode } from '../domain/findings.ts';

/** What follows from a finding, in one sentence. */
export function consequenceWords(code: FindingCode): string {
  const words: Record<FindingCode, string> = {
    noCredentials: l10n.t('Every request to a model of it fails.'),
    changeUndone: l10n.t('The gateway goes on with what was there before.'),
    changeReapplied: l10n.t('It stands there now.'),
    tokenExpired: l10n.t('The provider refuses it.'),
    tokenExpiring: l10n.t('The provider will refuse it soon.'),
    noExpiryKnown: l10n.t('Nobody can warn you before it ends.'),
    allCoolingDown: l10n.t('Requests are refused or slow until one of them is back.'),
    profileDisabled: l10n.t('It is tried last until its time is over.'),
    orderNamesMissingProfile: l10n.t('That place in the order is empty.'),
    orderExcludesValid: l10n.t('It is never tried.'),
    credentialMissing: l10n.t('It is never tried.'),
    credentialMisshaped: l10n.t('The provider will most probably refuse it.'),
    meteredWinner: l10n.t('You pay for each request, although a plan could serve it.'),
    duplicateAccount: l10n.t('Whichever place refreshes first makes the other’s login invalid.'),
    configDisagrees: l10n.t('OpenClaw names it, and nothing is used under that name.'),
    invalidExpires: l10n.t('Most releases never try it.'),
    profileUnreadable: l10n.t('OpenClaw does not use it, and may drop it.'),
    storeMalformed: l10n.t('OpenClaw may begin with an empty store.'),
    storeUnreadable: l10n.t('Nothing is known of its credentials.'),
    storeRetired: l10n.t('Until it is imported, its providers have no credentials.'),
    retiredFileBeside: l10n.t('What is changed in that file has no effect, and it holds secrets.'),
    downgraded: l10n.t('The installed release may not understand what stands there.'),
    storePermissions: l10n.t('They may read or exchange your credentials.'),
    daemonLacksVariable: l10n.t('It works in your shell, and not in the gateway.'),
    variableShadowed: l10n.t('A change in .env has no effect.'),
    restartNeeded: l10n.t('It goes on with what was there when it began.'),
    configUnreadable: l10n.t('The gateway may not start.'),
    stateDirMissing: l10n.t('There is nothing to show or to write to.'),
    openclawMissing: l10n.t('Doctor, repair, and every change in a database need it.'),
    openclawTooOld: l10n.t('Nothing is written for it.'),
    claudeMissing: l10n.t('Renewing here needs it.'),
    claudeTooOld: l10n.t('Renewing here fails: it does not know the command.'),
    clockOff: l10n.t('Times are wrong on one side, and tokens expire by the host’s.'),
  };
  return words[code];
}
