import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY_WARN_MS } from '../../src/domain/health.ts';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import { agentId, fingerprint } from '../../src/domain/ids.ts';
import { eraOf, parseRelease } from '../../src/domain/release.ts';
import type { AgentSnapshot, HostSnapshot } from '../../src/domain/snapshot.ts';
import { readAgentThroughCli } from '../../src/gateway/cliReader.ts';
import { NodeLocator } from '../../src/gateway/nodeProgram.ts';
import { OpenclawLocator } from '../../src/gateway/openclawProgram.ts';
import { existsHere, resolvePaths } from '../../src/gateway/paths.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { runProcess } from '../../src/platform/process.ts';
import { openLocalGateway } from '../harness/localGateway.ts';
import { CHOSEN_RELEASES, cleanEnv, ensureOpenclaw, type OpenClaw } from '../harness/openclaw.ts';
import { agentDirOf, writeHome } from '../harness/openclawHome.ts';

const HOUR = 3_600_000;
const sqlite = CHOSEN_RELEASES.filter((version) => eraOf(parseRelease(version)) === 'sqlite');
const now = Date.now();

const MAIN = {
  store: {
    version: 1,
    profiles: {
      'xai:key': { type: 'api_key', provider: 'xai', key: 'sk-FAKE' },
      'xai:empty': { type: 'api_key', provider: 'xai', key: '' },
      'anthropic:late': { type: 'token', provider: 'anthropic', token: 'FAKE', expires: now - HOUR },
      'anthropic:a b;$(x)': { type: 'token', provider: 'anthropic', token: 'FAKE', expires: now + 100 * HOUR },
      'anthropic:none': { type: 'token', provider: 'anthropic', token: 'FAKE' },
      'openai:login': { type: 'oauth', provider: 'openai', access: 'FAKE', refresh: 'FAKE', expires: now + 100 * HOUR },
      'openai:ref': { type: 'api_key', provider: 'openai', keyRef: { source: 'env', provider: 'default', id: 'X' } },
    },
  },
  state: {
    version: 1,
    order: { anthropic: ['anthropic:none', 'anthropic:a b;$(x)', 'anthropic:late'] },
    usageStats: { 'openai:login': { cooldownUntil: now + HOUR, cooldownReason: 'rate_limit' } },
  },
};

describe.each(sqlite)('reading through the command line of OpenClaw %s, as with an unknown schema', (version) => {
  let cli: OpenClaw;
  let home: string;

  beforeAll(async () => {
    cli = await ensureOpenclaw(version);
    home = await mkdtemp(path.join(tmpdir(), 'conformance-fallback-'));
    await writeHome(home, version, { config: {}, agents: { main: MAIN } });
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('shows the profiles, orders and winners that the database shows', async () => {
    const snapshot = await openLocalGateway(home, { cli }).snapshot();
    const [agent] = snapshot.agents;
    if (agent === undefined) throw new Error('We did not list the agent.');
    expect(agent.store).toMatchObject({ kind: 'sqlite', state: 'ok', problem: null });
    const { store, set } = await readThroughCli(snapshot);
    expect(store).toMatchObject({ kind: 'cli', state: 'ok', problem: 'unknownSchema', isValueReadable: false });
    const [theirs, ours] = [factsOf(snapshot, { ...agent, store, set }), factsOf(snapshot, agent)];
    expect(theirs).toEqual(ours);
    expect(ours.winners).toEqual([
      ['anthropic', 'anthropic:none'],
      ['openai', 'openai:ref'],
      ['xai', 'xai:key'],
    ]);
  });

  async function readThroughCli(snapshot: HostSnapshot): Promise<Pick<AgentSnapshot, 'store' | 'set'>> {
    const env = cleanEnv(cli, home);
    const program = await new OpenclawLocator(runProcess, new NodeLocator(runProcess)).find({ env, home }, null);
    if (program === null) throw new Error('We did not find the program.');
    const paths = resolvePaths({
      env,
      home,
      exists: existsHere,
      release: snapshot.release,
      stateDirOverride: undefined,
    });
    const agentDir = agentDirOf(snapshot.stateDir, 'main');
    const place = { id: agentId('main'), agentDir, isDefault: true, isShared: true, isOutside: false };
    const context = { program, paths, env, run: runProcess, logger: silentLogger };
    return readAgentThroughCli(context, place, (text) => fingerprint(text));
  }
});

/** What the tree is made of, but for what only values tell. */
function factsOf(snapshot: HostSnapshot, agent: AgentSnapshot) {
  const status = deriveHostStatus({ ...snapshot, agents: [agent] }, { now, warnMs: GATEWAY_WARN_MS });
  const providers = status.agents[0]?.providers ?? [];
  const profiles = providers.flatMap((provider) => provider.profiles);
  return {
    profiles: profiles.map(({ id, type, provider, expiresAt }) => [id, type, provider, expiresAt]).toSorted(),
    orders: providers.map(({ id, order }) => [id, order.profileIds]),
    winners: providers.map(({ id, winner }) => [id, winner.kind === 'profile' ? winner.profileId : winner.kind]),
  };
}
