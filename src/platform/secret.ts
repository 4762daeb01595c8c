import { inspect } from 'node:util';

const MASK = '[secret]';
const MIN_LENGTH_TO_SHOW_END = 20;

/**
 * A credential value that cannot print. Every way in which JavaScript turns a value into text yields `[secret]`;
 * the text leaves only through {@link Secret.reveal}, which lint allows in the few files that hand it to a store,
 * a vault or a process's stdin.
 */
export class Secret {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static of(text: string): Secret {
    return new Secret(text);
  }

  /** The clear text. */
  reveal(): string {
    return this.#text;
  }

  /** Number of UTF-16 code units; safe to show. */
  get length(): number {
    return this.#text.length;
  }

  /** The end, by which people tell one credential from another; null where it would be much of the whole. */
  lastFour(): string | null {
    return this.#text.length < MIN_LENGTH_TO_SHOW_END ? null : this.#text.slice(-4);
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
