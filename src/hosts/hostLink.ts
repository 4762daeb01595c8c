import { AppError } from '../domain/errors.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import type { Timers } from '../platform/timers.ts';
import { HostFailure } from './hostFailure.ts';
import type { WorkerLink } from './workerLink.ts';

export type LinkState =
  /** Nobody has asked for it. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly failure: HostFailure; readonly isRetrying: boolean };

export interface HostLinkOptions {
  /** `after`: why the connection before this one ended. */
  readonly connect: (signal: AbortSignal, after: HostFailure | null) => Promise<WorkerLink>;
  readonly timers: Timers;
  /** In [0, 1). */
  readonly random: () => number;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** Who stays for less is not welcomed as if nothing had been. */
const STABLE_MS = 30_000;

/**
 * The one connection to a host that all requests share. It is made when it is first asked for, and again after it was lost: by
 * itself where that may help, ever more seldom, and at once when somebody asks for it.
 */
export class HostLink implements Disposable {
  readonly #options: HostLinkOptions;
  readonly #lifetime = new Lifetime();
  readonly #listeners = new Set<(state: LinkState) => void>();
  #state: LinkState = { kind: 'idle' };
  #link: WorkerLink | null = null;
  #attempt: Promise<WorkerLink> | null = null;
  #retry: Disposable | null = null;
  #failures = 0;

  constructor(options: HostLinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  onDidChange(listener: (state: LinkState) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** The connection. Throws `HostFailure` at once while it is down, so that nobody waits for a host that is away. */
  async get(): Promise<WorkerLink> {
    if (this.#lifetime.isOver) throw new AppError('cancelled');
    if (this.#link !== null) return this.#link;
    if (this.#state.kind === 'down') throw this.#state.failure;
    return this.#connect();
  }

  /** Tries now where that may help by itself: somebody looks. One refused login after the other would lock the account out. */
  look(): void {
    if (this.#state.kind === 'down' && this.#state.isRetrying) this.reconnect();
  }

  /** Tries now where the connection is down: somebody asks for it, or has done something about it. */
  reconnect(): void {
    if (this.#state.kind !== 'down' || this.#lifetime.isOver) return;
    void this.#connect().catch(() => {});
  }

  dispose(): void {
    this.#lifetime.dispose();
    this.#retry?.dispose();
    this.#link?.dispose();
    this.#listeners.clear();
  }

  #connect(): Promise<WorkerLink> {
    this.#attempt ??= this.#try().finally(() => (this.#attempt = null));
    return this.#attempt;
  }

  async #try(): Promise<WorkerLink> {
    this.#retry?.dispose();
    const after = this.#state.kind === 'down' ? this.#state.failure : null;
    this.#set({ kind: 'connecting' });
    try {
      const link = await this.#options.connect(this.#lifetime.signal, after);
      if (this.#lifetime.isOver) {
        link.dispose();
        throw new AppError('cancelled');
      }
      this.#hold(link);
      return link;
    } catch (thrown) {
      if (!this.#lifetime.isOver) this.#fail(thrown instanceof HostFailure ? thrown : new HostFailure('linkGarbled'));
      throw thrown;
    }
  }

  #hold(link: WorkerLink): void {
    const since = this.#options.timers.now();
    this.#link = link;
    this.#set({ kind: 'up' });
    void link.closed.then((why) => {
      this.#link = null;
      if (this.#lifetime.isOver) return;
      if (this.#options.timers.now() - since > STABLE_MS) this.#failures = 0;
      this.#fail(why ?? new HostFailure('linkLost'));
    });
  }

  #fail(failure: HostFailure): void {
    this.#set({ kind: 'down', failure, isRetrying: failure.isPassing });
    if (!failure.isPassing) return;
    const { timers, random } = this.#options;
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    // Or all hosts behind one that was away would be asked in the same moment.
    this.#retry = timers.after(delay * (0.75 + random() / 2), () => this.reconnect());
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
