import { mkdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { parseAgentRoster } from '../../../src/domain/agentRoster.ts';
import { listAgents, type AgentPlace } from '../../../src/gateway/agentDirs.ts';
import { tempFolder } from './tempFolder.ts';

async function list(
  stateDir: string,
  config: object = {},
  moved: string | null = null,
): Promise<readonly AgentPlace[]> {
  const sharedAgentDir = path.join(stateDir, 'agents', 'main', 'agent');
  const paths = { stateDir, configPath: path.join(stateDir, 'openclaw.json'), sharedAgentDir, movedAgentDir: moved };
  return listAgents(paths, parseAgentRoster(JSON.stringify(config)), (text) => text);
}

const makeAgent = (stateDir: string, id: string): Promise<unknown> =>
  mkdir(path.join(stateDir, 'agents', id, 'agent'), { recursive: true });

it('puts the default agent first and sorts the others', async () => {
  const stateDir = await tempFolder();
  for (const id of ['zed', 'main', 'alpha']) await makeAgent(stateDir, id);
  const found = await list(stateDir, { agents: { list: [{ id: 'work', default: true }] } });
  expect(found.map(({ id }) => id)).toEqual(['work', 'alpha', 'main', 'zed']);
  expect(found.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual(['work']);
  expect(found.filter(({ isShared }) => isShared).map(({ id }) => id)).toEqual(['main']);
});

it('knows main without a folder, and none at all without a state directory', async () => {
  const stateDir = await tempFolder();
  expect((await list(stateDir)).map(({ id }) => id)).toEqual(['main']);
  expect(await list(path.join(stateDir, 'nothing'))).toEqual([]);
});

it('skips what is not an agent folder', async () => {
  const stateDir = await tempFolder();
  for (const id of ['main', '..hidden', 'Upper', 'a b']) await makeAgent(stateDir, id);
  await writeFile(path.join(stateDir, 'agents', 'file'), '');
  expect((await list(stateDir)).map(({ id }) => id)).toEqual(['main']);
});

it('refuses a link that leads out of the state directory, unless the configuration names the place', async () => {
  const [stateDir, elsewhere] = [await tempFolder(), await tempFolder()];
  await mkdir(path.join(stateDir, 'agents'));
  await makeAgent(stateDir, 'inner');
  await mkdir(path.join(elsewhere, 'agent'));
  await symlink(elsewhere, path.join(stateDir, 'agents', 'outer'));
  await symlink(path.join(stateDir, 'agents', 'inner'), path.join(stateDir, 'agents', 'alias'));
  const outside = (places: readonly AgentPlace[]): string[] =>
    places.filter(({ isOutside }) => isOutside).map(({ id }) => id);
  expect(outside(await list(stateDir))).toEqual(['outer']);
  const agentDir = path.join(elsewhere, 'agent');
  const named = await list(stateDir, { agents: { list: [{ id: 'outer', agentDir }] } });
  expect(outside(named)).toEqual([]);
  expect(named.find(({ id }) => id === 'outer')?.agentDir).toBe(agentDir);
});

it('reads main where a variable has moved it', async () => {
  const [stateDir, moved] = [await tempFolder(), await tempFolder()];
  expect((await list(stateDir, {}, moved))[0]).toMatchObject({ id: 'main', agentDir: moved, isOutside: false });
});
