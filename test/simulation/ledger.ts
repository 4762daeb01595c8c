import { AsyncLocalStorage } from 'node:async_hooks';

/** Who calls: a command of the user, a decision of the user that the engine carries out, or the engine by itself. */
export type Caller = 'user' | 'decision' | 'engine';

export type Side = 'store' | 'vault';

/** What a write to the vault replaced, and with what; values as the text of the credential. */
export interface VaultWrite {
  readonly id: string;
  readonly before: Held | null;
  readonly after: Held;
}

export type Held =
  | {
      readonly kind: 'credential';
      readonly value: string;
      readonly base: string | null;
      readonly previous: string | null;
    }
  | { readonly kind: 'tombstone'; readonly seen: string | null };

/** Watches every write and knows what the user wanted. What it finds wrong is thrown at the end of the step. */
export class Ledger {
  readonly problems: string[] = [];
  readonly log: string[] = [];
  readonly #caller = new AsyncLocalStorage<Caller>();
  /** By id: values that the user replaced with another one. */
  readonly #superseded = new Sets();
  readonly #removed = new Sets();
  readonly #wasInStore = new Sets();
  readonly #onItsWay = new Sets();
  readonly #entered = new Sets();
  /** Changes of an id from outside the engine, and how many there were at its last write to a side. */
  readonly #changes = new Map<string, number>();
  readonly #lastWrite = new Map<string, number>();
  #changesOfAll = 0;
  isAllowed = false;

  as<T>(caller: Caller, work: () => T): T {
    return this.#caller.run(caller, work);
  }

  get caller(): Caller {
    return this.#caller.getStore() ?? 'engine';
  }

  /** What happened, without the steps in which nothing did. */
  story(): readonly string[] {
    return this.log.filter((line) => !line.startsWith('-- nothing'));
  }

  /** Something other than the engine changed the id, or all of them; so the engine may write once more. */
  change(id?: string): void {
    if (id === undefined) this.#changesOfAll += 1;
    else this.#changes.set(id, (this.#changes.get(id) ?? 0) + 1);
  }

  /** The user decided that one value may go, or stay away. */
  decide(id: string, values: readonly (string | null)[]): void {
    this.change(id);
    for (const value of values) {
      if (value === null) continue;
      this.#superseded.add(id, value);
      this.#removed.add(id, value);
      this.#wasInStore.add(id, value);
    }
  }

  inStore(id: string, value: string): void {
    this.#wasInStore.add(id, value);
  }

  /** A write that another window may see before its end is told to whoever asked for it. */
  onItsWay(id: string, value: string): void {
    this.#onItsWay.add(id, value);
  }

  /** Before a value is put to the store, or (`after` null) removed from it. */
  storeWrite(id: string, before: string | null, after: string | null, isOAuth: boolean): void {
    const { caller } = this;
    this.log.push(`${caller}: store ${id}: ${before} → ${after}`);
    if (isOAuth && caller !== 'user') this.#wrong(`OAuth of ${id} was written`);
    if (caller !== 'engine') this.change(id);
    if (caller !== 'engine') return;
    this.#countWrite(id, 'store');
    if (after === null && !this.#removed.has(id, before))
      this.#wrong(`${id} was deleted, and nobody removed ${before}`);
    if (after !== null && before === null) this.#wrong(`${after} was pushed to ${id}, which the store lacks`);
    if (after !== null && before !== null && !this.#superseded.has(id, before))
      this.#wrong(`${before} of ${id} was lost to ${after}`);
  }

  vaultWrite({ id, before, after }: VaultWrite): void {
    const { caller } = this;
    this.log.push(`${caller}: vault ${id}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
    // An older base may be that of a copy which never reached the store and was let go.
    if (after.kind === 'credential' && after.base === after.value && !this.#mayBeInStore(id, after.value))
      this.#wrong(`${after.value} of ${id} was noted as agreed on, and the store never held it`);
    if (caller !== 'engine') {
      this.change(id);
      if (after.kind === 'tombstone') this.#removed.add(id, after.seen);
      else this.#enter(id, after);
      if (before?.kind === 'credential') {
        this.#superseded.add(id, before.value);
        this.#superseded.add(id, before.base);
      }
      return;
    }
    this.#countWrite(id, 'vault');
    if (before !== null && before.kind !== after.kind) this.#wrong(`the engine turned a ${before.kind} of ${id}`);
    if (before?.kind !== 'credential' || after.kind !== 'credential' || before.value === after.value) return;
    if (before.previous === after.value) this.#wrong(`${id} went back to ${after.value}, and nobody was asked`);
    if (!this.#wasInStore.has(id, before.value)) this.#wrong(`${before.value} of ${id} was lost from the vault`);
  }

  #mayBeInStore(id: string, value: string): boolean {
    return this.#wasInStore.has(id, value) || this.#onItsWay.has(id, value);
  }

  /** What the user entered before is what this replaces, also where the vault has forgotten it. */
  #enter(id: string, { value, base, previous }: Extract<Held, { kind: 'credential' }>): void {
    this.#removed.delete(id, value);
    // A write that lands late replaced what stood there when it was made.
    for (const replaced of [base, previous]) if (replaced !== value) this.#superseded.add(id, replaced);
    for (const earlier of this.#entered.all(id)) if (earlier !== value) this.#superseded.add(id, earlier);
    this.#entered.add(id, value);
  }

  /** Every call of the engine that may write. */
  called(what: string): void {
    if (this.caller === 'engine' && !this.isAllowed) this.#wrong(`${what} without consent`);
  }

  #countWrite(id: string, side: Side): void {
    const key = `${side} ${id}`;
    const changes = this.#changesOfAll + (this.#changes.get(id) ?? 0);
    const last = this.#lastWrite.get(key) ?? -1;
    if (last >= changes) this.#wrong(`the ${side} of ${id} was written twice for one change`);
    // What changed during a write may need another one after it.
    this.#lastWrite.set(key, Math.max(last + 1, changes - 1));
  }

  #wrong(problem: string): void {
    this.problems.push(problem);
  }
}

class Sets {
  readonly #sets = new Map<string, Set<string>>();

  add(id: string, value: string | null): void {
    if (value === null) return;
    const set = this.#sets.get(id) ?? new Set();
    this.#sets.set(id, set.add(value));
  }

  delete(id: string, value: string): void {
    this.#sets.get(id)?.delete(value);
  }

  all(id: string): Iterable<string> {
    return this.#sets.get(id) ?? [];
  }

  has(id: string, value: string | null): boolean {
    return value !== null && (this.#sets.get(id)?.has(value) ?? false);
  }
}
