import type { Disposable } from '../platform/lifetime.ts';

/**
 * The editor's encrypted key-value storage. `vscode.SecretStorage` satisfies it structurally. It may throw, never answer, and
 * answer `undefined` for a key that it could not decrypt (it deletes such a key, VS Code 1.105).
 */
export interface SecretStore {
  keys(): PromiseLike<readonly string[]>;
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  /** Also fires for changes that another window made. */
  readonly onDidChange: (listener: (event: { readonly key: string }) => void) => Disposable;
}
