import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile } from '../../../../src/gateway/jsonStore/replaceFile.ts';
import { readTextFile, type FileContent } from '../../../../src/gateway/readFile.ts';
import { AppError } from '../../../../src/domain/errors.ts';

let dir = '';
let file = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replace-file-'));
  file = join(dir, 'store');
  writeFileSync(file, 'before', { mode: 0o600 });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function read(path = file): Promise<FileContent> {
  const content = await readTextFile(path);
  if (content.kind !== 'ok') throw new Error(content.kind);
  return content;
}
const yes = async (): Promise<void> => {};

describe('replaceFile', () => {
  it('replaces the content, not the file that a reader has open', async () => {
    const { ino } = statSync(file);
    await replaceFile({ path: file, before: await read(), text: 'after', checkStill: yes });
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(statSync(file).ino).not.toBe(ino);
    expect(readdirSync(dir)).toEqual(['store']);
  });

  it('writes nothing that is too large to be read again', async () => {
    const before = await read();
    const larger = replaceFile({ path: file, before, text: 'ä'.repeat(2 ** 21) + 'a', checkStill: yes });
    await expect(larger).rejects.toMatchObject({ code: 'storeWriteFailed', details: { errno: 'EFBIG' } });
    expect([readdirSync(dir), readFileSync(file, 'utf8')]).toEqual([['store'], 'before']);
    await replaceFile({ path: file, before, text: 'ä'.repeat(2 ** 21), checkStill: yes });
  });

  it.each([
    [0o600, 0o600],
    [0o644, 0o600],
    [0o400, 0o400],
  ])('makes of mode %o mode %o', async (before, after) => {
    chmodSync(file, before);
    await replaceFile({ path: file, before: await read(), text: 'after', checkStill: yes });
    expect(statSync(file).mode & 0o777).toBe(after);
  });

  it('gives another mtime even if the clock stands still', async () => {
    const content = await read();
    let still: bigint | null = null;
    const before = {
      ...content,
      /** The time that the new file has when it is first asked for, as on a file system with a coarse clock. */
      get mtimeNs(): bigint {
        const temp = readdirSync(dir).find((name) => name.endsWith('.tmp')) ?? '';
        return (still ??= statSync(join(dir, temp), { bigint: true }).mtimeNs);
      },
    };
    const checkStill = async (): Promise<void> => {
      await Promise.resolve(before.mtimeNs);
    };
    await replaceFile({ path: file, before, text: 'after', checkStill });
    expect(statSync(file, { bigint: true }).mtimeNs).not.toBe(still);
  });

  it('keeps a link and replaces its target', async () => {
    const link = join(dir, 'link');
    symlinkSync('store', link);
    await replaceFile({ path: link, before: await read(link), text: 'after', checkStill: yes });
    expect(readlinkSync(link)).toBe('store');
    expect(readFileSync(file, 'utf8')).toBe('after');
  });

  it('makes a file that was not there, for its owner only', async () => {
    const path = join(dir, 'other');
    await replaceFile({ path, before: null, text: 'after', checkStill: yes });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['the file has changed', () => writeFileSync(file, 'theirs')],
    ['the file is gone', () => rmSync(file)],
  ])('writes nothing when %s', async (_name, change) => {
    const before = await read();
    change();
    await expect(replaceFile({ path: file, before, text: 'after', checkStill: yes })).rejects.toMatchObject({
      code: 'changeConflict',
    });
    expect(readdirSync(dir).filter((name) => name !== 'store')).toEqual([]);
  });

  it('writes nothing when it may not any more', async () => {
    const checkStill = (): Promise<void> => Promise.reject(new AppError('storeBusy'));
    await expect(replaceFile({ path: file, before: await read(), text: 'after', checkStill })).rejects.toMatchObject({
      code: 'storeBusy',
    });
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(dir)).toEqual(['store']);
  });

  it('says which file, when it cannot be written', async () => {
    const path = join(dir, 'none', 'store');
    await expect(replaceFile({ path, before: null, text: '', checkStill: yes })).rejects.toMatchObject({
      code: 'storeWriteFailed',
      details: { path, errno: 'ENOENT' },
    });
  });
});
