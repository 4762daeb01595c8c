import { readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../src/platform/logger.ts';
import {
  countMachineIdentity,
  forgetMachineIdentity,
  readMachineIdentity,
} from '../../../src/platform/machineIdentity.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

describe('the identity of a machine', () => {
  test('is kept in the folder, also where several windows make it at once', async () => {
    const folder = path.join(await tempFolder(), 'made', 'here');
    const read = () => readMachineIdentity(folder, silentLogger);
    const all = new Set(await Promise.all([read(), read(), read(), read()]));
    expect(all.size).toBe(1);
    expect(all).toContain(await read());
    expect(await readdir(folder)).toEqual(['installation-id']);
  });

  test('is another one after it was forgotten', async () => {
    const folder = await tempFolder();
    expect(await countMachineIdentity(folder)).toBe(0);
    const first = await readMachineIdentity(folder, silentLogger);
    expect(await countMachineIdentity(folder)).toBe(1);
    await forgetMachineIdentity(folder);
    expect(await countMachineIdentity(folder)).toBe(0);
    await forgetMachineIdentity(folder);
    expect(await readMachineIdentity(folder, silentLogger)).not.toBe(first);
  });

  test('is another one for another account, and for a clone of the disk', async () => {
    const [one, other] = [await tempFolder(), await tempFolder()];
    const machineId = path.join(one, 'machine-id');
    await writeFile(machineId, 'aaaa\n');
    const here = await readMachineIdentity(one, silentLogger, machineId);
    expect(await readMachineIdentity(other, silentLogger, machineId)).not.toBe(here);
    expect(await readMachineIdentity(one, silentLogger, machineId)).toBe(here);
    await writeFile(machineId, 'bbbb\n');
    expect(await readMachineIdentity(one, silentLogger, machineId)).not.toBe(here);
  });

  test('is a new one each time where nothing can be kept, or what is kept is no id', async () => {
    const folder = await tempFolder();
    await writeFile(path.join(folder, 'installation-id'), '');
    const [first, second] = [
      await readMachineIdentity(folder, silentLogger),
      await readMachineIdentity(folder, silentLogger),
    ];
    expect(first).not.toBe(second);
  });
});
