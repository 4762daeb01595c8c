import { commands, l10n } from 'vscode';
import { COMMANDS } from '../contributions.ts';
import type { Change } from '../domain/change.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import { display } from '../view/display.ts';
import type { Messages } from './messages.ts';

/** Says what became of a change in the running gateway, where the user has to know. */
export function reportEcho(messages: Messages, echo: Echo, change: Change): void {
  const name = display('profileId' in change ? change.profileId : change.provider);
  const restart = {
    label: l10n.t('Restart Gateway'),
    run: () => commands.executeCommand<undefined>(COMMANDS.restartGateway),
  };
  const words: Record<Echo, () => void> = {
    notRunning: () => {},
    seen: () => {},
    unknown: () => {},
    reloadNeeded: () =>
      void messages.warn(
        l10n.t('{0} is stored. The running gateway may go on with what it knew before until it is restarted.', name),
        [restart],
      ),
  };
  words[echo]();
}
