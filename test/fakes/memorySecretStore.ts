import type { Disposable } from '../../src/platform/lifetime.ts';
import type { SecretStore } from '../../src/vault/secretStore.ts';

/**
 * How the next calls behave. `throws` rejects; `hangs` never settles; `forgets` loses every value; `dropsWrites` says that it
 * stored and did not; `throwsAfterWrite` stored and says that it failed.
 */
export type SecretStoreFault = 'throws' | 'hangs' | 'forgets' | 'dropsWrites' | 'throwsAfterWrite';

/** A SecretStorage in memory, with the ways in which the real one lets a caller down. */
export class MemorySecretStore implements SecretStore {
  readonly values = new Map<string, string>();
  readonly #listeners = new Set<(event: { readonly key: string }) => void>();
  readonly #faults = new Map<'keys' | 'get' | 'store' | 'delete', SecretStoreFault>();
  /** Number of values that were stored, whoever did it. */
  writes = 0;

  /** Makes one call misbehave until {@link heal}. */
  fail(call: 'keys' | 'get' | 'store' | 'delete', fault: SecretStoreFault): void {
    this.#faults.set(call, fault);
    if (fault === 'forgets') this.values.clear();
  }

  heal(): void {
    this.#faults.clear();
  }

  async keys(): Promise<string[]> {
    await this.#misbehave(this.#faults.get('keys'));
    return [...this.values.keys()];
  }

  async get(key: string): Promise<string | undefined> {
    await this.#misbehave(this.#faults.get('get'));
    return this.values.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    const fault = this.#faults.get('store');
    if (fault !== 'throwsAfterWrite') await this.#misbehave(fault);
    if (fault === 'dropsWrites' || fault === 'forgets') return;
    this.writes += 1;
    this.values.set(key, value);
    this.#fire(key);
    if (fault === 'throwsAfterWrite') throw new Error('SecretStorage failed late');
  }

  async delete(key: string): Promise<void> {
    const fault = this.#faults.get('delete');
    await this.#misbehave(fault);
    if (fault === 'dropsWrites') return;
    if (this.values.delete(key)) this.#fire(key);
  }

  readonly onDidChange = (listener: (event: { readonly key: string }) => void): Disposable => {
    this.#listeners.add(listener);
    return {
      dispose: () => {
        this.#listeners.delete(listener);
      },
    };
  };

  #fire(key: string): void {
    for (const listener of this.#listeners) listener({ key });
  }

  async #misbehave(fault: SecretStoreFault | undefined): Promise<void> {
    await Promise.resolve();
    if (fault === 'throws') throw new Error('SecretStorage failed');
    if (fault === 'hangs') await new Promise<never>(() => {});
  }
}
