import { commands, l10n, window, type QuickPickItem } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { CONSENTS, type Consent } from '../../sync/reconcile.ts';
import { display } from '../../view/display.ts';
import { consentWords } from '../syncWords.ts';
import type { CommandContext } from './context.ts';
import { requireStatus } from './target.ts';

interface Row extends QuickPickItem {
  readonly consent: Consent;
}

/** Asks what VS Code may keep of the host's credentials, and whether it may write them by itself. */
export async function chooseConsent(context: CommandContext): Promise<void> {
  const status = await requireStatus(context);
  if (status === null) return;
  const chosen = context.engine.state.consent;
  const rows = CONSENTS.map((consent): Row => {
    const { name, detail } = consentWords(consent);
    return { label: name, description: consent === chosen ? l10n.t('as it is now') : '', detail, consent };
  });
  const picked = await window.showQuickPick(rows, {
    title: l10n.t('What VS Code Keeps of {0}', `${display(status.userName)}@${display(status.hostName)}`),
    placeHolder: l10n.t('Choose how VS Code’s secret storage and the gateway’s store belong together'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined || picked.consent === chosen) return;
  const outcome = await context.messages.during(l10n.t('Comparing VS Code’s copies with the store'), () =>
    context.engine.setConsent(picked.consent),
  );
  if (outcome.kind !== 'done') return context.messages.reportOutcome(outcome);
  void context.messages.inform(consentWords(picked.consent).done, picked.consent === 'off' ? [forgetCopies()] : []);
}

function forgetCopies() {
  return {
    label: l10n.t('Forget Everything…'),
    run: () => commands.executeCommand<undefined>(COMMANDS.forgetEverything),
  };
}
