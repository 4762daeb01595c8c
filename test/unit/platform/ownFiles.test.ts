import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownFiles, type ComparedFile, type OwnFile, type WrittenFile } from '../../../src/platform/ownFiles.ts';

const { areUntouched, compare: compareFiles, takeBack, write } = ownFiles;

async function writeFiles(compared: readonly ComparedFile[]): Promise<readonly WrittenFile[]> {
  const result = await write(compared);
  if (result.kind !== 'written') throw new Error(result.why);
  return result.files;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'own-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (name: string, text = 'ours\n', mode = 0o700): OwnFile => ({ path: path.join(folder, name), text, mode });
const kinds = async (files: readonly OwnFile[]): Promise<string[]> =>
  (await compareFiles(files)).map(({ standing }) => standing.kind);
const listing = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).toSorted();

it('writes new files with their mode, and takes them back with their folders', async () => {
  const files = [file('a/b/check.sh'), file('a/worker.mjs', 'x', 0o644)];
  expect(await kinds(files)).toEqual(['nothing', 'nothing']);
  const written = await writeFiles(await compareFiles(files));
  expect((await stat(path.join(folder, 'a/b/check.sh'))).mode & 0o777).toBe(0o700);
  expect((await stat(path.join(folder, 'a/worker.mjs'))).mode & 0o777).toBe(0o644);
  expect(await kinds(files)).toEqual(['same', 'same']);
  expect(await areUntouched(written)).toBe(true);
  await takeBack(written);
  expect(await listing()).toEqual([]);
});

it('puts back what it replaced, and leaves alone what was changed since or stands beside it', async () => {
  await writeFile(path.join(folder, 'unit'), 'theirs\n');
  await chmod(path.join(folder, 'unit'), 0o640);
  const files = [file('unit'), file('new/script')];
  expect(await kinds(files)).toEqual(['other', 'nothing']);
  const written = await writeFiles(await compareFiles(files));
  await writeFile(path.join(folder, 'new/script'), 'edited\n');
  await writeFile(path.join(folder, 'new/notes'), 'mine\n');
  expect(await areUntouched(written)).toBe(false);
  await takeBack(written);
  expect(await readFile(path.join(folder, 'unit'), 'utf8')).toBe('theirs\n');
  expect((await stat(path.join(folder, 'unit'))).mode & 0o777).toBe(0o640);
  expect(await readFile(path.join(folder, 'new/script'), 'utf8')).toBe('edited\n');
  expect(await listing()).toEqual(['new', 'new/notes', 'new/script', 'unit']);
});

it('writes nothing that is there already', async () => {
  await writeFile(path.join(folder, 'unit'), 'ours\n');
  expect(await writeFiles(await compareFiles([file('unit')]))).toEqual([]);
});

it('does not write over what came after the preview', async () => {
  const compared = await compareFiles([file('first'), file('unit')]);
  await writeFile(path.join(folder, 'unit'), 'theirs\n');
  expect(await write(compared)).toEqual({ kind: 'notWritten', why: 'changed', path: path.join(folder, 'unit') });
  expect(await readFile(path.join(folder, 'unit'), 'utf8')).toBe('theirs\n');
  expect(await listing()).toEqual(['unit']);
});

it('takes back the files before the one that cannot be written', async () => {
  await writeFile(path.join(folder, 'plain'), '');
  const compared = await compareFiles([file('first/one'), file('plain/two')]);
  expect(await write(compared)).toEqual({ kind: 'notWritten', why: 'unusable', path: path.join(folder, 'plain/two') });
  expect(await listing()).toEqual(['plain']);
});

it('writes to the end of a link, and takes nothing but a regular file', async () => {
  await mkdir(path.join(folder, 'kept'));
  await writeFile(path.join(folder, 'kept/unit'), 'theirs\n');
  await symlink('kept/unit', path.join(folder, 'unit'));
  expect(await kinds([file('unit'), file('kept')])).toEqual(['other', 'unusable']);
  await writeFiles(await compareFiles([file('unit')]));
  expect(await readlink(path.join(folder, 'unit'))).toBe('kept/unit');
  expect(await readFile(path.join(folder, 'kept/unit'), 'utf8')).toBe('ours\n');
  expect(await write(await compareFiles([file('kept')]))).toMatchObject({ kind: 'notWritten', why: 'unusable' });
});
