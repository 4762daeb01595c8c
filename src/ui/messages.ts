import { commands, env, l10n, ProgressLocation, window } from 'vscode';
import { COMMANDS, type CommandName } from '../contributions.ts';
import type { LockHolder, Notice, Outcome } from '../domain/change.ts';
import { AppError } from '../domain/errors.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import type { Logger } from '../platform/logger.ts';
import { framesOf } from '../platform/stackFrames.ts';
import { withTimeLimit } from '../platform/timeLimit.ts';
import { withoutMarkup } from '../view/display.ts';
import type { Model } from './model.ts';
import { presentError, presentUnknown, type ErrorWords } from './presentError.ts';

const SHORT_WORK_MS = 500;

/** A button and what it does. */
export interface Choice {
  readonly label: string;
  readonly run: () => PromiseLike<void> | void;
}

/** What long work is given: when to stop, and how to say how far it is. */
export interface LongCall extends Required<ApplyOptions> {
  readonly onStep: (message: string) => void;
}

/** What failures are about. */
interface Subject {
  /** The way to another host; null: this machine, or all of them. */
  readonly label: string | null;
  /** Of the topmost row, which changes when the host is first read. */
  readonly hostId: () => string | undefined;
}

const ALL: Subject = { label: null, hostId: () => undefined };

/** The one place that shows notifications and dialogs. */
export class Messages {
  readonly #logger: Logger;
  readonly #subject: Subject;

  constructor(logger: Logger, subject: Subject = ALL) {
    this.#logger = logger;
    this.#subject = subject;
  }

  /** About one host: failures name it, and their ways lead there without asking which host is meant. */
  about({ model }: { readonly model: Pick<Model, 'label' | 'rootId'> }): Messages {
    return new Messages(this.#logger, { label: model.label, hostId: () => model.rootId });
  }

  /** Resolves when the notification was answered or went away; the caller need not wait. */
  async inform(message: string, choices: readonly Choice[] = []): Promise<void> {
    await this.#run(choices, await window.showInformationMessage(withoutMarkup(message), ...labelsOf(choices)));
  }

  async warn(message: string, choices: readonly Choice[] = []): Promise<void> {
    await this.#run(choices, await window.showWarningMessage(withoutMarkup(message), ...labelsOf(choices)));
  }

  /** Nobody waits for what a button does, so its failure is told here. */
  async #run(choices: readonly Choice[], label: string | undefined): Promise<void> {
    try {
      await choices.find((choice) => choice.label === label)?.run();
    } catch (thrown) {
      await this.report(AppError.from(thrown));
    }
  }

  /** Cancellation is the user's own wish, so it is not reported to them. */
  async report(error: AppError): Promise<void> {
    const level = error.code === 'cancelled' ? 'info' : 'error';
    const at = error.code === 'internal' ? { at: framesOf(error.cause ?? error) } : {};
    this.#logger[level](`failed: ${error.code}`, { ...error.details, ...at });
    if (error.code === 'cancelled') return;
    await this.#show(presentError(error));
  }

  /** A change that is not done. Of one that may have been written, even the user's own cancelling is reported. */
  async reportOutcome(outcome: Exclude<Outcome, { kind: 'done' }>): Promise<void> {
    if (outcome.kind === 'notDone') return this.report(outcome.error);
    this.#logger.error(`not confirmed: ${outcome.error.code}`, outcome.error.details);
    await this.#show(presentUnknown(outcome.error));
  }

  async #show({ message, way, shellCommand }: ErrorWords): Promise<void> {
    const copy = shellCommand === undefined ? [] : [l10n.t('Copy Command')];
    const label = way === null ? [] : [wayWords(way)];
    const { label: host, hostId } = this.#subject;
    const said = host === null ? message : l10n.t('{0}: {1}', host, message);
    const answer = await window.showErrorMessage(withoutMarkup(said), ...copy, ...label);
    if (answer === undefined) return;
    if (shellCommand !== undefined && answer === copy[0]) await env.clipboard.writeText(shellCommand);
    else if (way !== null) await commands.executeCommand(COMMANDS[way], { hostId: hostId() });
  }

  /** What the user should know of a change that is done, beside that it is. */
  async reportNotices(notices: readonly Notice[] = []): Promise<void> {
    if (!notices.includes('tightened')) return;
    await this.inform(l10n.t('Other users of the machine could read the store. It is for its owner only now.'));
  }

  /** Something to be read, with what may be done about it. */
  async explain(message: string, detail: string, choices: readonly Choice[]): Promise<void> {
    const options = { modal: true, detail };
    await this.#run(
      choices,
      await window.showInformationMessage(withoutMarkup(message), options, ...labelsOf(choices)),
    );
  }

  /** A question that must be answered before anything happens. `otherwise` is what Enter does where that is the safer answer. */
  async confirm(message: string, detail: string, yes: string, otherwise?: string): Promise<boolean> {
    const labels = otherwise === undefined ? [yes] : [otherwise, yes];
    return (await window.showWarningMessage(withoutMarkup(message), { modal: true, detail }, ...labels)) === yes;
  }

  /**
   * Work with a cancel button; the signal aborts when it is pressed. Who is waited for is shown. Nothing is shown of short work:
   * it would only flicker, and VS Code shows no more than three notifications in 0.8 s, of which the outcome is to be one.
   */
  async during<T>(title: string, work: (call: LongCall) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let said: string | null = null;
    let say = (message: string): void => void (said = message);
    const working = work({
      signal: controller.signal,
      onWaiting: (holder) => say(waitingWords(holder)),
      onStep: (message) => say(withoutMarkup(message)),
    });
    const soon = await withTimeLimit(working, SHORT_WORK_MS);
    if (soon.kind === 'settled') return soon.value;
    const options = { location: ProgressLocation.Notification, title: withoutMarkup(title), cancellable: true };
    return window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => controller.abort());
      say = (message) => progress.report({ message });
      if (said !== null) say(said);
      return working;
    });
  }
}

function labelsOf(choices: readonly Choice[]): readonly string[] {
  return choices.map((choice) => choice.label);
}

function waitingWords({ pid }: LockHolder): string {
  return pid === null
    ? l10n.t('waiting for another process, which holds the store’s lock')
    : l10n.t('waiting for process {0}, which holds the store’s lock', pid);
}

function wayWords(way: CommandName): string {
  if (way === 'showLog') return l10n.t('Show Log');
  if (way === 'runDoctor') return l10n.t('Run Doctor');
  if (way === 'repair') return l10n.t('Repair Store');
  if (way === 'testHost') return l10n.t('Try Again');
  if (way === 'openHostTerminal') return l10n.t('Open Terminal There');
  if (way === 'editHost') return l10n.t('Edit Host…');
  return way === 'openSettings' ? l10n.t('Open Settings') : l10n.t('Reload');
}
