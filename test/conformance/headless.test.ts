import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runProcess } from '../../src/platform/process.ts';
import { cleanEnv, ensureOpenclaw, importScript, type OpenClaw } from '../harness/openclaw.ts';
import { writeHome, type AgentDocuments } from '../harness/openclawHome.ts';

const WORKER = path.resolve(import.meta.dirname, '../../dist/worker.mjs');
const DAY_MS = 86_400_000;
const SYSTEM_NODE = '/usr/bin/node';
/** Stands in every fake credential of the demonstration and of this file. */
const MARK = 'FAKEFAKE';

const time = z.number().int().nullable();
const PROFILE = z.object({
  id: z.string(),
  type: z.enum(['api_key', 'token', 'oauth', 'unknown']),
  health: z.string(),
  expiresAt: time,
  cooldownUntil: time,
  disabledUntil: time,
  disabledReason: z.string().nullable(),
  reason: z.string(),
});
const PROVIDER = z.object({
  id: z.string(),
  order: z.object({ source: z.enum(['stored', 'config', 'configured', 'default']), profileIds: z.array(z.string()) }),
  winner: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('profile'), profileId: z.string() }),
    z.object({ kind: z.literal('environment'), variable: z.string() }),
    z.object({ kind: z.literal('modelConfig') }),
    z.object({ kind: z.literal('none') }),
  ]),
  profiles: z.array(PROFILE),
});
const AGENT = z.object({
  id: z.string(),
  store: z.object({
    kind: z.enum(['json', 'sqlite', 'cli']),
    path: z.string(),
    state: z.enum(['ok', 'missing', 'empty', 'malformed', 'unreadable', 'retired']),
  }),
  providers: z.array(PROVIDER),
});
const FINDING = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  agentId: z.string().nullable(),
  profileId: z.string().nullable(),
  message: z.string(),
});
/** The documented shape; further keys are allowed. */
const DOCUMENT = z.object({
  schema: z.literal(1),
  release: z.string().nullable(),
  era: z.enum(['json-directory-lock', 'json-file-lock', 'json-owned-lock', 'sqlite', 'unknown']),
  stateDir: z.string(),
  readAt: z.number(),
  agents: z.array(AGENT),
  findings: z.array(FINDING),
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface DemoHome {
  readonly home: string;
  readonly stateDir: string;
}

interface DemoScript {
  readonly makeDemoHome: (folder: string, options: { release: string }) => Promise<DemoHome>;
}

let folder: string;
beforeAll(async () => {
  if (!existsSync(WORKER)) throw new Error(`${WORKER} is missing: npm run build makes it.`);
  folder = await mkdtemp(path.join(tmpdir(), 'headless-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runWorker(cli: OpenClaw, node: string, home: string, args: readonly string[]): Promise<Ran> {
  const env = cleanEnv(cli, home);
  const result = await runProcess({ file: node, args: [WORKER, ...args], cwd: home, env, timeoutMs: 120_000 });
  if (result.kind !== 'exited') throw new Error(`The worker did not end by itself: ${result.kind}`);
  return result;
}

/** The Node of the tests, and the system's, which is an older one where this is built. */
const NODES: readonly [name: string, node: string][] = [
  ["the tests' Node", process.execPath],
  ...(existsSync(SYSTEM_NODE) ? [["the system's Node", SYSTEM_NODE] as [string, string]] : []),
];

describe.each(['2026.6.1', '2026.9.6'] as const)(
  'the demonstration home of OpenClaw %s, without an editor',
  (version) => {
    let cli: OpenClaw;
    let demo: DemoHome;

    beforeAll(async () => {
      cli = await ensureOpenclaw(version);
      const { makeDemoHome } = (await importScript('lib/demo/home.mjs')) as DemoScript;
      demo = await makeDemoHome(path.join(folder, version), { release: version });
    });

    it.each(NODES)('is told as one document, under %s', async (_name, node) => {
      const { code, stdout, stderr } = await runWorker(cli, node, demo.home, ['status', '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain(MARK);
      const document = DOCUMENT.parse(JSON.parse(stdout));
      expect(document).toMatchObject({ release: version, stateDir: demo.stateDir });
      expect(document.era).toBe(version === '2026.9.6' ? 'sqlite' : 'json-owned-lock');
      expect(document.agents.map(({ id }) => id).toSorted()).toEqual(['lab', 'main', 'ops', 'research']);
      const main = document.agents.find(({ id }) => id === 'main');
      expect(main?.store.state).toBe('ok');
      expect(healthsOf(main)).toEqual({
        'anthropic:work': 'ok winner',
        'anthropic:personal': 'ok fallback',
        'anthropic:old-laptop': 'expired expired',
        'anthropic:spare': 'unknown excludedByOrder',
        'google:me@example.com': 'refreshable winner',
        'google:studio': 'ok fallback',
        'openai:team': 'ok winner',
        'openai:default': 'coolingDown coolingDown',
        'openai:batch': 'disabled disabled',
        'openrouter:default': 'ok winner',
        'openrouter:import': 'invalid missingCredential',
        'together:default': 'ok winner',
        'together:ci': 'invalid invalidExpires',
      });
      const lab = document.agents.find(({ id }) => id === 'lab');
      expect(['malformed', 'unreadable']).toContain(lab?.store.state);
    });

    it.each(NODES)('is checked with the documented exit codes, under %s', async (_name, node) => {
      const check = (...args: string[]): Promise<Ran> => runWorker(cli, node, demo.home, ['check', ...args]);
      expect(await check('--agent', 'main')).toMatchObject({ code: 0, stderr: '' });
      const soon = await check('--agent', 'main', '--warn-days', '7');
      expect(soon).toMatchObject({ code: 2, stderr: '' });
      expect(soon.stdout).toMatch(/^warning tokenExpiring: .*anthropic:work/m);
      // The store of one agent cannot be read.
      const all = await check();
      expect(all.code).toBe(1);
      expect(soon.stdout + all.stdout).not.toContain(MARK);
    });

    it('has secrets that such a sweep would have found', async () => {
      const file = version === '2026.9.6' ? 'state/openclaw.sqlite' : 'agents/main/agent/auth-profiles.json';
      expect((await readFile(path.join(demo.stateDir, file))).includes(MARK)).toBe(true);
    });
  },
);

describe('the exit code of check', () => {
  const token = (left: number, more: object = {}): object => ({
    type: 'token',
    provider: 'anthropic',
    token: `sk-ant-oat01-${'FAKE'.repeat(24)}`,
    expires: Date.now() + left,
    ...more,
  });
  const agent = (profiles: object, state: AgentDocuments['state'] = null): AgentDocuments => ({
    store: { version: 1, profiles },
    state,
  });
  const cases: readonly [string, AgentDocuments, number][] = [
    ['a token that lasts', agent({ 'anthropic:a': token(200 * DAY_MS) }), 0],
    ['a key', agent({ 'anthropic:a': { type: 'api_key', provider: 'anthropic', key: 'sk-ant-FAKEFAKE' } }), 0],
    ['a token with hours left', agent({ 'anthropic:a': token(DAY_MS / 4) }), 2],
    ['an expired token', agent({ 'anthropic:a': token(-DAY_MS) }), 1],
    [
      'an expired token with a fallback',
      agent({ 'anthropic:a': token(-DAY_MS), 'anthropic:b': token(200 * DAY_MS) }),
      0,
    ],
    [
      'an order that begins with the one that lasts',
      agent(
        { 'anthropic:a': token(DAY_MS / 4), 'anthropic:b': token(200 * DAY_MS) },
        { version: 1, order: { anthropic: ['anthropic:b', 'anthropic:a'] } },
      ),
      0,
    ],
    ['a hostile id', agent({ 'two\nlines\u001b[31m': token(-DAY_MS) }), 1],
    ['no credential', agent({}), 1],
  ];

  it.each(['2026.6.1', '2026.9.6'] as const)('is what the winner needs, on OpenClaw %s', async (version) => {
    const cli = await ensureOpenclaw(version);
    const codes: [string, number][] = [];
    for (const [at, [name, main]] of cases.entries()) {
      const home = path.join(folder, `${version}-${at}`);
      await mkdir(home);
      await writeHome(home, version, { config: {}, agents: { main } });
      const { code, stdout, stderr } = await runWorker(cli, process.execPath, home, ['check']);
      codes.push([name, code]);
      expect(stderr).toBe('');
      expect(stdout).not.toContain(MARK);
      // One line per finding, whatever an id holds.
      for (const line of stdout.split('\n').slice(0, -1)) expect(line).toMatch(/^(error|warning|info) [a-zA-Z]+:/);
      expect(stdout).not.toContain('\u001b');
    }
    expect(codes).toEqual(cases.map(([name, , code]) => [name, code]));
  });

  it('is 1 where there is no gateway, and 64 for wrong usage', async () => {
    const cli = await ensureOpenclaw('2026.9.6');
    const home = path.join(folder, 'nothing');
    await mkdir(home);
    expect(await runWorker(cli, process.execPath, home, ['check'])).toMatchObject({ code: 1 });
    expect(await runWorker(cli, process.execPath, home, ['check', '--warn-days', 'x'])).toMatchObject({ code: 64 });
  });
});

function healthsOf(agent: z.infer<typeof AGENT> | undefined): Record<string, string> {
  const profiles = agent?.providers.flatMap((provider) => provider.profiles) ?? [];
  return Object.fromEntries(profiles.map(({ id, health, reason }) => [id, `${health} ${reason}`]));
}
