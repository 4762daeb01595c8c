/** How much of a suite is run: `small` is for every `npm test`, `full` for what the documents claim. */
export type Budget = 'small' | 'full';

/** A program that a suite starts, and the Debian package that has it. */
export interface NeededProgram {
  readonly name: string;
  readonly package: string;
}

/** What the runner (`scripts/faults.mjs`) hands to a suite. */
export interface FaultContext {
  readonly budget: Budget;
  /** Every choice by chance comes from it, so that a run can be repeated. */
  readonly seed: number;
  /** A folder of the suite's own; removed at its end. */
  readonly tempDir: string;
  /** The absolute path of a program, `null` when it is not on this machine and could not be installed. */
  readonly program: (name: string) => string | null;
  /** Counts one case: passed when there are no problems, which are shown after `name` otherwise. */
  check(name: string, problems: readonly string[]): void;
  /** Counts one case that could not be tried here, and says why (`no strace`). */
  skip(name: string, why: string): void;
  /** A number for the table: `points`, `corrupt`, `lost`. A later one of the same name replaces it. */
  figure(name: string, value: number | string): void;
  /** A line of progress. */
  log(text: string): void;
}

/** What a file `test/faults/NAME.faults.ts` exports as `suite`. */
export interface FaultSuite {
  readonly name: string;
  /** Left out of the small budget unless it is asked for by name. */
  readonly isFullOnly?: boolean;
  readonly programs?: readonly NeededProgram[];
  /** A throw counts as one failed case. */
  run(context: FaultContext): Promise<void>;
}
