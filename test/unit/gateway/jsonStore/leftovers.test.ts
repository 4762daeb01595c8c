import { existsSync, readdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeLeftoversBeside } from '../../../../src/gateway/jsonStore/leftovers.ts';
import { createLockFile } from '../../../../src/gateway/jsonStore/lockFile.ts';
import { tempFolder } from '../tempFolder.ts';

const DAY_MS = 86_400_000;

describe('a temporary file of a living process', () => {
  const leave = async (): Promise<{ readonly store: string; readonly temp: string }> => {
    const store = path.join(await tempFolder(), 'auth-profiles.json');
    const temp = `${store}.openclaw-auth-${String(process.pid)}-${'0'.repeat(24)}.tmp`;
    writeFileSync(temp, 'FAKE');
    return { store, temp };
  };

  it('stays, even if our clock is a year ahead', async () => {
    const { store, temp } = await leave();
    await removeLeftoversBeside(store, Date.now() + 365 * DAY_MS);
    expect(readdirSync(path.dirname(store))).toEqual([path.basename(temp)]);
  });

  it('goes when it is so old that the process must be another', async () => {
    const { store, temp } = await leave();
    const twoDaysAgo = (Date.now() - 2 * DAY_MS) / 1_000;
    utimesSync(temp, twoDaysAgo, twoDaysAgo);
    await removeLeftoversBeside(store, Date.now());
    expect(readdirSync(path.dirname(store))).toEqual([]);
  });
});

it('a lock whose temporary file somebody took for a leftover is only not taken yet', async () => {
  const lock = path.join(await tempFolder(), 'auth-profiles.json.lock');
  const temp = `${lock}.tmp`;
  const bodyAt = (): string => {
    unlinkSync(temp);
    return '{}';
  };
  expect(await createLockFile(lock, bodyAt, temp)).toBeNull();
  expect(existsSync(lock)).toBe(false);
});
