import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkPlace, findExposure, resolveTarget } from '../../../../src/gateway/jsonStore/places.ts';
import { tempFolder } from '../tempFolder.ts';

let dir = '';
let file = '';
beforeEach(async () => {
  dir = join(await tempFolder(), 'agent');
  mkdirSync(dir);
  chmodSync(dir, 0o755);
  file = join(dir, 'store');
  writeFileSync(file, 'x', { mode: 0o600 });
});

const refusal = async (path = file): Promise<unknown> => {
  try {
    await checkPlace(path);
    return null;
  } catch (thrown) {
    const { code, details } = thrown as { code: unknown; details: unknown };
    return [code, details];
  }
};

describe.skipIf(process.platform === 'win32')('checkPlace', () => {
  it.each([0o600, 0o644, 0o400, 0o755])('takes a file of mode %o', async (mode) => {
    chmodSync(file, mode);
    expect(await refusal()).toBeNull();
  });

  it.each([
    [0o602, '0602'],
    [0o666, '0666'],
  ])('refuses a file of mode %o', async (mode, shown) => {
    chmodSync(file, mode);
    expect(await refusal()).toEqual(['storeExposed', { path: file, mode: shown }]);
  });

  it('refuses a directory that others may write, also above one that is not there', async () => {
    chmodSync(dir, 0o777);
    const expected = ['storeExposed', { path: dir, mode: '0777' }];
    expect(await refusal()).toEqual(expected);
    expect(await refusal(join(dir, 'other'))).toEqual(expected);
    expect(await refusal(join(dir, 'not', 'yet', 'store'))).toEqual(expected);
  });

  it('takes what is ours in a sticky directory, and nothing that is not there yet', async () => {
    chmodSync(dir, 0o1777);
    expect(await refusal()).toBeNull();
    expect(await refusal(join(dir, 'other'))).toEqual(['storeExposed', { path: dir, mode: '1777' }]);
  });

  it('looks at both ends of a link', async () => {
    const elsewhere = join(await tempFolder(), 'elsewhere');
    mkdirSync(elsewhere);
    const link = join(elsewhere, 'link');
    symlinkSync(file, link);
    expect(await refusal(link)).toBeNull();
    chmodSync(dir, 0o777);
    expect(await refusal(link)).toEqual(['storeExposed', { path: dir, mode: '0777' }]);
    chmodSync(dir, 0o755);
    chmodSync(elsewhere, 0o777);
    expect(await refusal(link)).toEqual(['storeExposed', { path: elsewhere, mode: '0777' }]);
  });

  it('refuses a link that leads nowhere or in a circle', async () => {
    const [dangling, circle] = [join(dir, 'dangling'), join(dir, 'circle')];
    symlinkSync(join(dir, 'nothing'), dangling);
    symlinkSync('circle', circle);
    for (const path of [dangling, circle])
      expect(await refusal(path)).toEqual(['storeUnreadable', { path, problem: 'danglingLink' }]);
    expect(await resolveTarget(join(dir, 'nothing'))).toBe(join(dir, 'nothing'));
    expect(readdirSync(dir).toSorted()).toEqual(['circle', 'dangling', 'store']);
  });
});

describe.skipIf(process.platform === 'win32')('findExposure', () => {
  it('tells who may write from who may read, and is silent about the rest', async () => {
    expect(await findExposure(file)).toBeNull();
    chmodSync(file, 0o666);
    expect(await findExposure(file)).toEqual({ path: file, mode: 0o666, kind: 'writable' });
    chmodSync(file, 0o644);
    // The folder of the test is closed, so nobody gets to the file.
    expect(await findExposure(file)).toBeNull();
    chmodSync(join(dir, '..'), 0o755);
    expect(await findExposure(file)).toEqual({ path: file, mode: 0o644, kind: 'readable' });
    expect(await findExposure(join(dir, 'nothing'))).toBeNull();
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['x', 0o644]);
  });
});
