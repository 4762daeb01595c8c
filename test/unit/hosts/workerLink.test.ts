import { describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { CHANGED, PING, SNAPSHOT } from '../../../src/gateway/linkProtocol.ts';
import { classifyEnding } from '../../../src/hosts/classify.ts';
import { HostFailure } from '../../../src/hosts/hostFailure.ts';
import { WorkerLink, type RequestOptions } from '../../../src/hosts/workerLink.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { FakeProcess } from '../../fakes/fakeProcess.ts';
import { ManualTimers, settle } from '../../fakes/manualTimers.ts';

interface Setup {
  readonly link: WorkerLink;
  readonly process: FakeProcess;
  readonly timers: ManualTimers;
  /** The worker's side. */
  readonly worker: MessageConnection;
  readonly ask: (options?: Partial<RequestOptions>) => Promise<unknown>;
}

function setUp(): Setup {
  const process = new FakeProcess();
  const timers = new ManualTimers();
  const explain = async (): Promise<HostFailure> =>
    classifyEnding({
      ...{ kind: 'ssh', end: await process.ended, stderr: process.stderr(), hasAgent: false, wasUp: true },
    });
  const link = new WorkerLink({ process, rest: Buffer.alloc(0), timers, explain });
  const worker = createMessageConnection(
    new StreamMessageReader(process.input),
    new StreamMessageWriter(process.output),
  );
  worker.listen();
  const ask = (options: Partial<RequestOptions> = {}): Promise<unknown> =>
    link
      .request(SNAPSHOT, null, { timeoutMs: 60_000, ...options })
      .catch((thrown: unknown) =>
        thrown instanceof HostFailure || thrown instanceof AppError ? thrown.code : `thrown: ${String(thrown)}`,
      );
  return { link, process, timers, worker, ask };
}

const codeOf = async (link: WorkerLink): Promise<string | null> => (await link.closed)?.code ?? null;

/** For what goes through streams. */
async function flow(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await settle();
}

describe('WorkerLink', () => {
  it('carries many requests at once, each to its answer, and notifications', async () => {
    const { link, worker, ask } = setUp();
    const answers: (() => void)[] = [];
    let count = 0;
    worker.onRequest(SNAPSHOT.method, () => {
      const value = (count += 1);
      return new Promise((resolve) => answers.push(() => resolve({ kind: 'ok', value })));
    });
    let heard = 0;
    link.onNotification(CHANGED, () => (heard += 1));
    const asked = [ask(), ask(), ask()];
    await flow();
    for (const answer of answers.toReversed()) answer();
    await worker.sendNotification(CHANGED.method, null);
    expect(await Promise.all(asked)).toEqual([1, 2, 3].map((value) => ({ kind: 'ok', value })));
    expect(heard).toBe(1);
  });

  it('notices a link that is half open within 20 s', async () => {
    const { link, process, timers, ask } = setUp();
    const asked = ask();
    await timers.advance(20_000);
    expect(await asked).toBe('linkSilent');
    expect(await codeOf(link)).toBe('linkSilent');
    expect(process.isKilled).toBe(true);
    expect(await ask()).toBe('linkSilent');
  });

  it('notices one that was alive for long as soon', async () => {
    const { link, worker, timers } = setUp();
    let isAlive = true;
    worker.onRequest(PING.method, () => (isAlive ? null : new Promise(() => {})));
    for (let second = 0; second < 120; second += 1) {
      await timers.advance(1_000);
      await flow();
    }
    expect(link.isOver).toBe(false);
    isAlive = false;
    for (let second = 0; second < 20; second += 1) {
      await timers.advance(1_000);
      await flow();
    }
    expect(link.isOver).toBe(true);
    expect(await codeOf(link)).toBe('linkSilent');
  });

  it('takes anything that comes for a sign of life', async () => {
    const { link, process, timers, ask } = setUp();
    const asked = ask({ timeoutMs: 50_000 });
    process.output.write('Content-Length: 200\r\n\r\n');
    for (let second = 0; second < 60; second += 1) {
      process.output.write(' ');
      await flow();
      await timers.advance(999);
    }
    expect(link.isOver).toBe(false);
    expect(await asked).toBe('requestTimedOut');
  });

  it('gives up a request after its limit, tells the worker, and goes on', async () => {
    const { link, worker, timers, ask } = setUp();
    let isCancelled = false;
    worker.onRequest(SNAPSHOT.method, (_: unknown, token: CancellationToken) => {
      token.onCancellationRequested(() => (isCancelled = true));
      return new Promise(() => {});
    });
    const asked = ask({ timeoutMs: 3_000 });
    await flow();
    await timers.advance(3_000);
    expect(await asked).toBe('requestTimedOut');
    await flow();
    expect(isCancelled).toBe(true);
    expect(link.isOver).toBe(false);
  });

  it('waits for an answer after a cancellation, but not for ever', async () => {
    const { worker, timers, ask } = setUp();
    let isStubborn = false;
    worker.onRequest(
      SNAPSHOT.method,
      (_: unknown, token: CancellationToken) =>
        new Promise((resolve) => token.onCancellationRequested(() => (isStubborn ? undefined : resolve('stopped')))),
    );
    const first = new AbortController();
    const polite = ask({ signal: first.signal });
    await flow();
    first.abort();
    expect(await polite).toBe('stopped');
    isStubborn = true;
    const second = new AbortController();
    const stubborn = ask({ signal: second.signal });
    await flow();
    second.abort();
    await timers.advance(2_000);
    expect(await stubborn).toBe('cancelled');
    expect(await ask({ signal: AbortSignal.abort() })).toBe('cancelled');
  });

  it('says why it was lost, to whoever waits and to who asks later', async () => {
    const { link, process, ask } = setUp();
    const asked = ask();
    await flow();
    process.end({ kind: 'exited', code: 255 }, 'Timeout, server 192.0.2.1 not responding.\r\n');
    expect(await asked).toBe('linkLost');
    expect(await codeOf(link)).toBe('linkLost');
    expect(await ask()).toBe('linkLost');
  });

  it('ends at what is no message, at one that is too large, and at an answer of another kind', async () => {
    for (const bytes of ['gateway restarted\n'.repeat(200), 'Content-Length: 99999999\r\n\r\n']) {
      const { link, process, ask } = setUp();
      const asked = ask();
      process.output.write(bytes);
      expect(await asked).toBe('linkGarbled');
      expect(await codeOf(link)).toBe('linkGarbled');
      expect(process.isKilled).toBe(true);
    }
  });

  it('says of a request that was refused that it was not understood', async () => {
    const { link, timers, ask } = setUp();
    const asked = ask();
    await flow();
    await timers.advance(2_000);
    expect(await asked).toBe('linkGarbled');
    expect(link.isOver).toBe(false);
  });

  it('ends the worker by the end of its input, and at once where that does not help', async () => {
    const polite = setUp();
    polite.link.dispose();
    await flow();
    expect(polite.process.input.writableEnded).toBe(true);
    polite.process.end({ kind: 'exited', code: 0 });
    await flow();
    await polite.timers.advance(10_000);
    expect(polite.process.isKilled).toBe(false);
    expect(await codeOf(polite.link)).toBeNull();
    expect(await polite.ask()).toBe('cancelled');
    const deaf = setUp();
    deaf.link.dispose();
    await deaf.timers.advance(2_000);
    expect(deaf.process.isKilled).toBe(true);
  });
});
