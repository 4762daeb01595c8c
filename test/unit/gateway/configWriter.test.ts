import { existsSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { writeConfigEdit } from '../../../src/gateway/configWriter.ts';
import { readTextFile } from '../../../src/gateway/readFile.ts';
import { tempFolder } from './tempFolder.ts';

it('writes over nothing that came while the backups were moved', async () => {
  const file = path.join(await tempFolder(), 'openclaw.json');
  await writeFile(file, '{}');
  for (const suffix of ['', '.1', '.2', '.3']) await writeFile(`${file}.bak${suffix}`, suffix);
  const before = await readTextFile(file);
  if (before.kind !== 'ok') return expect.fail(before.kind);
  // As soon as the first backup has moved on, there are three more to go.
  const look = (): void =>
    existsSync(`${file}.bak.4`) ? writeFileSync(file, '{"theirs":1}') : void setImmediate(look);
  setImmediate(look);
  const writing = writeConfigEdit({ path: file, before, text: '{"ours":1}' });
  await expect(writing).rejects.toMatchObject({ code: 'changeConflict' });
  expect(await readFile(file, 'utf8')).toBe('{"theirs":1}');
});
