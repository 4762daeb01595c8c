import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLease, isProcessAlive, LEASE_MS, type Lease } from '../../../src/platform/lease.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

interface Bench {
  now: number;
  readonly dead: Set<number>;
  readonly file: string;
  readonly window: (pid: number) => Lease;
}

async function bench(): Promise<Bench> {
  const folder = path.join(await tempFolder(), 'leases');
  const file = path.join(folder, createHash('sha256').update('["host"]').digest('hex'));
  const dead = new Set<number>();
  const made = { now: 1_000_000, dead, file };
  const window = (pid: number): Lease =>
    createLease({
      folder,
      name: '["host"]',
      token: `t${pid}-${Math.random()}`,
      pid,
      clock: { now: () => made.now },
      isAlive: (of) => !dead.has(of),
    });
  return Object.assign(made, { window });
}

describe('one window writes for a host', () => {
  test('of many that want it at once, one has it, and keeps it', async () => {
    const { window } = await bench();
    const windows = Array.from({ length: 12 }, (_, pid) => window(pid));
    const first = await Promise.all(windows.map((lease) => lease.hold()));
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(windows.map((lease) => lease.hold()))).toEqual(first);
  });

  test('goes over when its holder gives it up, is dead, or is silent for too long', async () => {
    const made = await bench();
    const [a, b, c, d] = [1, 2, 3, 4].map((pid) => made.window(pid)) as [Lease, Lease, Lease, Lease];
    expect([await a.hold(), await b.hold()]).toEqual([true, false]);
    await a.release();
    expect([await b.hold(), await a.hold()]).toEqual([true, false]);
    made.dead.add(2);
    expect([await c.hold(), await b.hold()]).toEqual([true, false]);
    made.now += LEASE_MS;
    expect(await d.hold()).toBe(false);
    made.now += 1;
    expect([await d.hold(), await c.hold()]).toEqual([true, false]);
    expect(await readdir(path.dirname(made.file))).toEqual([path.basename(made.file)]);
  });

  test('is renewed by holding it', async () => {
    const made = await bench();
    const [a, b] = [made.window(1), made.window(2)];
    for (let round = 0; round < 5; round += 1) {
      expect([await a.hold(), await b.hold()]).toEqual([true, false]);
      made.now += LEASE_MS - 1;
    }
  });

  test('a stale one is taken by one of many', async () => {
    const made = await bench();
    await made.window(1).hold();
    for (let round = 0; round < 20; round += 1) {
      made.now += LEASE_MS + 1;
      const windows = Array.from({ length: 6 }, (_, pid) => made.window(pid));
      const held = await Promise.all(windows.map((lease) => lease.hold()));
      const now = await Promise.all(windows.map((lease) => lease.hold()));
      expect([held.filter(Boolean).length <= 1, now.filter(Boolean).length]).toEqual([true, 1]);
    }
  });

  test('what is not a lease is taken over, and a folder that cannot be made gives none', async () => {
    const made = await bench();
    await made.window(1).hold();
    await writeFile(made.file, '{');
    expect(await made.window(2).hold()).toBe(true);
    expect(await readFile(made.file, 'utf8')).toContain('"pid":2');
    const options = { name: 'host', token: 't', pid: 1, clock: { now: () => 0 }, isAlive: () => true };
    expect(await createLease({ ...options, folder: path.join(made.file, 'below') }).hold()).toBe(false);
  });

  test('a release takes nobody else’s', async () => {
    const { window } = await bench();
    const [a, b] = [window(1), window(2)];
    await a.hold();
    await b.release();
    expect([await a.hold(), await b.hold()]).toEqual([true, false]);
  });
});

test('this process lives, and one of an impossible number does not', () => {
  expect([isProcessAlive(process.pid), isProcessAlive(2 ** 30)]).toEqual([true, false]);
});
