import { appendFile, readdir, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSharedLog } from '../../../src/platform/sharedLog.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

const DAY = 86_400_000;
const limits = { lines: 10, keptMs: 90 * DAY };

async function bench() {
  const folder = path.join(await tempFolder(), 'made', 'here');
  const time = { at: Date.UTC(2026, 10, 23) };
  const open = () => createSharedLog(folder, { now: () => time.at }, limits);
  const files = async () => (await readdir(folder)).toSorted().map((name) => path.join(folder, name));
  return { folder, time, open, files };
}

describe('a log that windows share', () => {
  test('loses no line of eight windows that write at once', async () => {
    const { open } = await bench();
    const windows = Array.from({ length: 8 }, open);
    const lines = windows.map((_, at) => `line ${String(at)}`);
    expect(await Promise.all(windows.map((log, at) => log.append(lines[at] ?? '')))).toEqual(lines.map(() => true));
    expect((await open().read()).toSorted()).toEqual(lines);
  });

  test('a line that was cut off costs only itself', async () => {
    const { open, files } = await bench();
    await open().append('{"a":1}');
    const [file = ''] = await files();
    await appendFile(file, '\n{"b":');
    await open().append('{"c":3}');
    expect(await open().read()).toEqual(['{"a":1}', '{"b":', '{"c":3}']);
  });

  test('keeps at least so many of the newest lines, at most twice as many, and is for its owner only', async () => {
    const { open, files, time } = await bench();
    const log = open();
    for (let count = 1; count <= 100; count += 1) {
      time.at += 1_000;
      await log.append(String(count));
      const lines = await log.read();
      expect(lines.length).toBeGreaterThanOrEqual(Math.min(count, limits.lines));
      expect(lines.length).toBeLessThanOrEqual(2 * limits.lines);
      expect(lines.at(-1)).toBe(String(count));
    }
    for (const file of await files()) expect((await stat(file)).mode & 0o077).toBe(0);
  });

  test('removes files in which everything is too old', async () => {
    const { open, time } = await bench();
    const log = open();
    await log.append('old');
    time.at += 90 * DAY;
    await log.append('later');
    expect(await log.read()).toEqual(['old', 'later']);
    time.at += 31 * DAY;
    await log.append('new');
    expect(await log.read()).toEqual(['later', 'new']);
  });

  test('goes on in one file after the clock was set back', async () => {
    const { open, files, time } = await bench();
    const log = open();
    for (let count = 0; count < limits.lines / 2; count += 1) await log.append('before');
    time.at -= DAY;
    for (let count = 0; count < 3; count += 1) await log.append('after');
    expect(await files()).toHaveLength(2);
    expect((await log.read()).slice(-3)).toEqual(['after', 'after', 'after']);
  });

  test('is cleared whole, and what cannot be kept throws nothing', async () => {
    const { open, folder } = await bench();
    const log = open();
    await log.append('a');
    expect(await log.clear()).toBe(true);
    expect(await log.read()).toEqual([]);
    await writeFile(path.join(folder, 'file'), '');
    const nowhere = createSharedLog(path.join(folder, 'file'), { now: () => 0 }, limits);
    expect([await nowhere.append('a'), await nowhere.read(), await nowhere.clear()]).toEqual([false, [], true]);
  });
});
