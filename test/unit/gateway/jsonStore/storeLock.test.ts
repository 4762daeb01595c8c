import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatLockBody, systemProcesses, type JsonEra } from '../../../../src/gateway/jsonStore/lockRules.ts';
import { acquireStoreLock, type LockOptions, type StoreLock } from '../../../../src/gateway/jsonStore/storeLock.ts';

const ERAS: JsonEra[] = ['json-directory-lock', 'json-file-lock', 'json-owned-lock'];
const DEAD_PID = 2 ** 22 + 1;
let dir = '';
let store = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-lock-'));
  store = join(dir, 'auth-profiles.json');
  writeFileSync(store, '0');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function acquire(era: JsonEra, options: Partial<LockOptions> = {}): Promise<StoreLock> {
  const clock = { now: () => Date.now() };
  return acquireStoreLock(store, { era, clock, processes: systemProcesses, waitMs: 50, ...options });
}
const dead = (): string => formatLockBody(DEAD_PID, Date.now(), null, 'planted');
const plant = (text: string, ageMs = 0): void => {
  writeFileSync(`${store}.lock`, text);
  const at = (Date.now() - ageMs) / 1_000;
  utimesSync(`${store}.lock`, at, at);
};

describe('acquireStoreLock', () => {
  it.each(ERAS)('%s: takes, keeps others out, and leaves nothing behind', async (era) => {
    const lock = await acquire(era);
    expect(await lock.isHeld()).toBe(true);
    await expect(acquire(era)).rejects.toMatchObject({ code: 'storeBusy', details: { path: `${store}.lock` } });
    expect(await lock.release()).toBe(true);
    expect(readdirSync(dir)).toEqual(['auth-profiles.json']);
    await (await acquire(era)).release();
  });

  it.each(ERAS)('%s: a clock that is wrong, or jumps, makes no lock older or younger', async (era) => {
    const DAY_MS = 86_400_000;
    for (const skewMs of [-DAY_MS, DAY_MS]) {
      const clock = { now: () => Date.now() + skewMs };
      const lock = await acquire(era, { clock });
      await expect(acquire(era, { clock })).rejects.toMatchObject({ code: 'storeBusy' });
      expect(await lock.isHeld()).toBe(true);
      await lock.release();
    }
    if (era === 'json-owned-lock') return;
    if (era === 'json-directory-lock') mkdirSync(`${store}.lock`);
    else plant('');
    const hourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(`${store}.lock`, hourAgo, hourAgo);
    await (await acquire(era, { clock: { now: () => Date.now() - DAY_MS } })).release();
  });

  it.each(ERAS.slice(1))('%s: says who holds it, in the fields of the release', async (era) => {
    const lock = await acquire(era);
    const body = JSON.parse(readFileSync(lock.path, 'utf8')) as Record<string, unknown>;
    expect(body).toMatchObject({ pid: process.pid, createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string });
    expect(body['starttime'] ?? null).toBe(systemProcesses.startTime(process.pid));
    await lock.release();
  });

  it('takes over from a dead process, and only from a dead one', async () => {
    plant(dead());
    await (await acquire('json-owned-lock')).release();
    plant(formatLockBody(process.pid, Date.now() - 3_600_000, systemProcesses.startTime(process.pid), 'x'), 3_600_000);
    await expect(acquire('json-owned-lock')).rejects.toMatchObject({
      code: 'storeBusy',
      details: { pid: process.pid },
    });
    await (await acquire('json-file-lock')).release();
  });

  it('takes over from a dead process also where there is no time to wait', async () => {
    plant(dead());
    await (await acquire('json-owned-lock', { waitMs: 0 })).release();
    const lock = await acquire('json-owned-lock');
    await expect(acquire('json-owned-lock', { waitMs: 0 })).rejects.toMatchObject({ code: 'storeBusy' });
    await lock.release();
  });

  it('takes over an old directory where the release has directories', async () => {
    mkdirSync(`${store}.lock`);
    utimesSync(`${store}.lock`, 1, 1);
    await expect(acquire('json-file-lock')).rejects.toMatchObject({ code: 'storeBusy' });
    await (await acquire('json-directory-lock')).release();
    expect(readdirSync(dir)).toEqual(['auth-profiles.json']);
  });

  it('waits for a file without a body as the release does', async () => {
    plant('', 3_600_000);
    await expect(acquire('json-owned-lock')).rejects.toMatchObject({ code: 'storeBusy', details: { pid: null } });
    await expect(acquire('json-directory-lock')).rejects.toMatchObject({ code: 'storeBusy' });
    await (await acquire('json-file-lock')).release();
  });

  it('notices that it was robbed, and does not remove the lock of the robber', async () => {
    const lock = await acquire('json-file-lock');
    rmSync(lock.path);
    plant('{"pid": 1}');
    expect(await lock.isHeld()).toBe(false);
    expect(await lock.release()).toBe(true);
    expect(readFileSync(lock.path, 'utf8')).toBe('{"pid": 1}');
  });

  it('stops waiting when told to', async () => {
    const lock = await acquire('json-file-lock');
    const controller = new AbortController();
    const waiting = acquire('json-file-lock', { waitMs: 60_000, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await lock.release();
  });

  it('fails at once where it may not write', async () => {
    store = join(dir, 'none', 'auth-profiles.json');
    await expect(acquire('json-file-lock')).rejects.toMatchObject({
      code: 'storeWriteFailed',
      details: { errno: 'ENOENT' },
    });
  });

  it('lies beside a link, and in 2026.2.3 beside its target', async () => {
    mkdirSync(join(dir, 'link'));
    const target = store;
    store = join(dir, 'link', 'auth-profiles.json');
    symlinkSync(target, store);
    const beside = await acquire('json-owned-lock');
    expect(beside.path).toBe(`${store}.lock`);
    const directory = await acquire('json-directory-lock');
    expect(directory.path).toBe(`${target}.lock`);
    await Promise.all([beside.release(), directory.release()]);
  });

  it.each(ERAS)('%s: never lets two processes in', async (era) => {
    const log = join(dir, 'log');
    writeFileSync(log, '');
    const run = promisify(execFile);
    const contender = join(import.meta.dirname, 'contender.ts');
    const args = ['--experimental-strip-types', '--no-warnings', contender, era, store, '40', log];
    await Promise.all([1, 2, 3].map(() => run(process.execPath, args)));
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(240);
    for (let at = 0; at < lines.length; at += 2) expect(lines[at + 1]).toBe(lines[at]?.replace('+', '-'));
    expect(readFileSync(store, 'utf8')).toBe('120');
  });
});
