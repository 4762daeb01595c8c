import { l10n } from 'vscode';
import type { Finding, FindingCode } from '../domain/findings.ts';
import { display } from '../view/display.ts';

/** What is wrong, in one line, and what the user can do about it. */
export interface FindingWords {
  readonly title: string;
  readonly fix: string;
}

export function findingWords(finding: Finding): FindingWords {
  const name = display(finding.profileId ?? finding.provider ?? finding.agentId ?? '');
  const agent = display(finding.agentId ?? '');
  const words: Record<FindingCode, () => FindingWords> = {
    noCredentials: () => ({
      title: finding.provider === null ? l10n.t('No credentials found') : l10n.t('No usable credential for {0}', name),
      fix: finding.provider === 'anthropic' ? l10n.t('Paste a token') : l10n.t('Add an API key'),
    }),
    changeUndone: () => ({
      title: l10n.t('The gateway undid your change to {0}, also after it was made again', name),
      fix: l10n.t('Make the change again, restart the gateway, and upgrade OpenClaw'),
    }),
    changeReapplied: () => ({
      title: l10n.t('The gateway undid your change to {0}; it was made again', name),
      fix: l10n.t('Nothing, unless it happens again; later releases of OpenClaw do not do that'),
    }),
    tokenExpired: () => ({ title: l10n.t('{0} has expired', name), fix: l10n.t('Renew or replace it') }),
    tokenExpiring: () => ({ title: l10n.t('{0} expires soon', name), fix: l10n.t('Renew or replace it') }),
    noExpiryKnown: () => ({
      title: l10n.t('No expiry is recorded for {0}', name),
      fix: l10n.t('Record when it ends, or renew it'),
    }),
    allCoolingDown: () => ({
      title: l10n.t('Every profile of {0} is cooling down or disabled', name),
      fix: l10n.t('Wait, or add another credential'),
    }),
    profileDisabled: () => ({
      title: l10n.t('{0} is disabled', name),
      fix: l10n.t('See its tooltip for the reason; replace it or wait'),
    }),
    orderNamesMissingProfile: () => ({
      title: l10n.t('The order names {0}, which is not there', name),
      fix: l10n.t('Clear the order or set it again'),
    }),
    orderExcludesValid: () => ({
      title: l10n.t('{0} is valid and not in the order', name),
      fix: l10n.t('Make it first'),
    }),
    credentialMisshaped: () => ({
      title: l10n.t('{0} was cut off, has an odd length, or is of another kind', name),
      fix: l10n.t('Replace it with the whole one'),
    }),
    meteredWinner: () => ({
      title: l10n.t('Requests are billed per use while {0} is of a subscription', name),
      fix: l10n.t('Make it first'),
    }),
    duplicateAccount: () => ({
      title: l10n.t('The login {0} stands in several places', name),
      fix: l10n.t('See where, and log in once for each'),
    }),
    configDisagrees: () => ({
      title: l10n.t('openclaw.json lists {0}, which no store has', name),
      fix: l10n.t('Run doctor'),
    }),
    credentialMissing: () => ({ title: l10n.t('{0} has no credential', name), fix: l10n.t('Replace or remove it') }),
    invalidExpires: () => ({ title: l10n.t('The expiry of {0} is not a date', name), fix: l10n.t('Replace it') }),
    profileUnreadable: () => ({ title: l10n.t('{0} cannot be read', name), fix: l10n.t('Run doctor') }),
    storeMalformed: () => ({ title: l10n.t('The store of {0} is malformed', agent), fix: l10n.t('Run doctor') }),
    storeUnreadable: () => ({ title: l10n.t('The store of {0} cannot be read', agent), fix: l10n.t('Show the log') }),
    storeRetired: () => ({
      title: l10n.t('The store of {0} is retired', agent),
      fix: l10n.t('Repair it with openclaw doctor'),
    }),
    retiredFileBeside: () => ({
      title: l10n.t('A retired auth-profiles.json stands beside the store of {0}', agent),
      fix: l10n.t('Repair it with openclaw doctor'),
    }),
    openclawMissing: () => ({
      title: l10n.t('The openclaw program was not found'),
      fix: l10n.t('Set its path in the settings'),
    }),
    openclawTooOld: () => ({
      title: l10n.t('This OpenClaw release is older than 2026.2'),
      fix: l10n.t('Upgrade OpenClaw'),
    }),
    claudeMissing: () => ({
      title: l10n.t('The claude program was not found'),
      fix: l10n.t('Install Claude Code, or paste a token that another machine made'),
    }),
    claudeTooOld: () => ({
      title: l10n.t('The claude program is too old to make a setup-token'),
      fix: l10n.t('Run claude update, or paste a token that another machine made'),
    }),
    clockOff: () => ({
      title: l10n.t('The clocks of the host and of this machine differ by more than a minute'),
      fix: l10n.t('Set the clock that is wrong'),
    }),
    downgraded: () => ({
      title: l10n.t('A later OpenClaw release than the installed one wrote here'),
      fix: l10n.t('Install that release again'),
    }),
    storePermissions: () => ({
      title: l10n.t('Other users of the machine have access to the store of {0}', agent),
      fix: l10n.t('Take it from them with chmod go-rwx; what others may write is not changed from here'),
    }),
    daemonLacksVariable: () => ({
      title: l10n.t('The gateway does not have {0}: it stands in a shell only', display(finding.variable ?? '')),
      fix: l10n.t('Put it into the gateway’s .env'),
    }),
    variableShadowed: () => ({
      title: l10n.t('{0} has another value in .env, which is not used', display(finding.variable ?? '')),
      fix: l10n.t('Show where it stands'),
    }),
    restartNeeded: () => ({
      title: l10n.t('The gateway began before its environment was changed'),
      fix: l10n.t('Restart the gateway'),
    }),
    configUnreadable: () => ({ title: l10n.t('openclaw.json cannot be read'), fix: l10n.t('Run doctor') }),
    stateDirMissing: () => ({ title: l10n.t('No OpenClaw agents were found'), fix: l10n.t('Run onboard') }),
  };
  return words[finding.code]();
}
