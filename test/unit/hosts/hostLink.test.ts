import { describe, expect, it } from 'vitest';
import { HostFailure, type HostFailureCode } from '../../../src/hosts/hostFailure.ts';
import { HostLink } from '../../../src/hosts/hostLink.ts';
import type { WorkerLink } from '../../../src/hosts/workerLink.ts';
import { ManualTimers, settle } from '../../fakes/manualTimers.ts';

/** As much of a connection as who holds it looks at. */
class Connection {
  isDisposed = false;
  end: (why: HostFailure | null) => void = () => {};
  readonly closed = new Promise<HostFailure | null>((resolve) => (this.end = resolve));

  dispose(): void {
    this.isDisposed = true;
    this.end(null);
  }
}

class Host {
  readonly timers = new ManualTimers();
  readonly made: Connection[] = [];
  /** Why each attempt was made. */
  readonly after: (HostFailureCode | null)[] = [];
  failure: HostFailureCode | null = null;
  readonly link = new HostLink({
    timers: this.timers,
    random: () => 0.5,
    connect: async (_signal, after) => {
      this.after.push(after?.code ?? null);
      await settle();
      if (this.failure !== null) throw new HostFailure(this.failure);
      const connection = new Connection();
      this.made.push(connection);
      return connection as unknown as WorkerLink;
    },
  });

  get attempts(): number {
    return this.after.length;
  }

  ask(): Promise<unknown> {
    return this.link.get().catch((thrown: unknown) => (thrown instanceof HostFailure ? thrown.code : thrown));
  }
}

describe('HostLink', () => {
  it('connects when it is first asked, once for all that ask', async () => {
    const host = new Host();
    expect(host.link.state.kind).toBe('idle');
    const [first, second] = await Promise.all([host.ask(), host.ask()]);
    expect(first).toBe(second);
    expect(await host.ask()).toBe(first);
    expect(host.attempts).toBe(1);
    expect(host.link.state.kind).toBe('up');
  });

  it('lets nobody wait for a host that is away, and tries ever more seldom', async () => {
    const host = new Host();
    host.failure = 'hostUnreachable';
    expect(await host.ask()).toBe('hostUnreachable');
    expect(await host.ask()).toBe('hostUnreachable');
    expect(host.attempts).toBe(1);
    const times: number[] = [];
    for (let seconds = 0; seconds < 300; seconds += 1) {
      const before = host.attempts;
      await host.timers.advance(1_000);
      await settle();
      if (host.attempts > before) times.push(seconds + 1);
    }
    expect(times).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
    host.failure = null;
    await host.timers.advance(60_000);
    await settle();
    expect(host.link.state.kind).toBe('up');
  });

  it('does not ask again by itself where only somebody can help', async () => {
    const host = new Host();
    host.failure = 'hostKeyChanged';
    expect(await host.ask()).toBe('hostKeyChanged');
    await host.timers.advance(3_600_000);
    expect(host.attempts).toBe(1);
    expect(host.link.state).toMatchObject({ kind: 'down', isRetrying: false });
    // One look after the other is no reason either.
    host.link.look();
    await settle();
    expect(host.attempts).toBe(1);
    host.failure = null;
    host.link.reconnect();
    host.link.reconnect();
    await settle();
    await settle();
    expect(host.link.state.kind).toBe('up');
    expect(host.attempts).toBe(2);
  });

  it('comes back after a loss, with the reason for whoever connects', async () => {
    const host = new Host();
    await host.ask();
    host.made[0]?.end(new HostFailure('linkSilent'));
    await settle();
    expect(host.link.state).toMatchObject({ kind: 'down', isRetrying: true });
    expect(await host.ask()).toBe('linkSilent');
    await host.timers.advance(1_000);
    await settle();
    expect(host.link.state.kind).toBe('up');
    expect(host.after).toEqual([null, 'linkSilent']);
  });

  it('tries at once when somebody looks and that may help', async () => {
    const host = new Host();
    host.failure = 'hostUnreachable';
    await host.ask();
    host.failure = null;
    host.link.look();
    await settle();
    await settle();
    expect(host.link.state.kind).toBe('up');
    host.link.look();
    expect(host.attempts).toBe(2);
  });

  it('is patient with a host that drops everybody at once, and not with one that was there for long', async () => {
    const host = new Host();
    await host.ask();
    for (const [at, wait] of [1_000, 2_000, 4_000, 8_000].entries()) {
      host.made[at]?.end(new HostFailure('linkLost'));
      await settle();
      await host.timers.advance(wait - 1);
      expect(host.attempts).toBe(at + 1);
      await host.timers.advance(1);
      await settle();
      expect(host.attempts).toBe(at + 2);
    }
    await host.timers.advance(31_000);
    host.made.at(-1)?.end(new HostFailure('linkLost'));
    await settle();
    await host.timers.advance(1_000);
    await settle();
    expect(host.attempts).toBe(6);
  });

  it('ends with its owner, also while it connects', async () => {
    const host = new Host();
    const asked = host.ask();
    host.link.dispose();
    expect(await asked).toMatchObject({ code: 'cancelled' });
    expect(host.made.map(({ isDisposed }) => isDisposed)).toEqual([true]);
    expect(await host.ask()).toMatchObject({ code: 'cancelled' });
    await host.timers.advance(3_600_000);
    expect(host.attempts).toBe(1);
  });
});
