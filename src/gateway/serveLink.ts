import type { Readable, Writable } from 'node:stream';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import * as z from 'zod';
import type { Change } from '../domain/change.ts';
import type { Echo } from '../domain/gatewayRules.ts';
import { agentId, profileId } from '../domain/ids.ts';
import type { Disposable } from '../platform/lifetime.ts';
import { Secret } from '../platform/secret.ts';
import type { Timers } from '../platform/timers.ts';
import { changeMessage, encodeCredential, encodeOutcome, referenceMessage, variableMessage } from './applyMessage.ts';
import * as protocol from './linkProtocol.ts';
import { askedMessage, encodeGatewayAnswer, pinningMessage } from './gatewayAnswerMessage.ts';
import { encodeRepair, report } from './reportMessage.ts';
import type { GatewayService } from './service.ts';
import { encodeSessions } from './sessionMessage.ts';
import { encodeSnapshot } from './snapshotMessage.ts';

const helloParams = z.strictObject({
  ...{ version: z.string(), machine: z.string(), stateDir: z.string().nullable(), openclaw: z.string().nullable() },
  fingerprintKey: z.string().transform((text) => Secret.of(text)),
});
const applyOnHost = z.strictObject({ changeId: z.int(), change: changeMessage });
const credentialPlace = z.strictObject({ agentId: z.string(), profileId: z.string() });

export type Hello = z.output<typeof helloParams>;

export interface LinkOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Begins the line that says that the worker is there. */
  readonly mark: string;
  readonly answer: protocol.HelloAnswer;
  readonly timers: Timers;
  /** The gateway of this host, as it is to be seen by the one who said that. */
  readonly open: (hello: Hello, onEcho: (echo: Echo, change: Change) => void) => GatewayService;
}

/** A link over which nothing comes for so long is dead, whatever the system still believes, ms. */
const SILENCE_LIMIT_MS = 60_000;

/** Serves the gateway of this host to an editor elsewhere, until the input ends or nothing is asked any more. */
export async function serveLink({ input, output, mark, answer, timers, open }: LinkOptions): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  // Whoever asked may be gone; what was begun is finished all the same.
  connection.onError(() => {});
  output.on('error', () => {});
  let silence: Disposable | null = null;
  const heard = (): void => {
    silence?.dispose();
    silence = timers.after(SILENCE_LIMIT_MS, () => input.destroy());
  };
  connection.onRequest(protocol.PING, () => {
    heard();
    return null;
  });
  const host = new ServedHost(connection);
  connection.onRequest(protocol.HELLO, (params) => {
    const hello = helloParams.safeParse(params);
    if (!hello.success) return null;
    host.service ??= open(hello.data, (echo, change) => host.echo(echo, change));
    return answer;
  });
  host.serve();
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  heard();
  // What start-up files have printed need not end its line.
  output.write(`\n${mark} up\n`);
  connection.listen();
  input.resume();
  await closed;
  await host.end();
}

/** The gateway of this host on one side of a connection. */
class ServedHost {
  service: GatewayService | null = null;
  readonly #connection: MessageConnection;
  readonly #running = new Set<Promise<unknown>>();
  readonly #over = new AbortController();
  readonly #changeIds = new WeakMap<Change, number>();
  #watch: Disposable | null = null;

  constructor(connection: MessageConnection) {
    this.#connection = connection;
  }

  serve(): void {
    const on = this.#connection;
    on.onRequest(protocol.SNAPSHOT, (_, token) =>
      this.#run(token, (service, signal) => report(async () => encodeSnapshot(await service.snapshot({ signal })))),
    );
    on.onRequest(protocol.SESSIONS, (_, token) =>
      this.#run(token, (service, signal) => report(async () => encodeSessions(await service.sessions({ signal })))),
    );
    on.onRequest(protocol.READ_CREDENTIAL, (params, token) => {
      const asked = credentialPlace.safeParse(params);
      return asked.success ? this.#run(token, (service, signal) => readCredential(service, asked.data, signal)) : null;
    });
    on.onRequest(protocol.APPLY_CHANGE, (params, token) => {
      const asked = applyOnHost.safeParse(params);
      if (!asked.success) return null;
      const { changeId, change } = asked.data;
      this.#changeIds.set(change, changeId);
      return this.#run(token, async (service, signal) => {
        const onWaiting = (holder: protocol.ChangeWaits['holder']): void =>
          this.#tell(() => on.sendNotification(protocol.CHANGE_WAITS, { changeId, holder }));
        return encodeOutcome(await service.apply(change, { signal, onWaiting }));
      });
    });
    on.onRequest(protocol.PROBE, (params, token) => {
      const asked = z.strictObject({ agentId: z.string() }).safeParse(params);
      if (!asked.success) return null;
      const id = agentId(asked.data.agentId);
      return this.#run(token, (service, signal) => report(async () => [...(await service.probe(id, { signal }))]));
    });
    on.onRequest(protocol.ASK_GATEWAY, (params, token) => {
      const asked = askedMessage.safeParse(params);
      if (!asked.success) return null;
      return this.#run(token, (service, signal) =>
        report(async () => encodeGatewayAnswer(await service.askGateway(asked.data, { signal }))),
      );
    });
    on.onRequest(protocol.PIN_SESSION, (params, token) => {
      const asked = pinningMessage.safeParse(params);
      if (!asked.success) return null;
      return this.#run(token, async (service, signal) =>
        encodeOutcome(await service.pinSession(asked.data, { signal })),
      );
    });
    on.onRequest(protocol.DOCTOR, (_, token) =>
      this.#run(token, (service, signal) => report(() => service.doctor({ signal }))),
    );
    on.onRequest(protocol.PUT_REFERENCE, (params, token) => {
      const asked = referenceMessage.safeParse(params);
      if (!asked.success) return null;
      return this.#run(token, async (service, signal) =>
        encodeOutcome(await service.putReference(asked.data, { signal })),
      );
    });
    on.onRequest(protocol.PUT_VARIABLE, (params, token) => {
      const asked = variableMessage.safeParse(params);
      if (!asked.success) return null;
      return this.#run(token, async (service, signal) =>
        encodeOutcome(await service.putVariable(asked.data, { signal })),
      );
    });
    on.onRequest(protocol.REPAIR, (_, token) =>
      this.#run(token, async (service, signal) => encodeRepair(await service.repair({ signal }))),
    );
    on.onRequest(protocol.WATCH, () => {
      this.#watch ??= this.service?.watch(() => this.#tell(() => on.sendNotification(protocol.CHANGED, null))) ?? null;
      return null;
    });
  }

  echo(echo: Echo, change: Change): void {
    const changeId = this.#changeIds.get(change);
    if (changeId === undefined) return;
    this.#tell(() => this.#connection.sendNotification(protocol.CHANGE_ECHO, { changeId, echo }));
  }

  /** A change that waits gives up; one that has begun is finished. */
  async end(): Promise<void> {
    this.#watch?.dispose();
    this.#over.abort();
    await Promise.allSettled(this.#running);
  }

  async #run<T>(
    token: CancellationToken,
    work: (service: GatewayService, signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    if (this.service === null) return null;
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const running = work(this.service, AbortSignal.any([controller.signal, this.#over.signal]));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Nobody may listen any more. */
  #tell(send: () => Promise<void>): void {
    void send().catch(() => {});
  }
}

function readCredential(
  service: GatewayService,
  place: protocol.CredentialPlace,
  signal: AbortSignal,
): ReturnType<typeof report<ReturnType<typeof encodeCredential> | null>> {
  return report(async () => {
    const found = await service.readCredential(agentId(place.agentId), profileId(place.profileId), { signal });
    return found === null ? null : encodeCredential(found);
  });
}
