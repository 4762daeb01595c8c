import { l10n } from 'vscode';
import type { CommandName } from '../contributions.ts';
import type { AppError } from '../domain/errors.ts';
import type { HostFailureCode } from '../hosts/hostFailure.ts';
import { display } from '../view/display.ts';

/** Why a host is not reached, what to do about it, and the command that does it. */
export interface HostWords {
  readonly message: string;
  readonly way: CommandName;
}

/** Of an `AppError` `hostAway`. */
export function hostAwayWords({ details }: AppError): HostWords {
  const detail = (name: string): string => display(String(details[name] ?? '?'));
  const test = (message: string): HostWords => ({ message, way: 'testHost' });
  const terminal = (message: string): HostWords => ({ message, way: 'openHostTerminal' });
  const settings = (message: string): HostWords => ({ message, way: 'editHost' });
  const refused =
    details['hasAgent'] === true
      ? l10n.t('The host refused the key. Open a terminal there to type a password, or add the key to the ssh agent.')
      : l10n.t(
          'The host refused the key, and no ssh agent runs. Open a terminal there to type a password or key phrase.',
        );
  const words: Record<HostFailureCode, HostWords> = {
    programMissing: settings(
      l10n.t('The program that reaches the host (ssh, docker, podman or wsl) was not found here.'),
    ),
    hostKeyUnknown: terminal(
      l10n.t('The key of the host is not known. Open a terminal there, compare the key and accept it yourself.'),
    ),
    hostKeyChanged: terminal(
      l10n.t(
        'The key of the host has CHANGED. Somebody may be in between. Nothing was sent; ask who runs the host before you accept it.',
      ),
    ),
    hostAuthRefused: terminal(refused),
    hostAgentFailed: terminal(
      l10n.t('The ssh agent did not sign. Unlock it, or confirm the use of the key, and try again.'),
    ),
    hostKeyFileExposed: terminal(
      l10n.t('Others may read the private key, so ssh does not use it. Make the file readable by you only.'),
    ),
    hostNameUnknown: test(l10n.t('The name of the host is not known to the network.')),
    hostPortClosed: test(l10n.t('Nothing listens at the ssh port of the host.')),
    hostUnreachable: test(l10n.t('The host does not answer.')),
    hostHungUp: test(l10n.t('The host ended the connection before the login.')),
    hostIncompatible: terminal(l10n.t('This ssh and the host have no algorithm in common.')),
    sshConfigRefused: terminal(l10n.t('ssh refuses your ssh configuration. A terminal shows what it says.')),
    hostShellMissing: settings(l10n.t('The account has no shell there, or the host has no /bin/sh.')),
    engineStopped: test(l10n.t('The container engine does not run.')),
    enginePermission: terminal(l10n.t('You may not use the container engine. Its group or socket decides that.')),
    containerMissing: settings(
      l10n.t('The container is gone. A new one of the same name is another container: add it again.'),
    ),
    containerStopped: test(l10n.t('The container does not run.')),
    containerPaused: test(l10n.t('The container is paused.')),
    hostUserMissing: settings(l10n.t('The user named in the settings is not there.')),
    distroMissing: settings(l10n.t('There is no such WSL distribution.')),
    wslUnavailable: settings(l10n.t('WSL is not installed or cannot start.')),
    listingFailed: {
      message: l10n.t('The containers or distributions of this machine could not be listed.'),
      way: 'showLog',
    },
    nodeMissing: settings(l10n.t('No Node.js was found on the host. Name it in the settings of the host.')),
    nodeTooOld: settings(l10n.t('Node.js {0} on the host is too old; 20.12 is needed.', detail('version'))),
    nodeBroken: settings(l10n.t('The Node.js found on the host does not run.')),
    loginTooNoisy: terminal(l10n.t('The start-up files of the account print without end.')),
    loginTimedOut: test(l10n.t('The login took too long.')),
    loginEnded: terminal(l10n.t('The host ended the session before anything ran. A terminal shows what it says.')),
    workerMismatch: test(l10n.t('The program sent to the host arrived damaged. Nothing was run.')),
    linkGarbled: test(l10n.t('The host sent something that was not understood.')),
    linkLost: test(l10n.t('The connection to the host was lost.')),
    linkSilent: test(l10n.t('The host has not answered for a while; the connection was given up.')),
    requestTimedOut: test(l10n.t('The host did not answer in time.')),
  };
  const reason = String(details['reason']);
  return Object.hasOwn(words, reason) ? words[reason as HostFailureCode] : test(l10n.t('The host is not reached.'));
}
