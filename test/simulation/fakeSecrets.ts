import type { Disposable } from '../../src/platform/lifetime.ts';
import type { SecretStore } from '../../src/vault/secretStore.ts';
import type { Held, Ledger } from './ledger.ts';
import type { Steps } from './steps.ts';

/** `throws`: every call; `late`: writes fail, and land all the same later on; `undecryptable`: a value that is read is gone. */
export type SecretFault = 'throws' | 'late' | 'undecryptable' | null;

/** A SecretStorage in memory (a fake) that windows share, with the ways in which the real one lets them down. */
export class FakeSecrets {
  fault: SecretFault = null;
  /** Events wait until {@link fire}. */
  isLate = false;
  readonly values = new Map<string, string>();
  readonly #landing: (() => void)[] = [];
  readonly #events: string[] = [];
  readonly #listeners = new Set<(event: { readonly key: string }) => void>();
  readonly #steps: Steps;
  readonly #ledger: Ledger;

  constructor(steps: Steps, ledger: Ledger) {
    this.#steps = steps;
    this.#ledger = ledger;
  }

  window(owner: object): SecretStore {
    return {
      keys: async () => {
        await this.#begin(owner);
        return [...this.values.keys()];
      },
      get: async (key) => {
        await this.#begin(owner);
        if (this.fault === 'undecryptable' && this.values.delete(key)) this.#ledger.change();
        return this.values.get(key);
      },
      store: (key, text) => {
        if (this.fault === 'throws') return this.#fail();
        if (this.fault !== 'late') {
          this.#put(key, text);
          return this.#steps.turn(owner);
        }
        // Nobody can guard against a write that failed, and replaces later what was written since.
        this.#landing.push(() => this.#ledger.as('decision', () => this.#put(key, text)));
        return this.#fail();
      },
      delete: (key) => Promise.resolve(void this.values.delete(key)),
      onDidChange: (listener): Disposable => {
        this.#listeners.add(listener);
        return { dispose: () => void this.#listeners.delete(listener) };
      },
    };
  }

  forget(): void {
    this.values.clear();
    this.#ledger.change();
    this.#ledger.log.push('outside: the vault forgot everything');
  }

  /** What was late arrives. */
  fire(): void {
    for (const land of this.#landing.splice(0)) land();
    this.#tell();
  }

  #tell(): void {
    const events = this.#events.splice(0);
    for (const key of events) for (const listener of this.#listeners) listener({ key });
  }

  async #begin(owner: object): Promise<void> {
    await this.#steps.turn(owner);
    if (this.fault === 'throws') await this.#fail();
  }

  #fail(): Promise<never> {
    this.#ledger.change();
    return Promise.reject(new Error('SecretStorage failed'));
  }

  #put(key: string, text: string): void {
    const before = this.values.get(key);
    const [earlier, now] = [before === undefined ? null : heldIn(before), heldIn(text)];
    this.#ledger.vaultWrite({ id: now.id, before: earlier?.held ?? null, after: now.held });
    this.values.set(key, text);
    this.#events.push(key);
    if (!this.isLate) this.#tell();
  }
}

interface Stored {
  readonly identity: { readonly profileId: string };
  readonly credential?: { readonly value: string };
  readonly previous: { readonly value: string } | null;
  readonly baseFingerprint?: string | null;
  readonly tombstone?: { readonly fingerprint: string | null };
}

function heldIn(text: string): { readonly id: string; readonly held: Held } {
  const { identity, credential, baseFingerprint, previous, tombstone } = JSON.parse(text) as Stored;
  const held: Held =
    credential === undefined
      ? { kind: 'tombstone', seen: tombstone?.fingerprint ?? null }
      : {
          kind: 'credential',
          value: credential.value,
          base: baseFingerprint ?? null,
          previous: previous?.value ?? null,
        };
  return { id: identity.profileId, held };
}
