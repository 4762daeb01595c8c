import type { UndoMark } from '../domain/changeRecord.ts';

/** One change that can be taken back: known by the id of its record in the history. */
export interface Undoable {
  readonly record: { readonly id: string };
}

/** What one command did. Without parts where there is no undo for it, as `mark` says. */
export interface UndoStep<Part extends Undoable> {
  /** As it was said when it was done. */
  readonly done: string;
  readonly parts: readonly Part[];
  readonly mark: UndoMark;
}

const STEPS_KEPT = 20;

/** What was done, last first, and which of it was taken back. Each part is taken back once. */
export class UndoStack<Part extends Undoable> {
  #steps: readonly UndoStep<Part>[] = [];
  /** Ids of the records of what is being taken back, or was. */
  readonly #spent = new Set<string>();

  push(step: UndoStep<Part>): void {
    this.#steps = [step, ...this.#steps].slice(0, STEPS_KEPT);
  }

  /** What was done last and was not taken back whole, with the parts that are left of it. */
  last(): UndoStep<Part> | undefined {
    const left = this.#steps.map((step) => ({ ...step, parts: this.pending(step.parts) }));
    return left.find(({ mark, parts }) => mark !== 'offered' || parts.length > 0);
  }

  find(recordId: string): Part | undefined {
    return this.#steps.flatMap(({ parts }) => this.pending(parts)).find(({ record }) => record.id === recordId);
  }

  pending(parts: readonly Part[]): readonly Part[] {
    return parts.filter(({ record }) => !this.#spent.has(record.id));
  }

  /** Those of the parts that nobody takes back or has taken back; they are the caller's now. */
  claim(parts: readonly Part[]): readonly Part[] {
    const claimed = this.pending(parts);
    for (const { record } of claimed) this.#spent.add(record.id);
    return claimed;
  }

  /** A part that could not be taken back is offered again, at its place. */
  giveBack({ record }: Part): void {
    this.#spent.delete(record.id);
  }

  clear(): void {
    this.#steps = [];
    this.#spent.clear();
  }
}
