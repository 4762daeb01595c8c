/** Anything that can be released. Structurally the `Disposable` of the VS Code API, without importing it. */
export interface Disposable {
  dispose(): void;
}

/**
 * Owns disposables and releases them in reverse order, once. Whatever is added after the end is released at once,
 * so an await that outlives its owner leaks nothing.
 */
export class Lifetime implements Disposable {
  readonly #items: Disposable[] = [];
  readonly #controller = new AbortController();

  /** Aborts when the lifetime ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  add<T extends Disposable>(item: T): T {
    if (this.isOver) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    if (this.isOver) return;
    this.#controller.abort();
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}
