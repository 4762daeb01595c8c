import { existsSync, readdirSync, rmSync } from 'node:fs';
import { appendFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { backUpAuthFiles } from '../../../src/gateway/authBackup.ts';
import type { GatewayPaths } from '../../../src/gateway/paths.ts';
import { tempFolder } from './tempFolder.ts';

const NOW = Date.UTC(2026, 0, 2);
const NAME = '2026-01-02T00-00-00-000Z';

async function setUp(): Promise<{ paths: GatewayPaths; root: string; database: string }> {
  const stateDir = await tempFolder();
  const sharedAgentDir = path.join(stateDir, 'agent');
  await mkdir(path.join(stateDir, 'state'));
  await mkdir(sharedAgentDir);
  const database = path.join(stateDir, 'state', 'openclaw.sqlite');
  for (const file of [database, `${database}-wal`, path.join(stateDir, 'openclaw.json')]) await writeFile(file, 'FAKE');
  const configPath = path.join(stateDir, 'openclaw.json');
  const paths = { stateDir, configPath, sharedAgentDir, movedAgentDir: null };
  return { paths, root: path.join(stateDir, 'openclaw-auth-backups'), database };
}

/** Does it once, between two steps of the copying, as soon as the first file is there. */
function onceCopied(folder: string, task: () => void): void {
  const look = (): void => {
    if (existsSync(folder) && readdirSync(folder).length > 0) task();
    else setImmediate(look);
  };
  setImmediate(look);
}

it('copies once more when the log of a database goes meanwhile, and leaves nothing of the first try', async () => {
  const { paths, root, database } = await setUp();
  onceCopied(path.join(root, NAME), () => rmSync(`${database}-wal`));
  expect(await backUpAuthFiles(paths, [], NOW)).toBe(path.join(root, `${NAME}-2`));
  expect(await readdir(root)).toEqual([`${NAME}-2`]);
  expect((await readdir(path.join(root, `${NAME}-2`), { recursive: true })).toSorted()).toEqual(
    ['openclaw.json', 'state', 'state/openclaw.sqlite'].map((name) => path.normalize(name)),
  );
});

it('leaves nothing when the files change all the time', async () => {
  const { paths, root, database } = await setUp();
  let isOver = false;
  const write = async (): Promise<void> => {
    while (!isOver) await appendFile(database, 'x');
  };
  const writing = write();
  await expect(backUpAuthFiles(paths, [], NOW)).rejects.toMatchObject({ code: 'storeBusy' });
  isOver = true;
  await writing;
  expect(await readdir(root)).toEqual([]);
});

it('takes no folder and no link that is there already', async () => {
  const { paths, root } = await setUp();
  await mkdir(path.join(root, NAME), { recursive: true });
  await expect(backUpAuthFiles(paths, [], NOW)).rejects.toMatchObject({ details: { errno: 'EEXIST' } });
  expect(await readdir(root)).toEqual([NAME]);
  await symlink('/nowhere', path.join(root, '2026-01-02T00-00-00-001Z'));
  await expect(backUpAuthFiles(paths, [], NOW + 1)).rejects.toMatchObject({ details: { errno: 'EEXIST' } });
});
