import { l10n } from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { ErrorCause } from '../domain/errorExplainer.ts';

/** What an error comes from, what it does not, and the commands that mend it, the best first. */
export interface CauseWords {
  readonly title: string;
  readonly why: string;
  /** What people try in vain. */
  readonly not: string;
  readonly fixes: readonly Fix[];
}

export interface Fix {
  readonly label: string;
  readonly command: CommandName;
}

export function causeWords(cause: ErrorCause): CauseWords {
  const addKey: Fix = { label: l10n.t('Add API Key'), command: 'addApiKey' };
  const renew: Fix = { label: l10n.t('Renew'), command: 'renew' };
  const replace: Fix = { label: l10n.t('Replace Credential'), command: 'replace' };
  const paste: Fix = { label: l10n.t('Paste Token'), command: 'pasteToken' };
  const findings: Fix = { label: l10n.t('Show Findings'), command: 'showFindings' };
  const onboard: Fix = { label: l10n.t('Run Onboard in Terminal'), command: 'runOnboard' };
  const words: Record<ErrorCause, CauseWords> = {
    claudeCodeOnly: {
      title: l10n.t('Anthropic takes this subscription token from Claude Code only.'),
      why: l10n.t('The token is whole and valid. It is the kind of request that Anthropic refuses for it.'),
      not: l10n.t('To renew or paste it again changes nothing. Add an Anthropic API key and put it first.'),
      fixes: [addKey],
    },
    extraUsage: {
      title: l10n.t('The subscription does not cover this request any more.'),
      why: l10n.t('Anthropic counts it as extra usage, which is off in the account or used up.'),
      not: l10n.t('The token is valid. Turn extra usage on in the account, or add an API key and put it first.'),
      fixes: [addKey],
    },
    noCredentials: {
      title: l10n.t('The gateway has no credential that it could use there.'),
      why: l10n.t(
        'It looks in the store of the agent, on the host where it runs: a token that was stored on another host or for another agent does not count, and neither does one that its order leaves out.',
      ),
      not: l10n.t('It is not a refused token: nothing was sent to the provider.'),
      fixes: [findings, paste, addKey],
    },
    refreshReused: {
      title: l10n.t('Another program has used the login’s refresh token already.'),
      why: l10n.t(
        'A refresh token works once. A copy of one login in another agent, host or program ends it for all of them.',
      ),
      not: l10n.t('To restore an older copy makes it worse. Sign in anew, and in one place only.'),
      fixes: [onboard],
    },
    refreshFailed: {
      title: l10n.t('The login could not be refreshed.'),
      why: l10n.t('It was ended by its owner, by a new password, by a long pause, or by another copy of it.'),
      not: l10n.t('To wait does not help. Sign in anew.'),
      fixes: [onboard],
    },
    expired: {
      title: l10n.t('The token has expired.'),
      why: l10n.t('Setup-tokens end a year after they were made, whether the gateway knows the date or not.'),
      not: l10n.t('It is not a typing error. Make a new one; it takes the place of the old one.'),
      fixes: [renew, replace],
    },
    invalidKey: {
      title: l10n.t('The provider does not know this credential.'),
      why: l10n.t(
        'Most often a part is missing: a terminal’s edge cuts long tokens. Setup-tokens have 108 characters; the tooltip of the profile tells its length. It may also have been withdrawn.',
      ),
      not: l10n.t('It is not a limit and no cooldown. Enter the credential again.'),
      fixes: [replace, renew],
    },
    billing: {
      title: l10n.t('The account has no money or quota left.'),
      why: l10n.t(
        'The provider accepts the credential and refuses the request. The gateway disables the profile for hours.',
      ),
      not: l10n.t(
        'Another token of the same account does not help. Pay there, or put a profile of another account first.',
      ),
      fixes: [findings, addKey],
    },
    rateLimit: {
      title: l10n.t('Too many requests in too short a time.'),
      why: l10n.t('The gateway lets the profile rest for 1, 5, 25, then 60 minutes, and goes on by itself.'),
      not: l10n.t('The credential is valid; to renew it changes nothing.'),
      fixes: [findings],
    },
    overloaded: {
      title: l10n.t('The provider is overloaded.'),
      why: l10n.t('This happens to everybody there at the moment.'),
      not: l10n.t('It has nothing to do with your credentials.'),
      fixes: [],
    },
    missingScope: {
      title: l10n.t('The login lacks a permission that the request needs.'),
      why: l10n.t('It was made for something else, or before the permission existed.'),
      not: l10n.t('It is not expired. Sign in anew and grant all that is asked for.'),
      fixes: [renew, onboard],
    },
    coolingDown: {
      title: l10n.t('Every profile of the provider is cooling down or disabled.'),
      why: l10n.t('Each of them failed lately. The tree says until when each of them rests, and why.'),
      not: l10n.t('The credentials need not be wrong. Add another one, or wait.'),
      fixes: [findings, addKey],
    },
  };
  return words[cause];
}
