import { l10n } from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { AppError, ErrorCode } from '../domain/errors.ts';
import { display } from '../view/display.ts';
import { refusalWords } from './gatewayWords.ts';
import { hostAwayWords } from './hostWords.ts';

/** What happened, what was not changed, what to do next; and the command that does it, where there is one. */
export interface ErrorWords {
  readonly message: string;
  readonly way: CommandName | null;
  /** A command for a terminal that mends it, to be copied. */
  readonly shellCommand?: string;
}

export function presentError(error: AppError): ErrorWords {
  const detail = (name: string): string => display(String(error.details[name] ?? '?'));
  const says = (message: string, way: CommandName | null = null): ErrorWords => ({ message, way });
  const words = {
    cancelled: () => says(l10n.t('Cancelled. Nothing was changed.')),
    changeConflict: () => conflictWords(detail('reason'), detail('side')),
    cliFailed: () =>
      says(
        l10n.t('The openclaw program refused the change. Nothing was changed; its exit code is in the log.'),
        'showLog',
      ),
    cliMissing: () =>
      says(
        l10n.t('This release is written through the openclaw program, which was not found. Nothing was changed.'),
        'openSettings',
      ),
    cliUnsupported: () =>
      says(l10n.t('This OpenClaw release has no command for that. Nothing was changed.'), 'showLog'),
    configUnreadable: () =>
      says(
        l10n.t('openclaw.json cannot be edited safely ({0}). Nothing was written to it.', detail('path')),
        'runDoctor',
      ),
    credentialInvalid: () =>
      says(
        detail('reason') === 'expired'
          ? l10n.t('The token has expired, and this release takes no expired token. Nothing was changed; renew it.')
          : detail('reason') === 'unresolved'
            ? l10n.t('OpenClaw finds no key where the reference leads. Nothing was changed.')
            : detail('reason') === 'shellOnly'
              ? l10n.t(
                  'The variable {0} stands in a shell only, and the gateway does not have it. Nothing was changed; put it into .env or into the gateway’s service first.',
                  detail('variable'),
                )
              : l10n.t('The credential was refused. Nothing was changed.'),
      ),
    fileWriteFailed: () => says(fileWords(detail('path'), error.details['why'])),
    gatewayRefused: () => says(refusalWords(detail('reason'), detail('model'))),
    hostAway: () => hostAwayWords(error),
    internal: () =>
      says(
        l10n.t('Something unexpected happened. The log has the details; reload to see what stands in the store.'),
        'showLog',
      ),
    processFailed: () => says(l10n.t('A program could not be run. Nothing was changed.'), 'showLog'),
    processTimedOut: () =>
      says(l10n.t('The openclaw program did not answer in time. Reload to see what stands in the store.'), 'reload'),
    profileMissing: () =>
      detail('side') === 'vault'
        ? says(l10n.t('VS Code keeps no copy of this profile. Nothing was changed.'), 'reload')
        : says(l10n.t('The profile is no longer there. Nothing was changed.'), 'reload'),
    storeBusy: () => says(l10n.t('The gateway holds the store’s lock. Nothing was changed; try again in a moment.')),
    storeExposed: () => {
      const shellCommand = `chmod go-w ${quoteForShell(String(error.details['path'] ?? ''))}`;
      const message = l10n.t(
        'Other users of the machine may write {0} (mode {1}), so they could replace the store. Nothing was changed; run: {2}',
        detail('path'),
        detail('mode'),
        display(shellCommand),
      );
      return { ...says(message), shellCommand };
    },
    storeMalformed: () =>
      says(
        typeof error.details['line'] === 'number'
          ? l10n.t(
              'The store is malformed, so it was not edited: {0}, line {1}, column {2}. Nothing was changed.',
              detail('path'),
              detail('line'),
              detail('column'),
            )
          : l10n.t('The store is malformed, so it was not edited: {0}. Nothing was changed.', detail('path')),
        'runDoctor',
      ),
    storeMissing: () => says(l10n.t('The agent’s store was not found. Nothing was changed.'), 'reload'),
    storeRetired: () =>
      says(l10n.t('This release has retired auth-profiles.json. Nothing was written to it.'), 'repair'),
    storeUnknownRelease: () =>
      says(
        l10n.t(
          'The OpenClaw release that keeps this store is not known for certain, or is not written to. Nothing was changed.',
        ),
        'openSettings',
      ),
    storeUnreadable: () => says(l10n.t('The store cannot be read. Nothing was changed.'), 'showLog'),
    storeWriteFailed: () =>
      says(l10n.t('Writing the store failed ({0}). Nothing was changed.', detail('errno')), 'showLog'),
    transferRefused: () => says(transferWords(detail('reason'))),
    vaultNotConfirmed: () =>
      says(
        l10n.t('VS Code’s secret storage did not confirm the change of its copy. The gateway does not use that copy.'),
        'reload',
      ),
    vaultUnavailable: () =>
      says(
        l10n.t('VS Code’s secret storage could not be read or written. The gateway does not use the copy in it.'),
        'showLog',
      ),
    writeNotConfirmed: () =>
      says(
        l10n.t('The change could not be confirmed: the store does not show it. Reload to see what stands there.'),
        'reload',
      ),
  } satisfies Record<ErrorCode, () => ErrorWords>;
  return words[error.code]();
}

function fileWords(path: string, why: unknown): string {
  if (why === 'changed')
    return l10n.t('{0} was changed since the preview. Nothing was written; look at it again.', path);
  return why === 'unusable'
    ? l10n.t('{0} is no file, or cannot be read. Nothing was written.', path)
    : l10n.t('A file could not be written. Nothing was left behind; the log has the error’s number.');
}

/** A path is data: one word for a POSIX shell, whatever it holds. */
function quoteForShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Their own words say that nobody knows. */
const KNOWN_AS_UNKNOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'writeNotConfirmed',
  'vaultNotConfirmed',
  'processTimedOut',
  // The reason says what was done and what was not.
  'gatewayRefused',
]);

/** A change that may or may not have been written: nothing else can be said before the store is read again. */
export function presentUnknown(error: AppError): ErrorWords {
  if (KNOWN_AS_UNKNOWN.has(error.code)) return presentError(error);
  if (error.code === 'hostAway')
    return {
      message: l10n.t(
        'The connection was lost in the middle of the change. Whether it was written is told as soon as the host is reached; to repeat it does no harm.',
      ),
      way: 'testHost',
    };
  return {
    message: l10n.t('Whether the change was written is not known. Reload to see what stands in the store.'),
    way: 'reload',
  };
}

/** Looking again helps only where the store has changed. */
function conflictWords(reason: string, side: string): ErrorWords {
  const says = (message: string): ErrorWords => ({ message, way: null });
  if (reason === 'isRef') return says(transferWords('ref'));
  if (reason === 'isOAuth') return says(transferWords('oauth'));
  if (reason === 'unknownType' || reason === 'unreadable') return says(transferWords('unknownType'));
  if (reason === 'invalidName') return says(l10n.t('The openclaw program takes no such name. Nothing was changed.'));
  if (side === 'vault') return says(l10n.t('VS Code’s copy has changed since. It was left as it is.'));
  if (side === 'provider')
    return says(
      l10n.t('VS Code’s copy is of another provider than the profile of that name in the store. Nothing was written.'),
    );
  return {
    message: l10n.t('The store changed since it was shown. Nothing was written; look again and repeat.'),
    way: 'reload',
  };
}

function transferWords(reason: string): string {
  if (reason === 'oauth')
    return l10n.t(
      'OAuth logins belong to the gateway: a copy that is written back would end the login. Nothing was changed.',
    );
  if (reason === 'ref')
    return l10n.t(
      'This profile is a reference to a value kept elsewhere; it is not replaced by a value. Nothing was changed.',
    );
  if (reason === 'hidden') return l10n.t('The store’s values cannot be read on this release. Nothing was changed.');
  return l10n.t('The type of this profile is not known to this version. Nothing was changed.');
}
