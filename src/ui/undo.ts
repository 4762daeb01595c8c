import { commands, l10n } from 'vscode';
import { COMMANDS } from '../contributions.ts';
import type { Outcome } from '../domain/change.ts';
import type { ChangeRecord, UndoMark } from '../domain/changeRecord.ts';
import { AppError } from '../domain/errors.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import { pickMany } from './commands/pick.ts';
import { undoMarkWords } from './historyWords.ts';
import type { Choice, Messages } from './messages.ts';
import { presentError } from './presentError.ts';

/** One change to one profile or order, and how it is taken back. */
export interface UndoPart {
  readonly record: ChangeRecord;
  /** What it is about, in a sentence or a list: a profile or order, and its agent. */
  readonly subject: string;
  /** What is said when it is taken back. */
  readonly whenDone: string;
  /** Whether what the change left still stands there. Asked after a new reading. */
  readonly isUntouched: () => Promise<boolean> | boolean;
  readonly run: (call: Required<ApplyOptions>) => Promise<Outcome>;
}

/** What one command did. */
interface Step {
  /** As it was said when it was done. */
  readonly done: string;
  readonly parts: readonly UndoPart[];
  readonly mark: UndoMark;
}

type Ending = Outcome | { readonly kind: 'touched' };

export interface UndoParts {
  readonly messages: Messages;
  readonly reload: () => Promise<void>;
}

const STEPS_KEPT = 20;

/**
 * The owner of undo: what was done in this window since it opened, last first. It is not kept longer, because to take a change
 * back needs the value that it replaced.
 */
export class Undo {
  readonly #messages: Messages;
  readonly #reload: () => Promise<void>;
  #steps: readonly Step[] = [];
  /** Ids of the records of what is being taken back, or was. */
  readonly #spent = new Set<string>();

  constructor({ messages, reload }: UndoParts) {
    this.#messages = messages;
    this.#reload = reload;
  }

  /** Remembers what a command did, and gives the button of its notification. */
  offer(done: string, parts: readonly UndoPart[]): Choice[] {
    this.#remember({ done, parts, mark: 'offered' });
    return parts.length === 0 ? [] : [{ label: l10n.t('Undo'), run: () => this.#choose(parts) }];
  }

  /** Remembers a change for which there is no undo, so that the one before it is not taken for the last. */
  refuse(done: string, mark: Exclude<UndoMark, 'offered'>): Choice[] {
    this.#remember({ done, parts: [], mark });
    return [];
  }

  /** Whether this window can still take the change back. */
  isOffered(recordId: string): boolean {
    return this.#find(recordId) !== undefined;
  }

  /** Takes back what was done last, or says why not. */
  async undoLast(): Promise<void> {
    const last = this.#steps.find((step) => step.mark !== 'offered' || this.#pending(step.parts).length > 0);
    if (last === undefined) {
      const text = l10n.t('There is nothing to undo: nothing was changed in this window since it opened.');
      return this.#messages.inform(text, [showHistory()]);
    }
    if (last.mark === 'offered') return this.#choose(last.parts);
    const text = l10n.t('The last change cannot be undone. {0} {1}', last.done, undoMarkWords(last.mark));
    return this.#messages.inform(text, [showHistory()]);
  }

  async undoRecord(recordId: string): Promise<void> {
    const part = this.#find(recordId);
    if (part !== undefined) await this.#takeBack([part]);
  }

  /** Forgets everything, and with it the values that were replaced. */
  clear(): void {
    this.#steps = [];
    this.#spent.clear();
  }

  #remember(step: Step): void {
    this.#steps = [step, ...this.#steps].slice(0, STEPS_KEPT);
  }

  #find(recordId: string): UndoPart | undefined {
    return this.#pending(this.#steps.flatMap(({ parts }) => parts)).find(({ record }) => record.id === recordId);
  }

  #pending(parts: readonly UndoPart[]): readonly UndoPart[] {
    return parts.filter(({ record }) => !this.#spent.has(record.id));
  }

  /** What one command did for several agents is taken back for those that the user picks. */
  async #choose(parts: readonly UndoPart[]): Promise<void> {
    const pending = this.#pending(parts);
    if (pending.length < 2) return this.#takeBack(parts);
    const options = pending.map((value) => ({ label: value.subject, picked: true, value }));
    const chosen = await pickMany(l10n.t('Undo'), l10n.t('Choose what to undo'), options);
    if (chosen !== undefined && chosen.length > 0) await this.#takeBack(chosen);
  }

  /** Each part is taken back once, however often and from wherever it is asked for; one that could not be is offered again. */
  async #takeBack(parts: readonly UndoPart[]): Promise<void> {
    const pending = this.#pending(parts);
    if (pending.length === 0) return this.#messages.inform(l10n.t('That was undone already.'));
    for (const { record } of pending) this.#spent.add(record.id);
    await this.#reload();
    const endings = new Map<UndoPart, Ending>();
    for (const part of pending) {
      const ending = await this.#runPart(part);
      endings.set(part, ending);
      if (ending.kind !== 'done') this.#spent.delete(part.record.id);
    }
    await this.#reload();
    this.#report(endings);
  }

  async #runPart({ isUntouched, run, subject }: UndoPart): Promise<Ending> {
    try {
      if (!(await isUntouched())) return { kind: 'touched' };
      return await this.#messages.during(l10n.t('Undoing the change of {0}', subject), run);
    } catch (thrown) {
      return { kind: 'unknown', error: AppError.from(thrown) };
    }
  }

  #report(endings: ReadonlyMap<UndoPart, Ending>): void {
    const [first] = endings;
    if (endings.size !== 1 || first === undefined) return this.#reportMany(endings);
    const [part, ending] = first;
    if (ending.kind === 'touched') {
      void this.#messages.warn(touchedWords(part), [showHistory()]);
    } else if (ending.kind === 'done') {
      void this.#messages.inform(part.whenDone);
      void this.#messages.reportNotices(ending.notices);
    } else void this.#messages.reportOutcome(ending);
  }

  /** One message, for VS Code shows no more than three. */
  #reportMany(endings: ReadonlyMap<UndoPart, Ending>): void {
    const back = [...endings].filter(([, { kind }]) => kind === 'done').map(([part]) => part.subject);
    const left = [...endings].flatMap(([part, ending]) => {
      if (ending.kind === 'done') return [];
      return [
        ending.kind === 'touched' ? touchedWords(part) : `${part.subject}: ${presentError(ending.error).message}`,
      ];
    });
    const text = l10n.t('Undone: {0} of {1}.', back.length, endings.size);
    if (left.length === 0) void this.#messages.inform(text);
    else void this.#messages.warn([text, ...left].join(' '), [showHistory()]);
  }
}

function touchedWords({ subject }: UndoPart): string {
  return l10n.t('{0} was changed again since, so nothing was undone there.', subject);
}

function showHistory(): Choice {
  return { label: l10n.t('Show History'), run: () => commands.executeCommand(COMMANDS.showHistory) };
}
