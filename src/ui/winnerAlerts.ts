import { commands, l10n } from 'vscode';
import { COMMANDS, type CommandName, type Target } from '../contributions.ts';
import type { HostStatus } from '../domain/status.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import type { AlertMarks } from '../sync/alertMarks.ts';
import { display } from '../view/display.ts';
import { deriveWinnerAlerts, type WinnerAlert } from '../view/winnerAlerts.ts';
import type { Choice, Messages } from './messages.ts';
import type { Model } from './model.ts';
import type { WinnerAlertMode } from './settings.ts';
import { alertWords } from './winnerAlertWords.ts';

export interface WinnerAlertsParts {
  readonly model: Model;
  readonly marks: AlertMarks;
  readonly messages: Messages;
  readonly mode: () => WinnerAlertMode;
}

/** Tells that the gateway uses another credential than before: in one window, and not of what was changed through the extension. */
export class WinnerAlerts implements Disposable {
  readonly #parts: WinnerAlertsParts;
  readonly #lifetime = new Lifetime();
  readonly #flight = new SingleFlight(() => this.#look());
  /** As it was when this was looked at last; null before the first reading, which is no change. */
  #known: HostStatus | null = null;

  constructor(parts: WinnerAlertsParts) {
    this.#parts = parts;
    this.#lifetime.add(parts.model.onDidChange(() => void this.#flight.run()));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #look(): Promise<void> {
    const { model, mode } = this.#parts;
    const status = model.status();
    if (status === null || model.isStale) return;
    const known = this.#known;
    this.#known = status;
    if (known === null || mode() === 'off') return;
    for (const alert of deriveWinnerAlerts(known, status)) if (await this.#isDue(alert)) this.#show(alert);
  }

  async #isDue({ hostId, provider, isMetered, pair }: WinnerAlert): Promise<boolean> {
    const { marks, mode } = this.#parts;
    if (mode() === 'metered' && !isMetered) return false;
    if ((await marks.isOwn(hostId, provider)) || (await marks.isMuted(hostId, provider))) return false;
    return !this.#lifetime.isOver && (await marks.claim(pair));
  }

  #show(alert: WinnerAlert): void {
    const { messages, model, marks } = this.#parts;
    const { hostId, provider, agents } = alert;
    const target: Target = { agentId: agents[0], provider, hostId: model.rootId };
    const choices = [
      choice(l10n.t('Why?'), 'why', target),
      ...mending(alert, target),
      { label: l10n.t('Mute for {0}', display(provider)), run: () => marks.mute(hostId, provider) },
    ];
    const words = alertWords(alert, model.label, model.now());
    void (alert.isMetered ? messages.warn(words, choices) : messages.inform(words, choices));
  }
}

/** What leads back to the one before. Of one that cools down, only time does. */
function mending({ from, former, reason, provider }: WinnerAlert, target: Target): readonly Choice[] {
  if (former !== null) return [choice(l10n.t('Make First'), 'makeFirst', { ...target, profileId: former })];
  if (reason.kind !== 'expired' || from.winner.kind !== 'profile') return [];
  const about: Target = { ...target, profileId: from.winner.profileId };
  return [
    provider === 'anthropic' ? choice(l10n.t('Renew'), 'renew', about) : choice(l10n.t('Replace'), 'replace', about),
  ];
}

function choice(label: string, command: CommandName, target: Target): Choice {
  return { label, run: () => commands.executeCommand<undefined>(COMMANDS[command], target) };
}
