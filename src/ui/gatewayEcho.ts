import { commands, l10n } from 'vscode';
import { COMMANDS } from '../contributions.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import type { ProfileId, ProviderId } from '../domain/ids.ts';
import { display } from '../view/display.ts';
import type { Messages } from './messages.ts';

/** Says what became of a change in the running gateway, where the user has to know. */
export function reportEcho(
  messages: Messages,
  echo: Echo,
  about: { readonly provider: ProviderId; readonly profileId?: ProfileId },
): void {
  const name = display(about.profileId ?? about.provider);
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
