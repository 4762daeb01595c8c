import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTextFile } from '../../../src/gateway/readFile.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'read-file-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string): string => join(dir, name);

describe('readTextFile', () => {
  it('gives text, hash, mode and time', async () => {
    writeFileSync(at('a'), '\ufeffé\r\n', { mode: 0o600 });
    expect(await readTextFile(at('a'))).toMatchObject({
      kind: 'ok',
      text: '\ufeffé\r\n',
      sha256: 'aed6404f0f21739aae66e784e8eae25f73c9b3cfe4d3344df2068a9b117a7e2f',
      mode: 0o600,
    });
  });

  it('follows a link to a file', async () => {
    writeFileSync(at('a'), 'x');
    symlinkSync('a', at('link'));
    expect(await readTextFile(at('link'))).toMatchObject({ kind: 'ok', text: 'x' });
  });

  it('tells a missing file from an empty one', async () => {
    writeFileSync(at('empty'), '');
    expect(await readTextFile(at('none'))).toEqual({ kind: 'missing' });
    expect(await readTextFile(join(at('empty'), 'below'))).toEqual({ kind: 'missing' });
    expect(await readTextFile(at('empty'))).toMatchObject({ kind: 'ok', text: '' });
  });

  it.each([
    ['a pipe', 'notARegularFile', (path: string) => execFileSync('mkfifo', [path])],
    ['a device', 'notARegularFile', (path: string) => symlinkSync('/dev/zero', path)],
    ['a directory', 'notARegularFile', (path: string) => mkdirSync(path)],
    ['a link to itself', 'notARegularFile', (path: string) => symlinkSync(path, path)],
    ['half a character', 'notUtf8', (path: string) => writeFileSync(path, Buffer.from([0x7b, 0xc3]))],
    ['more than 4 MiB', 'tooLarge', (path: string) => writeFileSync(path, ' '.repeat(4 * 1024 * 1024 + 1))],
  ])('answers at once for %s', async (_name, problem, make) => {
    make(at('it'));
    expect(await readTextFile(at('it'))).toEqual({
      ...{ kind: 'unreadable', problem },
      ...(problem === 'notUtf8' ? { validText: '{' } : {}),
    });
  });
});
