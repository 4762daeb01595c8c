import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveHostStatus } from '../../src/domain/hostStatus.ts';
import { agentId, profileId, providerId } from '../../src/domain/ids.ts';
import type { Winner } from '../../src/domain/selection.ts';
import type { ProviderStatus } from '../../src/domain/status.ts';
import { GatewayProcess } from '../faults/support/gatewayProcess.ts';
import { openLocalGateway } from './localGateway.ts';
import { ensureOpenclaw, type OpenClaw } from './openclaw.ts';
import { writeHome, type AgentDocuments } from './openclawHome.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** One provider with an agent of its own, so that one gateway shows them all. */
interface Case {
  readonly name: string;
  readonly profiles?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly stored?: readonly string[];
  readonly config?: readonly string[];
  /** Names of the profiles that `auth.profiles` has. */
  readonly configured?: readonly string[];
  readonly usage?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Its entry under `models.providers`. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** A variable of the gateway's process; the provider must be one that OpenClaw knows. */
  readonly variable?: string;
  /** Provider's id; made from the place in the list when left out. */
  readonly provider?: string;
}

const keyOf = (provider: string, name: string): string => ['sk', 'FAKE', provider, name].join('-');
const key = { type: 'api_key' };
const token = (expires?: number): Readonly<Record<string, unknown>> => ({
  type: 'token',
  ...(expires === undefined ? {} : { expires }),
});
const now = Date.now();

const CASES: readonly Case[] = [
  { name: 'an order set for the agent, before that of the configuration', stored: ['b', 'a'], config: ['a', 'b'] },
  { name: 'the order of the configuration', config: ['b', 'a'] },
  { name: 'the configured profile, before one that is only stored', configured: ['b'] },
  { name: 'a token before a key', profiles: { a: key, b: token() } },
  { name: 'the least recently used', usage: { a: { lastUsed: now - HOUR_MS }, b: { lastUsed: now - 2 * HOUR_MS } } },
  { name: 'not the expired', profiles: { a: token(now - DAY_MS), b: token(now + DAY_MS) }, stored: ['a', 'b'] },
  { name: 'not the one that cools down', stored: ['a', 'b'], usage: { a: { cooldownUntil: now + HOUR_MS } } },
  {
    name: 'not the disabled',
    stored: ['a', 'b'],
    usage: { a: { disabledUntil: now + HOUR_MS, disabledReason: 'billing' } },
  },
  { name: 'nothing outside an order', profiles: { a: key, b: token(now - DAY_MS) }, stored: ['b'] },
  {
    name: 'the environment, where there is no profile',
    profiles: {},
    variable: 'OPENROUTER_API_KEY',
    provider: 'openrouter',
  },
  {
    name: 'a profile before the environment',
    profiles: { a: key },
    variable: 'TOGETHER_API_KEY',
    provider: 'together',
  },
  { name: 'the key of the configuration, where there is no profile', profiles: {}, entry: { apiKey: true } },
  { name: 'a profile before the key of the configuration', entry: { apiKey: true } },
  { name: 'that key first, where its entry says so', entry: { apiKey: true, auth: 'api-key' } },
];

interface Placed extends Case {
  readonly id: string;
  readonly agent: string;
}

const PLACED: readonly Placed[] = CASES.map((one, at) => ({
  ...one,
  id: one.provider ?? `fake${String(at)}`,
  agent: at === 0 ? 'main' : `agent${String(at)}`,
}));

const profilesOf = ({ profiles = { a: key, b: key } }: Case) => Object.entries(profiles);

/**
 * A gateway of the release with a model that notes the key of each request: what we call the winner is what a request carries.
 */
export function describeCarriedCredentials(version: string): void {
  describe(`the credential that a request of OpenClaw ${version} carries`, () => {
    let folder: string;
    let gateway: GatewayProcess;
    let providers: ReadonlyMap<string, ProviderStatus>;

    beforeAll(async () => {
      const cli = await ensureOpenclaw(version);
      folder = await mkdtemp(path.join(tmpdir(), 'carried-'));
      const home = path.join(folder, 'home');
      gateway = await prepare(cli, home);
      // A request counts as a use: what is expected is decided before the first one.
      const twin = path.join(folder, 'twin');
      await cp(home, twin, { recursive: true });
      providers = await decide(cli, twin);
      await gateway.start();
    });
    afterAll(async () => {
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(PLACED.map((one) => [one.name, one] as const))('%s', async (_, { id, agent }) => {
      const provider = providers.get(id);
      expect(await gateway.turn(agent, id)).toBe(credentialOf(id, provider?.winner ?? { kind: 'none' }));
    });

    it('an order that is set here is what the next request follows', async () => {
      const [{ id, agent }] = PLACED as readonly [Placed, ...Placed[]];
      const cli = await ensureOpenclaw(version);
      const service = openLocalGateway(path.join(folder, 'home'), { cli, onEcho: () => told() });
      let told = (): void => {};
      const echoed = new Promise<void>((resolve) => (told = resolve));
      const idsOf = (...names: readonly string[]) => names.map((name) => profileId(`${id}:${name}`));
      const outcome = await service.apply({
        ...{ kind: 'setOrder', agentId: agentId(agent), provider: providerId(id) },
        ...{ profileIds: idsOf('a', 'b'), expected: idsOf('b', 'a') },
      });
      expect(outcome).toMatchObject({ kind: 'done' });
      await echoed;
      expect(await gateway.turn(agent, id)).toBe(keyOf(id, 'a'));
    });
  });
}

/** What a request is expected to carry; `null`: there is none. */
function credentialOf(provider: string, winner: Winner): string | null {
  if (winner.kind === 'none') return null;
  if (winner.kind === 'modelConfig') return keyOf(provider, 'config');
  if (winner.kind === 'environment') return keyOf(provider, 'variable');
  return keyOf(provider, winner.profileId.slice(provider.length + 1));
}

async function prepare(cli: OpenClaw, home: string): Promise<GatewayProcess> {
  const credential = (id: string, name: string, { type, ...rest }: Readonly<Record<string, unknown>>) => ({
    ...{ type, provider: id, ...rest },
    [type === 'token' ? 'token' : 'key']: keyOf(id, name),
  });
  const idsOf = (id: string, names: readonly string[]): string[] => names.map((name) => `${id}:${name}`);
  const store = PLACED.flatMap((one) =>
    profilesOf(one).map(([name, spec]) => [`${one.id}:${name}`, credential(one.id, name, spec)]),
  );
  const usage = PLACED.flatMap(({ id, usage: used = {} }) =>
    Object.entries(used).map(([name, value]) => [`${id}:${name}`, value]),
  );
  const stored = PLACED.flatMap(({ id, stored: names }) => (names === undefined ? [] : [[id, idsOf(id, names)]]));
  const config = PLACED.flatMap(({ id, config: names }) => (names === undefined ? [] : [[id, idsOf(id, names)]]));
  const configured = PLACED.flatMap(({ id, configured: names = [] }) =>
    names.map((name) => [`${id}:${name}`, { provider: id, mode: 'api_key' }]),
  );
  const documents: AgentDocuments = {
    store: { version: 1, profiles: Object.fromEntries(store) as unknown },
    state: {
      version: 1,
      order: Object.fromEntries(stored) as unknown,
      usageStats: Object.fromEntries(usage) as unknown,
    },
  };
  const others = PLACED.slice(1).map(({ agent }) => [agent, ownDocuments(cli.version, documents)] as const);
  await writeHome(home, cli.version, {
    config: {
      auth: { order: Object.fromEntries(config) as unknown, profiles: Object.fromEntries(configured) as unknown },
    },
    agents: { main: documents, ...Object.fromEntries(others) },
  });
  return GatewayProcess.over(cli, home, {
    providers: Object.fromEntries(
      PLACED.map(({ id, entry = {} }) => [id, 'apiKey' in entry ? { ...entry, apiKey: keyOf(id, 'config') } : entry]),
    ),
    byAgent: Object.fromEntries(PLACED.map(({ agent, id }) => [agent, id])),
    env: Object.fromEntries(
      PLACED.flatMap(({ id, variable }) => (variable === undefined ? [] : [[variable, keyOf(id, 'variable')]])),
    ),
  });
}

/** An order that was set for main is main's own, so every agent gets it; databases hand it down with the profiles. */
function ownDocuments(version: string, documents: AgentDocuments): AgentDocuments {
  return version >= '2026.8' ? { store: null, state: null } : documents;
}

async function decide(cli: OpenClaw, home: string): Promise<ReadonlyMap<string, ProviderStatus>> {
  const env = Object.fromEntries(
    PLACED.flatMap(({ variable }) => (variable === undefined ? [] : [[variable, 'FAKE']])),
  );
  const snapshot = await openLocalGateway(home, { cli, env }).snapshot();
  const status = deriveHostStatus(snapshot, { now: Date.now(), warnMs: DAY_MS });
  return new Map(
    PLACED.flatMap(({ id, agent }) => {
      const found = status.agents.find((one) => one.id === agent)?.providers.find((provider) => provider.id === id);
      return found === undefined ? [] : [[id, found]];
    }),
  );
}
