import type { Logger } from '../platform/logger.ts';
import { withTimeLimit } from '../platform/timeLimit.ts';
import type { SecretStore } from './secretStore.ts';

export type Reply<T> = { readonly kind: 'settled'; readonly value: T } | { readonly kind: 'timedOut' | 'failed' };

/** The SecretStore with a limit on every call and with failures as values. Foreign messages are dropped: they may quote a value. */
export class BoundedSecrets {
  readonly #secrets: SecretStore;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  /** What each call last ended with: a failure is logged once, not at every poll. */
  readonly #last = new Map<string, Reply<unknown>['kind']>();

  constructor(secrets: SecretStore, timeoutMs: number, logger: Logger) {
    this.#secrets = secrets;
    this.#timeoutMs = timeoutMs;
    this.#logger = logger;
  }

  keys(): Promise<Reply<readonly string[]>> {
    return this.#call('keys', () => this.#secrets.keys());
  }

  get(key: string): Promise<Reply<string | undefined>> {
    return this.#call('get', () => this.#secrets.get(key));
  }

  store(key: string, text: string): Promise<Reply<void>> {
    return this.#call('store', () => this.#secrets.store(key, text));
  }

  delete(key: string): Promise<Reply<void>> {
    return this.#call('delete', () => this.#secrets.delete(key));
  }

  async #call<T>(name: string, start: () => PromiseLike<T>): Promise<Reply<T>> {
    const reply = await this.#settle(start);
    if (reply.kind !== 'settled' && this.#last.get(name) !== reply.kind)
      this.#logger.warn('vault: SecretStorage does not answer', { call: name, how: reply.kind });
    this.#last.set(name, reply.kind);
    return reply;
  }

  async #settle<T>(start: () => PromiseLike<T>): Promise<Reply<T>> {
    try {
      return await withTimeLimit(start(), this.#timeoutMs);
    } catch {
      return { kind: 'failed' };
    }
  }
}
