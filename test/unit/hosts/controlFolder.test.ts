import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { controlFolder } from '../../../src/hosts/controlFolder.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

const NAME = `openclaw-auth-${String(userInfo().uid)}`;
const askIn = (folder: string): Promise<string | null> => controlFolder({ XDG_RUNTIME_DIR: folder });

it('is a folder where nobody else may look, the same for every window', async () => {
  const runtime = await tempFolder();
  const folder = path.join(runtime, NAME);
  expect([await askIn(runtime), await askIn(runtime)]).toEqual([folder, folder]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

it('is none where somebody else could put a socket, or where there is no such folder', async () => {
  const open = await tempFolder();
  await mkdir(path.join(open, NAME));
  await chmod(path.join(open, NAME), 0o770);
  const linked = await tempFolder();
  await mkdir(path.join(linked, 'elsewhere'), { mode: 0o700 });
  await symlink(path.join(linked, 'elsewhere'), path.join(linked, NAME));
  const filled = await tempFolder();
  await writeFile(path.join(filled, NAME), '');
  for (const runtime of [open, linked, filled, path.join(open, 'nowhere')])
    expect([runtime, await askIn(runtime)]).toEqual([runtime, null]);
});
