import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { fingerprint } from '../../../src/domain/ids.ts';
import type { HostSnapshot } from '../../../src/domain/snapshot.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { buildTree } from '../../../src/view/treeModel.ts';
import type { TreeNode } from '../../../src/view/treeNodes.ts';
import { fakeToken, writeAgentDatabase, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';
import { ASKED } from '../../fakes/syncStates.ts';

const NOW = 1_795_000_000_000;

/** `count` tokens of one agent over so many providers, and an order of each provider. */
function documents(agent: string, count: number, providers: number): { store: object; state: object } {
  const profiles: Record<string, object> = {};
  const order: Record<string, string[]> = {};
  for (let index = 0; index < count; index += 1) {
    const provider = `provider${String(index % providers)}`;
    const id = `${provider}:${agent}-${String(index)}`;
    profiles[id] = { type: 'token', provider, token: fakeToken(id), expires: NOW + index };
    (order[provider] ??= []).push(id);
  }
  return { store: { version: 1, profiles }, state: { version: 1, order } };
}

const agentIds = (count: number): string[] => ['main', ...Array.from({ length: count - 1 }, (_, n) => `a${String(n)}`)];

async function writeStores(
  kind: 'json' | 'sqlite',
  agents: readonly string[],
  profiles: number,
  providers: number,
): Promise<string> {
  const stateDir = await tempFolder();
  const release = kind === 'json' ? '2026.6.1' : '2026.9.6';
  const config = { meta: { lastTouchedVersion: release }, agents: { list: agents.map((id) => ({ id })) } };
  await writeFile(path.join(stateDir, 'openclaw.json'), JSON.stringify(config));
  for (const agent of agents) {
    const folder = path.join(stateDir, 'agents', agent, 'agent');
    const { store, state } = documents(agent, profiles, providers);
    await mkdir(folder, { recursive: true });
    if (kind === 'sqlite' && agent === 'main')
      writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store, state }).close();
    else if (kind === 'sqlite')
      writeAgentDatabase(path.join(folder, 'openclaw-agent.sqlite'), { store, state }).close();
    else {
      await writeFile(path.join(folder, 'auth-profiles.json'), JSON.stringify(store));
      await writeFile(path.join(folder, 'auth-state.json'), JSON.stringify(state));
    }
  }
  return stateDir;
}

/** One reading, and how many characters were fingerprinted for it. */
async function read(stateDir: string): Promise<{ snapshot: HostSnapshot; hashed: number }> {
  let hashed = 0;
  const service = createLocalService({
    env: {},
    home: '/nowhere',
    machine: 'this machine',
    stateDirOverride: stateDir,
    clock: systemClock,
    runProcess,
    logger: silentLogger,
    fingerprint: (text) => {
      hashed += text.length;
      return fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12));
    },
    workerPath: '/nowhere/worker.mjs',
  });
  return { snapshot: await service.snapshot(), hashed };
}

const countRows = (nodes: readonly TreeNode[]): number =>
  nodes.reduce((sum, node) => sum + 1 + countRows(node.children), 0);

function rowsOf(snapshot: HostSnapshot): number {
  const status = deriveHostStatus(snapshot, { now: NOW - 1, warnMs: 1 });
  return countRows(
    buildTree(
      status,
      () => 'unknown',
      () => [],
      ASKED,
    ),
  );
}

/** Why this credential, the order that is set, and that the store has it. */
const REASON_ROWS = 3;
/** What needs doing: that two programs are missing, what is found of agents without a key, and the row above; no more than 20. */
const [FINDING_ROWS, MANY_FINDING_ROWS] = [3, 21];

describe('10,000 profiles', () => {
  it.each(['json', 'sqlite'] as const)('%s: 50 agents with 200 each, every one read once', async (kind) => {
    const [agents, profiles, providers] = [50, 200, 200];
    const { snapshot, hashed } = await read(await writeStores(kind, agentIds(agents), profiles, providers));
    expect(snapshot.agents.map(({ set }) => set.profiles.size)).toEqual([200, ...Array<number>(49).fill(400)]);
    // Every value once; the texts too where the revision is made of them. What agents inherit is not read again for each.
    const values = agents * profiles * (fakeToken('').length + 'token provider199:a48-199'.length);
    expect(hashed).toBeLessThan(kind === 'json' ? values * 1.2 : values * 3.5);
    // A host, its agents, and per agent its providers, each with two reasons below a row of their own, and its profiles.
    expect(rowsOf(snapshot)).toBe(1 + MANY_FINDING_ROWS + 50 + 50 * 200 * (1 + REASON_ROWS) + 200 + 49 * 400);
  });

  // One pass for each profile over all the others took two minutes here.
  it('one agent with all of them for one provider', async () => {
    const { snapshot } = await read(await writeStores('json', ['main'], 10_000, 1));
    expect(rowsOf(snapshot)).toBe(1 + FINDING_ROWS + 1 + 1 + REASON_ROWS + 10_000);
  });
});

describe('4 MiB', () => {
  const LIMIT = 4 * 1024 * 1024;

  async function readPadded(size: number): Promise<HostSnapshot> {
    const stateDir = await writeStores('json', ['main'], 100, 4);
    const file = path.join(stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
    const text = JSON.stringify({ ...documents('main', 100, 4).store, padding: '' });
    await writeFile(file, text.replace(/""\}$/, `"${'x'.repeat(size - text.length)}"}`));
    return (await read(stateDir)).snapshot;
  }

  it('reads a store of that size', async () => {
    const [main] = (await readPadded(LIMIT)).agents;
    expect(main?.store.state).toBe('ok');
    expect(main?.set.profiles.size).toBe(100);
  });

  it('says that a larger one is too large', async () => {
    const [main] = (await readPadded(LIMIT + 1)).agents;
    expect(main?.store).toMatchObject({ state: 'unreadable', problem: 'tooLarge' });
  });

  it('reads a configuration up to that size only', async () => {
    const stateDir = await writeStores('json', ['main'], 1, 1);
    await writeFile(path.join(stateDir, 'openclaw.json'), `{"x":"${'x'.repeat(LIMIT)}"}`);
    expect((await read(stateDir)).snapshot.config.state).toBe('unreadable');
  });
});
