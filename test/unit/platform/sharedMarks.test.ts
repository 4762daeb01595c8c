import { readdir, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSharedMarks } from '../../../src/platform/sharedMarks.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

describe('marks that windows share', () => {
  test('one claims it and one takes it, however many try', async () => {
    const folder = path.join(await tempFolder(), 'made', 'here');
    const windows = Array.from({ length: 20 }, () => createSharedMarks(folder));
    const trues = (answers: boolean[]) => answers.filter(Boolean).length;
    expect(trues(await Promise.all(windows.map((marks) => marks.claim('a'))))).toBe(1);
    expect(trues(await Promise.all(windows.map((marks) => marks.take('a'))))).toBe(1);
    expect(trues(await Promise.all(windows.map((marks) => marks.claim('a'))))).toBe(1);
  });

  test('keep their text, and names stay out of the folder', async () => {
    const folder = await tempFolder();
    const marks = createSharedMarks(folder);
    const name = '["host","../..","anthropic:me@example.com"]';
    expect(await marks.read(name)).toBeNull();
    expect(await marks.claim(name, '42')).toBe(true);
    expect(await marks.claim(name, '43')).toBe(false);
    expect(await createSharedMarks(folder).read(name)).toBe('42');
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[\da-f]{64}$/)]);
  });

  test('are seen in one look, as they were when it was taken', async () => {
    const marks = createSharedMarks(path.join(await tempFolder(), 'not yet'));
    expect((await marks.look())('a')).toBe(false);
    await marks.claim('a');
    const isMarked = await marks.look();
    await marks.claim('b');
    expect(['a', 'b'].map(isMarked)).toEqual([true, false]);
  });

  test('are put over one another, whole, and nothing is left beside them', async () => {
    const folder = path.join(await tempFolder(), 'made');
    const marks = createSharedMarks(folder);
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(1_000));
    expect(await Promise.all(texts.map((text) => marks.put('a', text)))).toEqual(texts.map(() => true));
    expect(texts).toContain(await marks.read('a'));
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('are cleared by age, or all of them', async () => {
    const folder = await tempFolder();
    const marks = createSharedMarks(folder);
    await marks.claim('old');
    const [old = ''] = await readdir(folder);
    await utimes(path.join(folder, old), 1_000, 1_000);
    await marks.claim('new');
    expect(await marks.count()).toBe(2);
    await marks.clear(2_000_000);
    expect([await marks.read('old'), await marks.read('new')]).toEqual([null, '']);
    await marks.clear();
    expect([await readdir(folder), await marks.count()]).toEqual([[], 0]);
  });

  test('that cannot be kept are claimed by nobody, and nothing throws', async () => {
    const file = path.join(await tempFolder(), 'file');
    await writeFile(file, '');
    const marks = createSharedMarks(path.join(file, 'below'));
    expect(await marks.claim('a')).toBe(false);
    expect(await marks.put('a', '')).toBe(false);
    expect(await marks.read('a')).toBeNull();
    expect(await marks.take('a')).toBe(false);
    await marks.clear();
  });
});
