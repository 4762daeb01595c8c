import {
  CancellationTokenSource,
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
  type NotificationType,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { AppError } from '../domain/errors.ts';
import { PING } from '../gateway/linkProtocol.ts';
import type { Disposable } from '../platform/lifetime.ts';
import type { OpenedProcess } from '../platform/process.ts';
import type { Timers } from '../platform/timers.ts';
import { FrameLimit } from './frameLimit.ts';
import { HostFailure } from './hostFailure.ts';

export interface RequestOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** How long an answer still counts after a cancellation; then `cancelled` is thrown. */
  readonly graceMs?: number;
}

export interface WorkerLinkOptions {
  readonly process: OpenedProcess;
  /** What came after the worker's first line. */
  readonly rest: Buffer;
  readonly timers: Timers;
  /** Why the process ended. */
  readonly explain: () => Promise<HostFailure>;
}

const PING_EVERY_MS = 5_000;
/** Looked at with every ping, so a dead link is noticed within 20 s. */
const SILENCE_LIMIT_MS = 14_000;
const CANCEL_GRACE_MS = 2_000;
/** For a worker whose input has ended to end by itself. */
const END_GRACE_MS = 2_000;

/** One connection to a worker on a host. When it is over, it stays so. */
export class WorkerLink implements Disposable {
  /** Why it is over; `null`: this side ended it. */
  readonly closed: Promise<HostFailure | null>;
  readonly #process: OpenedProcess;
  readonly #timers: Timers;
  readonly #connection: MessageConnection;
  #close: (why: HostFailure | null) => void = () => {};
  #over: { readonly why: HostFailure | null } | null = null;
  #heardAt: number;
  #pulse: Disposable | null = null;
  #isAsked = false;

  constructor({ process, rest, timers, explain }: WorkerLinkOptions) {
    this.#process = process;
    this.#timers = timers;
    this.#heardAt = timers.now();
    this.closed = new Promise((resolve) => (this.#close = resolve));
    const frames = new FrameLimit();
    frames.on('error', () => this.#end(new HostFailure('linkGarbled')));
    process.output.on('data', () => (this.#heardAt = timers.now()));
    // Not of a message, or of one that was cut: how the process ended says more.
    process.output.on('error', () => {});
    this.#connection = createMessageConnection(new StreamMessageReader(frames), new StreamMessageWriter(process.input));
    this.#connection.onError(() => {});
    this.#connection.listen();
    frames.write(rest);
    process.output.pipe(frames);
    void process.ended.then(async () => this.#end(await explain()));
    this.#beat();
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  /** Throws `HostFailure`, and `AppError` `cancelled`. After a failure nobody knows how far the worker got. */
  async request<P, R>(type: RequestType<P, R, never>, params: P, options: RequestOptions): Promise<R> {
    const { timeoutMs, signal, graceMs = CANCEL_GRACE_MS } = options;
    if (this.#over !== null) throw this.#failure();
    if (signal?.aborted === true) throw new AppError('cancelled');
    const cancellation = new CancellationTokenSource();
    const waits: Disposable[] = [];
    const early = new Promise<never>((_, reject) => {
      const giveUp = (afterMs: number, why: Error): void => {
        const expire = (): void => {
          cancellation.cancel();
          reject(why);
        };
        waits.push(this.#timers.after(afterMs, expire));
      };
      const onAbort = (): void => {
        cancellation.cancel();
        giveUp(graceMs, new AppError('cancelled'));
      };
      giveUp(timeoutMs, new HostFailure('requestTimedOut'));
      signal?.addEventListener('abort', onAbort, { once: true });
      waits.push({ dispose: () => signal?.removeEventListener('abort', onAbort) });
    });
    const answer = this.#connection.sendRequest<R>(type.method, params, cancellation.token);
    try {
      return await Promise.race([answer.catch(async () => Promise.reject(await this.#whyNoAnswer())), early]);
    } finally {
      for (const wait of waits) wait.dispose();
    }
  }

  onNotification<P>(type: NotificationType<P>, listener: (params: P) => void): Disposable {
    return this.#connection.onNotification(type, listener);
  }

  /** Ends the worker: at once where it does not end by itself. */
  dispose(): void {
    this.#end(null);
  }

  /** A request that is rejected while the link stands was not understood. */
  async #whyNoAnswer(): Promise<Error> {
    const gone = await Promise.race([this.closed, this.#soon()]);
    return gone === undefined ? new HostFailure('linkGarbled') : this.#failure();
  }

  /** For the end of the process to be noticed: its pipes may have ended before. */
  #soon(): Promise<undefined> {
    return new Promise((resolve) => void this.#timers.after(END_GRACE_MS, () => resolve(undefined)));
  }

  #failure(): Error {
    return this.#over?.why ?? new AppError('cancelled');
  }

  /** Anything that comes is a sign of life: an answer may stand behind a long one. */
  #beat(): void {
    this.#pulse = this.#timers.after(PING_EVERY_MS, () => {
      if (this.#isAsked && this.#timers.now() - this.#heardAt > SILENCE_LIMIT_MS)
        return this.#end(new HostFailure('linkSilent'));
      if (!this.#isAsked) void this.#ping();
      this.#beat();
    });
  }

  async #ping(): Promise<void> {
    this.#isAsked = true;
    await this.#connection.sendRequest(PING.method, null).catch(() => {});
    this.#isAsked = false;
  }

  #end(why: HostFailure | null): void {
    if (this.#over !== null) return;
    this.#over = { why };
    this.#pulse?.dispose();
    this.#connection.dispose();
    this.#process.input.end();
    if (why === null) {
      const kill = this.#timers.after(END_GRACE_MS, () => this.#process.kill());
      void this.#process.ended.then(() => kill.dispose());
    } else this.#process.kill();
    this.#close(why);
  }
}
