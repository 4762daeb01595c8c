import { describe, expect, it } from 'vitest';
import { hostId, providerId } from '../../../src/domain/ids.ts';
import { createSharedMarks } from '../../../src/platform/sharedMarks.ts';
import { AlertMarks } from '../../../src/sync/alertMarks.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

const HOUR_MS = 3_600_000;
const [HOST, OTHER] = [hostId('here'), hostId('there')];
const [ANTHROPIC, OPENAI] = [providerId('anthropic'), providerId('openai')];

/** Any number of windows on one folder, and one clock that is set by hand. */
async function windows() {
  const folder = await tempFolder();
  const clock = { now: () => time };
  let time = 1_000_000;
  const open = (): AlertMarks => new AlertMarks(createSharedMarks(folder), clock);
  return { open, pass: (ms: number) => void (time += ms) };
}

describe('an alert', () => {
  it('is given by one window, and not again within an hour', async () => {
    const { open, pass } = await windows();
    const claimed = async (): Promise<number> =>
      (await Promise.all(Array.from({ length: 12 }, () => open().claim('a to b')))).filter(Boolean).length;
    expect(await claimed()).toBe(1);
    expect(await claimed()).toBe(0);
    pass(HOUR_MS - 1);
    expect(await claimed()).toBe(0);
    expect(await open().claim('b to a')).toBe(true);
    pass(1);
    expect(await claimed()).toBe(1);
    expect(await claimed()).toBe(0);
  });

  it('is muted for one provider of one gateway, in all windows', async () => {
    const { open } = await windows();
    await open().mute(HOST, ANTHROPIC);
    expect(await open().isMuted(HOST, ANTHROPIC)).toBe(true);
    expect(await open().isMuted(HOST, OPENAI)).toBe(false);
    expect(await open().isMuted(OTHER, ANTHROPIC)).toBe(false);
  });
});

describe('what is changed through the extension', () => {
  it('is its own doing in all windows, from before the write until shortly after it', async () => {
    const { open, pass } = await windows();
    const other = open();
    const own = () =>
      Promise.all([other.isOwn(HOST, ANTHROPIC), other.isOwn(HOST, OPENAI), other.isOwn(OTHER, ANTHROPIC)]);
    expect(await own()).toEqual([false, false, false]);
    const seen = await open().whileWriting(HOST, ANTHROPIC, () => {
      pass(60_000);
      return own();
    });
    expect(seen).toEqual([true, false, false]);
    expect(await own()).toEqual([true, false, false]);
    pass(20_000);
    expect(await own()).toEqual([false, false, false]);
  });

  it('is over soon too where the write failed, and may be about all providers', async () => {
    const { open, pass } = await windows();
    await expect(open().whileWriting(HOST, null, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect([await open().isOwn(HOST, ANTHROPIC), await open().isOwn(HOST, OPENAI)]).toEqual([true, true]);
    pass(20_000);
    expect(await open().isOwn(HOST, OPENAI)).toBe(false);
  });
});
