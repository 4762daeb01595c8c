import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Disposable } from '../../../src/platform/lifetime.ts';
import type { SecretStore } from '../../../src/vault/secretStore.ts';

/** A SecretStorage in files (a fake), one per key, which several windows share. */
export class FileSecrets implements SecretStore {
  /** Every call fails. */
  isFailing = false;
  readonly #folder: string;
  readonly #onWrite: (before: string | null, after: string) => void;
  readonly #listeners = new Set<(event: { readonly key: string }) => void>();

  /** `onWrite` is called before a value is replaced. */
  constructor(folder: string, onWrite: (before: string | null, after: string) => void) {
    this.#folder = folder;
    this.#onWrite = onWrite;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async keys(): Promise<string[]> {
    await this.#turn();
    return this.#names();
  }

  async get(key: string): Promise<string | undefined> {
    await this.#turn();
    return this.#read(key) ?? undefined;
  }

  async store(key: string, text: string): Promise<void> {
    await this.#turn();
    this.#onWrite(this.#read(key), text);
    const temporary = path.join(this.#folder, '.next');
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path.join(this.#folder, key));
    for (const listener of this.#listeners) listener({ key });
  }

  async delete(key: string): Promise<void> {
    await this.#turn();
    rmSync(path.join(this.#folder, key), { force: true });
    for (const listener of this.#listeners) listener({ key });
  }

  readonly onDidChange = (listener: (event: { readonly key: string }) => void): Disposable => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };

  /** All of it is gone, and nobody is told. */
  forget(prefix: string): void {
    for (const name of this.#names()) if (name.startsWith(prefix)) rmSync(path.join(this.#folder, name));
  }

  texts(prefix: string): readonly string[] {
    return this.#names().flatMap((name) => (name.startsWith(prefix) ? (this.#read(name) ?? []) : []));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #names(): string[] {
    return readdirSync(this.#folder).filter((name) => !name.startsWith('.'));
  }

  #read(key: string): string | null {
    try {
      return readFileSync(path.join(this.#folder, key), 'utf8');
    } catch {
      return null;
    }
  }

  async #turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isFailing) throw new Error('SecretStorage failed');
  }
}
