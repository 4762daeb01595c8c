import { commands, l10n } from 'vscode';
import { COMMANDS, type Target } from '../contributions.ts';
import { DAY_MS } from '../domain/health.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import type { SharedMarks } from '../platform/sharedMarks.ts';
import { SingleFlight } from '../platform/singleFlight.ts';
import { display } from '../view/display.ts';
import { deriveReminders, type ExpiryReminder } from '../view/expiryReminders.ts';
import type { Choice, Messages } from './messages.ts';
import type { Model } from './model.ts';
import { longSpan } from './words.ts';

/** Longer than any credential lasts that a reminder was given for. */
const KEPT_MS = 800 * DAY_MS;
const NAMES_SHOWN = 3;

export interface RemindersParts {
  readonly model: Model;
  readonly marks: SharedMarks;
  readonly messages: Messages;
  /** Days before the expiry at which to remind; empty for never. */
  readonly days: () => readonly number[];
}

/** Reminds of credentials that end: once for each step of the ladder and profile, over all windows. */
export class Reminders implements Disposable {
  readonly #parts: RemindersParts;
  readonly #lifetime = new Lifetime();
  readonly #flight = new SingleFlight(() => this.#remind());

  constructor(parts: RemindersParts) {
    this.#parts = parts;
    this.#lifetime.add(parts.model.onDidChange(() => void this.#flight.run()));
    void parts.marks.clear(parts.model.now() - KEPT_MS);
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #remind(): Promise<void> {
    const { model, days } = this.#parts;
    const status = model.status();
    if (status === null || model.isStale) return;
    const reached = deriveReminders(status, days(), model.now());
    if (reached.length === 0) return;
    const isMarked = await this.#parts.marks.look();
    const due: ExpiryReminder[] = [];
    for (const reminder of reached) if (await this.#isDue(reminder, isMarked)) due.push(reminder);
    if (due.length > 0 && !this.#lifetime.isOver) void this.#show(due);
  }

  async #isDue({ about, step }: ExpiryReminder, isMarked: (name: string) => boolean): Promise<boolean> {
    const { marks, model } = this.#parts;
    if (isMarked(muteOf(about))) return false;
    if (isMarked(snoozeOf(step))) {
      const until = await marks.read(snoozeOf(step));
      return until !== null && Number(until) <= model.now() && (await marks.take(snoozeOf(step)));
    }
    return !isMarked(step) && (await marks.claim(step));
  }

  async #show(due: readonly ExpiryReminder[]): Promise<void> {
    const { messages, marks, model } = this.#parts;
    const tomorrow = String(model.now() + DAY_MS);
    const all = async (mark: (reminder: ExpiryReminder) => Promise<boolean>): Promise<void> => {
      await Promise.all(due.map(mark));
    };
    const later: Choice[] = [
      { label: l10n.t('Remind Me Tomorrow'), run: () => all(({ step }) => marks.claim(snoozeOf(step), tomorrow)) },
      { label: l10n.t('Don’t Show Again'), run: () => all(({ about }) => marks.claim(muteOf(about))) },
    ];
    const [first] = due;
    if (due.length === 1 && first !== undefined)
      await messages.warn(this.#words(first), [fixOf(first, this.#parts.model.rootId), ...later]);
    else await messages.warn(manyWords(due), [showAll(), ...later]);
  }

  #words({ agentId, profileId, expiresAt }: ExpiryReminder): string {
    const left = expiresAt - this.#parts.model.now();
    const name = display(profileId);
    return left > 0
      ? l10n.t('{0} of agent {1} expires in {2}.', name, display(agentId), longSpan(left))
      : l10n.t('{0} of agent {1} has expired.', name, display(agentId));
  }
}

const muteOf = (about: string): string => `mute ${about}`;
const snoozeOf = (step: string): string => `snooze ${step}`;

function fixOf({ agentId, provider, profileId }: ExpiryReminder, hostId: string): Choice {
  const target: Target = { agentId, provider, profileId, hostId };
  return provider === 'anthropic'
    ? { label: l10n.t('Renew'), run: () => commands.executeCommand(COMMANDS.renew, target) }
    : { label: l10n.t('Replace'), run: () => commands.executeCommand(COMMANDS.replace, target) };
}

function showAll(): Choice {
  return { label: l10n.t('Show'), run: () => commands.executeCommand(COMMANDS.showFindings) };
}

function manyWords(due: readonly ExpiryReminder[]): string {
  const names = [...new Set(due.map(({ profileId }) => display(profileId)))];
  const rest = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return rest > 0
    ? l10n.t('{0} credentials have expired or end soon: {1} and {2} more', due.length, shown, rest)
    : l10n.t('{0} credentials have expired or end soon: {1}', due.length, shown);
}
