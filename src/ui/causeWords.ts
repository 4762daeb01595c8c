import { l10n } from 'vscode';
import type { ErrorContext } from '../domain/errorContext.ts';
import type { ErrorCause } from '../domain/errorExplainer.ts';
import type { FixCommand } from '../view/causeFixes.ts';
import { display } from '../view/display.ts';

/** What an error comes from, and what it does not. */
export interface CauseWords {
  readonly title: string;
  readonly why: string;
  /** What people try in vain. */
  readonly not: string;
}

/** The button of each command that mends something. */
export function fixWords(command: FixCommand): string {
  const words: Record<FixCommand, string> = {
    addApiKey: l10n.t('Add API Key'),
    renew: l10n.t('Renew'),
    replace: l10n.t('Replace Credential'),
    pasteToken: l10n.t('Paste Token'),
    repair: l10n.t('Repair Store'),
    runDoctor: l10n.t('Run Doctor'),
    restartGateway: l10n.t('Restart Gateway'),
    showFindings: l10n.t('Show Findings'),
    runOnboard: l10n.t('Run Onboard in Terminal'),
  };
  return words[command];
}

export function causeWords(cause: ErrorCause): CauseWords {
  const words: Record<ErrorCause, CauseWords> = {
    claudeCodeOnly: {
      title: l10n.t('Anthropic takes this subscription token from Claude Code only.'),
      why: l10n.t('The token is whole and valid. It is the kind of request that Anthropic refuses for it.'),
      not: l10n.t('To renew or paste it again changes nothing. Add an Anthropic API key and put it first.'),
    },
    extraUsage: {
      title: l10n.t('The subscription does not cover this request any more.'),
      why: l10n.t('Anthropic counts it as extra usage, which is off in the account or used up.'),
      not: l10n.t('The token is valid. Turn extra usage on in the account, or add an API key and put it first.'),
    },
    migrationRequired: {
      title: l10n.t('This OpenClaw release wants the old credential file imported first.'),
      why: l10n.t(
        'An auth-profiles.json of an earlier release stands there. Until it is imported, the gateway neither reads nor writes the credentials of that agent.',
      ),
      not: l10n.t(
        'The credentials are not lost, and no token is wrong. Do not delete the file: OpenClaw’s doctor imports it, after a backup.',
      ),
    },
    gatewayScope: {
      title: l10n.t('The program that asked may not do that on the gateway.'),
      why: l10n.t(
        'operator.read, operator.admin and their like are permissions of a device or client that talks to the gateway. Its pairing gave it others.',
      ),
      not: l10n.t('It has nothing to do with the credentials of a provider. To renew a token changes nothing.'),
    },
    gatewayToken: {
      title: l10n.t('The gateway does not know the program that asked.'),
      why: l10n.t(
        'The gateway has a token of its own, and devices are paired with it. The program has none, an old one, or was never paired.',
      ),
      not: l10n.t('It has nothing to do with the credentials of a provider. To renew a token changes nothing.'),
    },
    storeBusy: {
      title: l10n.t('Another process holds the lock of the credential store.'),
      why: l10n.t('Two programs wrote at the same time, or one ended without giving the lock back.'),
      not: l10n.t(
        'Nothing was written, and nothing is damaged. Try again; if it stays so, a restart of the gateway gives the lock back.',
      ),
    },
    notASetupToken: {
      title: l10n.t('What was entered is not a whole setup-token.'),
      why: l10n.t(
        'It begins with sk-ant-oat01- and has 108 characters. A terminal’s edge cuts long tokens, and an API key begins otherwise.',
      ),
      not: l10n.t(
        'It was not refused by Anthropic: the gateway never sent it. Paste it here, where line breaks do no harm.',
      ),
    },
    noCredentials: {
      title: l10n.t('The gateway has no credential that it could use there.'),
      why: l10n.t(
        'It looks in the store of the agent, on the host where it runs: a token that was stored on another host or for another agent does not count, and neither does one that its order leaves out.',
      ),
      not: l10n.t('It is not a refused token: nothing was sent to the provider.'),
    },
    refreshReused: {
      title: l10n.t('Another program has used the login’s refresh token already.'),
      why: l10n.t(
        'A refresh token works once. A copy of one login in another agent, host or program ends it for all of them.',
      ),
      not: l10n.t('To restore an older copy makes it worse. Sign in anew, and in one place only.'),
    },
    refreshFailed: {
      title: l10n.t('The login could not be refreshed.'),
      why: l10n.t('It was ended by its owner, by a new password, by a long pause, or by another copy of it.'),
      not: l10n.t('To wait does not help. Sign in anew.'),
    },
    expired: {
      title: l10n.t('The token has expired.'),
      why: l10n.t('Setup-tokens end a year after they were made, whether the gateway knows the date or not.'),
      not: l10n.t('It is not a typing error. Make a new one; it takes the place of the old one.'),
    },
    invalidKey: {
      title: l10n.t('The provider does not know this credential.'),
      why: l10n.t(
        'Most often a part is missing: a terminal’s edge cuts long tokens. Setup-tokens have 108 characters; the tooltip of the profile tells its length. It may also have been withdrawn.',
      ),
      not: l10n.t('It is not a limit and no cooldown. Enter the credential again.'),
    },
    billing: {
      title: l10n.t('The account has no money or quota left.'),
      why: l10n.t(
        'The provider accepts the credential and refuses the request. The gateway disables the profile for hours.',
      ),
      not: l10n.t(
        'Another token of the same account does not help. Pay there, or put a profile of another account first.',
      ),
    },
    rateLimit: {
      title: l10n.t('Too many requests in too short a time.'),
      why: l10n.t('The gateway lets the profile rest for 1, 5, 25, then 60 minutes, and goes on by itself.'),
      not: l10n.t('The credential is valid; to renew it changes nothing.'),
    },
    overloaded: {
      title: l10n.t('The provider is overloaded.'),
      why: l10n.t('This happens to everybody there at the moment.'),
      not: l10n.t('It has nothing to do with your credentials.'),
    },
    missingScope: {
      title: l10n.t('The login lacks a permission that the request needs.'),
      why: l10n.t('It was made for something else, or before the permission existed.'),
      not: l10n.t('It is not expired. Sign in anew and grant all that is asked for.'),
    },
    coolingDown: {
      title: l10n.t('Every profile of the provider is cooling down or disabled.'),
      why: l10n.t('Each of them failed lately. The tree says until when each of them rests, and why.'),
      not: l10n.t('The credentials need not be wrong. Add another one, or wait.'),
    },
  };
  return words[cause];
}

/** Whether what the error came from is still so, as far as the store tells. */
export function contextWords(context: ErrorContext): readonly string[] {
  if (context.kind === 'unknown') return [];
  if (context.kind === 'cleared')
    return [l10n.t('In the store this is over: what stands there now would not raise the error.')];
  const [first, ...rest] = context.agents;
  if (first === undefined) return [];
  const whom = rest.length === 0 ? display(first) : l10n.t('{0} and {1} more', display(first), rest.length);
  return [l10n.t('It is still so for agent {0}.', whom)];
}
