import { commands, l10n } from 'vscode';
import { COMMANDS } from '../contributions.ts';
import type { Outcome } from '../domain/change.ts';
import type { ChangeRecord, UndoMark } from '../domain/changeRecord.ts';
import { AppError } from '../domain/errors.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import { pickMany } from './commands/pick.ts';
import { undoMarkWords } from './historyWords.ts';
import type { Choice, LongCall, Messages } from './messages.ts';
import { presentError, presentUnknown } from './presentError.ts';
import { UndoStack } from '../view/undoStack.ts';

/** One change to one profile or order, and how it is taken back. */
export interface UndoPart {
  readonly record: ChangeRecord;
  /** What it is about, in a sentence or a list: a profile or order, and its agent. */
  readonly subject: string;
  /** What is said when it was taken back. */
  readonly whenDone: () => string;
  /** Whether what the change left still stands there. Asked after a new reading. */
  readonly isUntouched: () => Promise<boolean> | boolean;
  readonly run: (call: Required<ApplyOptions>) => Promise<Outcome>;
}

type Ending = Outcome | { readonly kind: 'touched' };

export interface UndoParts {
  readonly messages: Messages;
  readonly reload: () => Promise<void>;
}

/**
 * The owner of undo: what was done in this window since it opened, last first. It is not kept longer, because to take a change
 * back needs the value that it replaced.
 */
export class Undo {
  readonly #messages: Messages;
  readonly #reload: () => Promise<void>;
  readonly #stack = new UndoStack<UndoPart>();

  constructor({ messages, reload }: UndoParts) {
    this.#messages = messages;
    this.#reload = reload;
  }

  /** Remembers what a command did, and gives the button of its notification. */
  offer(done: string, parts: readonly UndoPart[]): Choice[] {
    this.#stack.push({ done, parts, mark: 'offered' });
    return parts.length === 0 ? [] : [{ label: l10n.t('Undo'), run: () => this.#choose(parts) }];
  }

  /** Remembers a change for which there is no undo, so that the one before it is not taken for the last. */
  refuse(done: string, mark: Exclude<UndoMark, 'offered'>): Choice[] {
    this.#stack.push({ done, parts: [], mark });
    return [];
  }

  /** Whether this window can still take the change back. */
  isOffered(recordId: string): boolean {
    return this.#stack.find(recordId) !== undefined;
  }

  /** Takes back what was done last, or says why not. */
  async undoLast(): Promise<void> {
    const last = this.#stack.last();
    if (last === undefined) {
      const text = l10n.t('There is nothing to undo of what was changed in this window since it opened.');
      return this.#messages.inform(text, [showHistory()]);
    }
    if (last.mark === 'offered') return this.#choose(last.parts);
    const text = l10n.t('The last change cannot be undone. {0} {1}', last.done, undoMarkWords(last.mark));
    return this.#messages.inform(text, [showHistory()]);
  }

  async undoRecord(recordId: string): Promise<void> {
    const part = this.#stack.find(recordId);
    if (part !== undefined) await this.#takeBack([part]);
  }

  /** Forgets everything, and with it the values that were replaced. */
  clear(): void {
    this.#stack.clear();
  }

  /** What one command did for several agents is taken back for those that the user picks. */
  async #choose(parts: readonly UndoPart[]): Promise<void> {
    const pending = this.#stack.pending(parts);
    if (pending.length < 2) return this.#takeBack(parts);
    const options = pending.map((value) => ({ label: value.subject, picked: true, value }));
    const chosen = await pickMany(l10n.t('Undo'), l10n.t('Choose what to undo'), options);
    if (chosen !== undefined && chosen.length > 0) await this.#takeBack(chosen);
  }

  /** From wherever it is asked for, each part is taken back once; one that could not be is offered again. */
  async #takeBack(parts: readonly UndoPart[]): Promise<void> {
    const claimed = this.#stack.claim(parts);
    const [first] = claimed;
    if (first === undefined) return this.#messages.inform(l10n.t('That was undone already.'));
    const title =
      claimed.length === 1
        ? l10n.t('Undoing the change of {0}', first.subject)
        : l10n.t('Undoing {0} changes', claimed.length);
    const endings = await this.#messages.during(title, (call) => this.#runParts(claimed, call));
    await this.#reload();
    this.#report(endings);
  }

  async #runParts(parts: readonly UndoPart[], call: LongCall): Promise<ReadonlyMap<UndoPart, Ending>> {
    await this.#reload();
    const endings = new Map<UndoPart, Ending>();
    for (const part of parts) {
      call.onStep(part.subject);
      const ending = await runPart(part, call);
      endings.set(part, ending);
      if (ending.kind !== 'done') this.#stack.giveBack(part);
    }
    return endings;
  }

  #report(endings: ReadonlyMap<UndoPart, Ending>): void {
    const [first] = endings;
    if (endings.size !== 1 || first === undefined) return this.#reportMany(endings);
    const [part, ending] = first;
    if (ending.kind === 'touched') {
      void this.#messages.warn(touchedWords(part), [showHistory()]);
    } else if (ending.kind === 'done') {
      void this.#messages.inform(part.whenDone());
      void this.#messages.reportNotices(ending.notices);
    } else void this.#messages.reportOutcome(ending);
  }

  /** One message, for VS Code shows no more than three. */
  #reportMany(endings: ReadonlyMap<UndoPart, Ending>): void {
    const back = [...endings].filter(([, { kind }]) => kind === 'done').map(([part]) => part.subject);
    const left = [...endings].flatMap(([part, ending]) => {
      if (ending.kind === 'done') return [];
      if (ending.kind === 'touched') return [touchedWords(part)];
      const present = ending.kind === 'notDone' ? presentError : presentUnknown;
      return [`${part.subject}: ${present(ending.error).message}`];
    });
    const text = l10n.t('Undone: {0} of {1}.', back.length, endings.size);
    if (left.length === 0) void this.#messages.inform(text);
    else void this.#messages.warn([text, ...left].join(' '), [showHistory()]);
  }
}

async function runPart({ isUntouched, run }: UndoPart, call: LongCall): Promise<Ending> {
  try {
    if (call.signal.aborted) return { kind: 'notDone', error: new AppError('cancelled') };
    return (await isUntouched()) ? await run(call) : { kind: 'touched' };
  } catch (thrown) {
    return { kind: 'unknown', error: AppError.from(thrown) };
  }
}

function touchedWords({ subject }: UndoPart): string {
  return l10n.t('{0} was changed again since, so nothing was undone there.', subject);
}

function showHistory(): Choice {
  return { label: l10n.t('Show History'), run: () => commands.executeCommand(COMMANDS.showHistory) };
}
