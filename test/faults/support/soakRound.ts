/** What each side held when both agreed, by the ledger's names of profiles: fingerprints. */
export interface Holdings {
  readonly store: ReadonlyMap<string, string>;
  readonly vault: ReadonlyMap<string, string>;
}

interface Touched {
  readonly values: Set<string>;
  /** Writes that were confirmed, and that nothing else of the round may undo. */
  confirmed: number;
  /** Something happened after which more than one value is right. */
  isOpen: boolean;
  isRemoved: boolean;
  isGone: boolean;
}

/** What befell the profiles between two moments of rest, and so what must be there at the second one. */
export class SoakRound {
  readonly wiped = new Set<string>();
  isForgotten = false;
  readonly #touched = new Map<string, Touched>();

  put(key: string, value: string, isConfirmed: boolean): void {
    const touched = this.#of(key);
    touched.values.add(value);
    if (isConfirmed) touched.confirmed += 1;
    else touched.isOpen = true;
  }

  /** The user removed it. */
  remove(key: string): void {
    this.open(key);
    this.#of(key).isRemoved = true;
  }

  /** It was taken out of the store, and not by the user. */
  loseFromStore(key: string): void {
    this.open(key);
    this.#of(key).isGone = true;
  }

  open(key: string): void {
    this.#of(key).isOpen = true;
  }

  problems(before: Holdings, after: Holdings): readonly string[] {
    const keys = new Set([
      ...before.store.keys(),
      ...before.vault.keys(),
      ...after.store.keys(),
      ...after.vault.keys(),
    ]);
    return [...keys].flatMap((key) => this.#problemsOf(key, before, after));
  }

  #problemsOf(key: string, before: Holdings, after: Holdings): readonly string[] {
    const was = before.store.get(key) ?? null;
    const is = after.store.get(key) ?? null;
    const touched = this.#touched.get(key);
    const isWiped = [...this.wiped].some((agent) => key.startsWith(`${agent} `));
    if (touched === undefined && !isWiped && is !== was) return [`nobody touched ${key}: ${was} became ${is}`];
    const [only] = touched?.values ?? [];
    const isCertain = touched !== undefined && !touched.isOpen && !isWiped && touched.confirmed === 1;
    if (isCertain && is !== only) return [`the write of ${String(only)} to ${key} was lost: ${is}`];
    const held = is ?? after.vault.get(key) ?? null;
    const isHeldBefore = was !== null || before.vault.has(key);
    if (held === null) {
      const isLeft = touched?.isRemoved === true || (this.isForgotten && (touched?.isGone === true || was === null));
      return isHeldBefore && !isLeft ? [`${key} is lost from both sides`] : [];
    }
    const isKnown = [was, before.vault.get(key)].includes(held) || touched?.values.has(held) === true;
    return isKnown ? [] : [`${key} holds ${held}, which is neither new nor what it held`];
  }

  #of(key: string): Touched {
    const known = this.#touched.get(key);
    if (known !== undefined) return known;
    const touched = { values: new Set<string>(), confirmed: 0, isOpen: false, isRemoved: false, isGone: false };
    this.#touched.set(key, touched);
    return touched;
  }
}
