import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { agentId, fingerprint, localHostId, profileId, providerId } from '../../../src/domain/ids.ts';
import type { Echo } from '../../../src/domain/gatewayRules.ts';
import { HELLO } from '../../../src/gateway/linkProtocol.ts';
import { serveLink } from '../../../src/gateway/serveLink.ts';
import type { ApplyOptions } from '../../../src/gateway/service.ts';
import { HostFailure } from '../../../src/hosts/hostFailure.ts';
import { HostLink } from '../../../src/hosts/hostLink.ts';
import { LinkedService } from '../../../src/hosts/linkedService.ts';
import { WorkerLink } from '../../../src/hosts/workerLink.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { FakeGatewayService } from '../../fakes/fakeGatewayService.ts';
import { FakeProcess } from '../../fakes/fakeProcess.ts';
import { ManualTimers, settle } from '../../fakes/manualTimers.ts';

const print = (text: string): ReturnType<typeof fingerprint> => fingerprint(`fp of ${text.slice(-4)}`);
const token = (mark: string): Secret => Secret.of(`sk-ant-oat01-${'FAKE'.repeat(24)}${mark}`);

const put = (id: string, mark: string): Change => ({
  kind: 'putCredential',
  ...{ agentId: agentId('main'), provider: providerId('anthropic'), profileId: profileId(id), expected: null },
  credential: { type: 'token', secret: token(mark), expiresAt: null },
});

/** A gateway whose changes take as long as the test says. */
class SlowGateway extends FakeGatewayService {
  readonly release: (() => void)[] = [];
  isSlow = false;
  signal: AbortSignal | undefined;

  override async apply(change: Change, { signal, onWaiting }: ApplyOptions = {}) {
    this.signal = signal;
    if (this.isSlow) {
      onWaiting?.({ pid: 42, sinceMs: 7 });
      await new Promise<void>((resolve) => this.release.push(resolve));
    }
    return super.apply(change);
  }
}

class Host {
  readonly timers = new ManualTimers();
  readonly gateway = new SlowGateway(print, {
    main: { 'anthropic:a': { type: 'token', secret: token('AAAA'), expiresAt: null } },
  });
  readonly processes: FakeProcess[] = [];
  readonly echoes: [Echo, Change][] = [];
  failure: HostFailure | null = null;
  tellEcho: (echo: Echo, change: Change) => void = () => {};
  readonly link = new HostLink({ timers: this.timers, random: () => 0.5, connect: () => this.#connect() });
  readonly service = new LinkedService({
    link: this.link,
    machine: 'that machine',
    onEcho: (echo, change) => this.echoes.push([echo, change]),
  });

  constructor() {
    onTestFinished(() => this.link.dispose());
  }

  /** The connection breaks, and there is no other until `back`. */
  cut(): void {
    this.failure = new HostFailure('hostUnreachable');
    this.processes.at(-1)?.end({ kind: 'exited', code: 255 }, 'Connection reset by 192.0.2.1 port 22\r\n');
  }

  async back(): Promise<void> {
    this.failure = null;
    this.link.reconnect();
    await flow();
  }

  async #connect(): Promise<WorkerLink> {
    if (this.failure !== null) throw this.failure;
    const process = new FakeProcess();
    this.processes.push(process);
    const output = new PassThrough();
    const answer = { version: '1.0.0', sha256: null, node: '24.0.0', pid: 1 };
    void serveLink({
      ...{ input: process.input, output, mark: 'c0ffee', answer, timers: this.timers },
      open: (_, onEcho) => {
        this.tellEcho = onEcho;
        return this.gateway;
      },
    });
    await settle();
    output.read();
    output.pipe(process.output);
    const explain = (): Promise<HostFailure> => process.ended.then(() => new HostFailure('linkLost'));
    const link = new WorkerLink({ process, rest: Buffer.alloc(0), timers: this.timers, explain });
    const hello = { version: '1.0.0', machine: 'that machine', stateDir: null, openclaw: null, fingerprintKey: 'key' };
    await link.request(HELLO, hello, { timeoutMs: 1_000 });
    return link;
  }
}

async function flow(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await settle();
}

const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'answered',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.details['reason'] : thrown),
  );

describe('LinkedService', () => {
  it('shows what the gateway of that host shows, under an id that the host did not choose', async () => {
    const { service, gateway } = new Host();
    const [there, here] = [await gateway.snapshot(), await service.snapshot()];
    expect(here.hostId).toBe(localHostId('that machine', there.stateDir));
    expect(there.hostId).not.toBe(here.hostId);
    expect(here.agents[0]?.set).toEqual(there.agents[0]?.set);
  });

  it('makes changes and reads them back, and hands a credential over', async () => {
    const { service, gateway } = new Host();
    expect(await service.apply(put('anthropic:b', 'BBBB'))).toEqual({ kind: 'done', isNoop: false });
    const stored = await gateway.readCredential(agentId('main'), profileId('anthropic:b'));
    expect(stored).toMatchObject({ type: 'token' });
    const found = await service.readCredential(agentId('main'), profileId('anthropic:b'));
    expect(found?.secret.equals(token('BBBB'))).toBe(true);
    expect(await service.readCredential(agentId('main'), profileId('anthropic:none'))).toBeNull();
    expect(await service.apply(put('anthropic:b', 'CCCC'))).toMatchObject({
      kind: 'notDone',
      error: { code: 'changeConflict' },
    });
    expect(await service.repair()).toMatchObject({ kind: 'repaired' });
  });

  it('hands over the sessions of that host, and takes nothing for one that is none', async () => {
    const { service, gateway } = new Host();
    const session = {
      ...{ agentId: agentId('main'), sessionKey: 'agent:main:t1', displayName: 't1', profileId: profileId('a:b') },
      ...{ source: 'user' as const, model: 'a/m', updatedAt: 5 },
    };
    gateway.sessionList = [session];
    expect(await service.sessions()).toEqual({ sessions: [session], unread: [], isCut: false });
    gateway.sessionList = [{ ...session, updatedAt: 'now' as unknown as number }];
    await expect(service.sessions()).rejects.toMatchObject({ code: 'hostAway', details: { reason: 'linkGarbled' } });
    gateway.readError = new AppError('internal');
    await expect(service.sessions()).rejects.toMatchObject({ code: 'internal' });
  });

  it('passes on why the gateway there could not be read', async () => {
    const { service, gateway } = new Host();
    gateway.readError = new AppError('internal', { reason: 'there' });
    await expect(service.snapshot()).rejects.toMatchObject({ code: 'internal', details: { reason: 'there' } });
    await expect(service.readCredential(agentId('main'), profileId('x'))).rejects.toMatchObject({ code: 'internal' });
  });

  it('says who has the lock', async () => {
    const { service, gateway } = new Host();
    gateway.isSlow = true;
    const holders: unknown[] = [];
    const change = put('anthropic:b', 'BBBB');
    const ended = service.apply(change, { onWaiting: (holder) => holders.push(holder) });
    await flow();
    expect(holders).toEqual([{ pid: 42, sinceMs: 7 }]);
    for (const go of gateway.release) go();
    expect(await ended).toEqual({ kind: 'done', isNoop: false });
  });

  it('says what the running gateway made of a change, once, and of no other', async () => {
    const host = new Host();
    const change = put('anthropic:b', 'BBBB');
    await host.service.apply(change);
    const [there] = host.gateway.changes;
    if (there !== undefined) host.tellEcho('reloadNeeded', there);
    if (there !== undefined) host.tellEcho('reloadNeeded', there);
    host.tellEcho('seen', put('anthropic:c', 'CCCC'));
    await flow();
    expect(host.echoes).toEqual([['reloadNeeded', change]]);
    expect(host.echoes[0]?.[1]).toBe(change);
  });

  it('does not know how a change ended that was cut off, and knows of one that was never sent', async () => {
    const host = new Host();
    host.gateway.isSlow = true;
    const asked = host.service.apply(put('anthropic:b', 'BBBB'));
    await flow();
    host.cut();
    expect(await asked).toMatchObject({ kind: 'unknown', error: { code: 'hostAway' } });
    await flow();
    expect(await host.service.apply(put('anthropic:c', 'CCCC'))).toMatchObject({ kind: 'notDone' });
    expect(['linkLost', 'hostUnreachable']).toContain(await codeOf(host.service.snapshot()));
    for (const go of host.gateway.release) go();
    await host.back();
    // The truth, and a retry that is harmless.
    const { agents } = await host.service.snapshot();
    expect(agents[0]?.set.profiles.has(profileId('anthropic:b'))).toBe(true);
  });

  it('does not know how a repair ended that was cut off', async () => {
    const host = new Host();
    host.gateway.repair = () => new Promise(() => {});
    const asked = host.service.repair();
    await flow();
    host.cut();
    expect(await asked).toMatchObject({ kind: 'unknown', error: { code: 'hostAway' } });
    await flow();
    expect(await host.service.repair()).toMatchObject({ kind: 'notStarted', error: { code: 'hostAway' } });
  });

  it('asks a change that waits there to give up when the link is cut', async () => {
    const host = new Host();
    host.gateway.isSlow = true;
    const asked = host.service.apply(put('anthropic:b', 'BBBB'));
    await flow();
    expect(host.gateway.signal?.aborted).toBe(false);
    host.cut();
    await asked;
    await flow();
    expect(host.gateway.signal?.aborted).toBe(true);
  });

  it('waits for the answer of a change that is cancelled', async () => {
    const host = new Host();
    host.gateway.isSlow = true;
    const controller = new AbortController();
    const asked = host.service.apply(put('anthropic:b', 'BBBB'), { signal: controller.signal });
    await flow();
    controller.abort();
    await flow();
    expect(host.gateway.signal?.aborted).toBe(true);
    for (const go of host.gateway.release) go();
    expect(await asked).toEqual({ kind: 'done', isNoop: false });
    const early = await host.service.apply(put('anthropic:c', 'CCCC'), { signal: AbortSignal.abort() });
    expect(early).toMatchObject({ kind: 'notDone', error: { code: 'cancelled' } });
  });

  it('tells watchers of changes there, and when the host is back', async () => {
    const host = new Host();
    let heard = 0;
    const watching = host.service.watch(() => void (heard += 1));
    await host.service.snapshot();
    await flow();
    const before = heard;
    host.gateway.edit(() => {});
    await flow();
    expect(heard).toBe(before + 1);
    host.cut();
    await flow();
    const away = heard;
    host.gateway.edit(() => {});
    await flow();
    expect(heard).toBe(away);
    await host.back();
    expect(heard).toBe(away + 1);
    host.gateway.edit(() => {});
    await flow();
    expect(heard).toBe(away + 2);
    watching.dispose();
    host.gateway.edit(() => {});
    await flow();
    expect(heard).toBe(away + 2);
  });
});

describe('serveLink', () => {
  it('answers nothing before it was told who asks', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const timers = new ManualTimers();
    const gateway = new SlowGateway(print, {});
    const answer = { version: '1.0.0', sha256: null, node: '24.0.0', pid: 1 };
    const served = serveLink({ input, output, mark: 'c0ffee', answer, timers, open: () => gateway });
    await settle();
    expect(String(output.read())).toBe('\nc0ffee up\n');
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'gateway/snapshot', params: null });
    input.write(`Content-Length: ${String(body.length)}\r\n\r\n${body}`);
    await flow();
    expect(String(output.read())).toContain('"result":null');
    input.end();
    await served;
  });

  it('ends when nothing is asked for a minute, whatever the system believes of the link', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const timers = new ManualTimers();
    const answer = { version: '1.0.0', sha256: null, node: '24.0.0', pid: 1 };
    const served = serveLink({
      ...{ input, output, mark: 'c0ffee', answer, timers },
      open: () => new SlowGateway(print, {}),
    });
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'link/ping', params: null });
    let isOver = false;
    void served.then(() => (isOver = true));
    for (let minute = 0; minute < 5; minute += 1) {
      input.write(`Content-Length: ${String(body.length)}\r\n\r\n${body}`);
      await flow();
      await timers.advance(59_000);
    }
    expect(isOver).toBe(false);
    await timers.advance(1_000);
    await served;
  });
});
