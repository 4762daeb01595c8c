import { describe, expect, it } from 'vitest';
import { hostId } from '../../../src/domain/ids.ts';
import { Writer } from '../../../src/sync/writer.ts';
import { ManualTimers } from '../../fakes/manualTimers.ts';
import { MemoryLease } from '../../fakes/memoryLease.ts';

const HOST = hostId('here');

function world() {
  const timers = new ManualTimers();
  const leases = new MemoryLease(timers);
  const asked: string[] = [];
  const open = (name: string) => {
    const vault = {
      answers: true,
      isReachable() {
        asked.push(name);
        return Promise.resolve(this.answers);
      },
    };
    return { vault, writer: new Writer({ lease: () => leases.window(name), vault, timers }) };
  };
  return { timers, asked, open };
}

describe('the window that writes', () => {
  it('is one, until it lets go', async () => {
    const { open } = world();
    const [first, second] = [open('first').writer, open('second').writer];
    expect([await first.hold(HOST), await second.hold(HOST)]).toEqual([true, false]);
    first.release();
    expect([await second.hold(HOST), await first.hold(HOST)]).toEqual([true, false]);
  });

  it('is not one whose vault does not answer any more, until it answers again', async () => {
    const { open, timers } = world();
    const [first, second] = [open('first'), open('second')];
    expect(await first.writer.hold(HOST)).toBe(true);
    first.vault.answers = false;
    await timers.advance(30_000);
    expect([await first.writer.hold(HOST), await second.writer.hold(HOST)]).toEqual([false, true]);
    first.vault.answers = true;
    second.writer.release();
    expect(await first.writer.hold(HOST)).toBe(true);
  });

  it('does not ask the vault each time', async () => {
    const { open, timers, asked } = world();
    const { writer } = open('first');
    for (let seconds = 0; seconds < 60; seconds += 5) {
      await writer.hold(HOST);
      await timers.advance(5_000);
    }
    expect(asked).toHaveLength(2);
  });
});
