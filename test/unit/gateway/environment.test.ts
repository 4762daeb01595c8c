import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { fingerprint, type Fingerprinter } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { hasRestarted, isRestartNeeded, judgeVariable } from '../../../src/domain/variables.ts';
import { writeVariable } from '../../../src/gateway/dotenvWriter.ts';
import { readEnvironment, type Environment } from '../../../src/gateway/environment.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { tempFolder } from './tempFolder.ts';

const byHash: Fingerprinter = (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12));

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly release?: string;
  readonly config?: string;
}

function readAll(home: string, { env = {}, release = '2026.9.6', config }: Given = {}): Promise<Environment> {
  const stateDir = path.join(home, '.openclaw');
  const agentDir = path.join(stateDir, 'agents/main/agent');
  const paths = {
    stateDir,
    configPath: path.join(stateDir, 'openclaw.json'),
    sharedAgentDir: agentDir,
    movedAgentDir: null,
  };
  const configText = config ?? null;
  return readEnvironment({ env, home, paths, configText, release: parseRelease(release), fingerprint: byHash });
}

const read = async (home: string, given?: Given): Promise<Record<string, unknown>> =>
  Object.fromEntries((await readAll(home, given)).environment);

async function aHome(dotenv?: string): Promise<string> {
  const home = await tempFolder();
  await mkdir(path.join(home, '.openclaw'));
  if (dotenv !== undefined) await writeFile(path.join(home, '.openclaw/.env'), dotenv);
  return home;
}

async function writeUnit(home: string, text: string): Promise<string> {
  const folder = path.join(home, '.config/systemd/user');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'openclaw-gateway.service');
  await writeFile(file, text);
  return file;
}

it('names variables by precedence and source, never with a value', async () => {
  const home = await aHome('export ANTHROPIC_OAUTH_TOKEN="FAKE-dotenv"\nOPENAI_API_KEY=\nTOGETHER_API_KEY=x\n');
  const config = '{env: {vars: {XAI_API_KEY: "FAKE-config", TOGETHER_API_KEY: "y", BAD: 3}}}';
  const found = await read(home, { env: { ANTHROPIC_API_KEY: 'FAKE-process', GEMINI_API_KEY: '  ' }, config });
  expect(found).toEqual({
    anthropic: [
      { name: 'ANTHROPIC_OAUTH_TOKEN', source: 'dotenv' },
      { name: 'ANTHROPIC_API_KEY', source: 'process' },
    ],
    together: [{ name: 'TOGETHER_API_KEY', source: 'dotenv' }],
    xai: [{ name: 'XAI_API_KEY', source: 'config' }],
  });
  expect(JSON.stringify(found)).not.toContain('FAKE');
});

it("counts GitHub's general variables as a Copilot key only where the release does", async () => {
  const home = await aHome();
  expect(await read(home, { env: { GITHUB_TOKEN: 'x' }, release: '2026.6.1' })).toHaveProperty('github-copilot');
  expect(await read(home, { env: { GITHUB_TOKEN: 'x' } })).toEqual({});
});

it('counts the variable of a provider that is a plugin of its own only with that plugin', async () => {
  const home = await aHome();
  const env = { GROQ_API_KEY: 'x' };
  expect(await read(home, { env, release: '2026.6.1' })).toHaveProperty('groq');
  expect(await read(home, { env })).toEqual({});
  expect(await read(home, { env, config: '{plugins: {entries: {groq: {enabled: true}}}}' })).toHaveProperty('groq');
});

it('goes on without a file that cannot be read', async () => {
  const home = await aHome();
  await mkdir(path.join(home, '.openclaw/.env'));
  expect(await read(home, { env: { XAI_API_KEY: 'x' }, config: '{broken' })).toHaveProperty('xai');
});

it('takes the environment of the service in the place of the shell, and says what only a shell has', async () => {
  const home = await aHome('OPENAI_API_KEY=two\nTOGETHER_API_KEY=three\n');
  const unit = await writeUnit(
    home,
    '[Service]\nEnvironment="OPENAI_API_KEY=one" XAI_API_KEY=four\nEnvironmentFile=-%h/more.env\nEnvironmentFile=-/nowhere\n',
  );
  await writeFile(path.join(home, 'more.env'), 'XAI_API_KEY=five\n');
  const env = { ANTHROPIC_API_KEY: 'FAKE', OPENAI_API_KEY: 'one', XAI_API_KEY: 'five' };
  const { environment, variables } = await readAll(home, { env });
  expect([...environment.keys()].toSorted()).toEqual(['openai', 'together', 'xai']);
  expect(variables.places.map(({ kind, at }) => [kind, at])).toEqual([
    ['shell', null],
    ['service', unit],
    ['dotenv', path.join(home, '.openclaw/.env')],
  ]);
  const judged = Object.fromEntries(variables.variables.map((one) => [one.name, judgeVariable(one, variables)]));
  expect(judged).toEqual({
    ANTHROPIC_API_KEY: { winner: null, problem: 'lacks' },
    OPENAI_API_KEY: { winner: 'service', problem: 'shadowed' },
    TOGETHER_API_KEY: { winner: 'dotenv', problem: null },
    XAI_API_KEY: { winner: 'service', problem: null },
  });
  const shellAndService = variables.variables.find(({ name }) => name === 'XAI_API_KEY')?.values;
  expect(shellAndService?.get('shell')).toBe(shellAndService?.get('service'));
});

it('leaves the service of another state directory alone', async () => {
  const home = await aHome();
  await writeUnit(home, '[Service]\nEnvironment=OPENCLAW_STATE_DIR=/elsewhere\nEnvironment=XAI_API_KEY=x\n');
  expect((await readAll(home)).variables.places.map(({ kind }) => kind)).toEqual(['shell']);
});

it('reads the environment of a property list', async () => {
  const home = await aHome();
  const folder = path.join(home, 'Library/LaunchAgents');
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'ai.openclaw.gateway.plist'),
    '<plist><dict><key>Label</key><string>x</string><key>EnvironmentVariables</key><dict>\n<key>XAI_API_KEY</key>\n<string>a&amp;b</string></dict></dict></plist>',
  );
  const { variables } = await readAll(home, { env: { XAI_API_KEY: 'a&b' } });
  const [only] = variables.variables;
  expect(only?.values.get('service')).toBe(byHash('a&b'));
  expect(only?.values.get('shell')).toBe(byHash('a&b'));
});

it('sets and removes an entry of .env, and leaves the rest of it as it was', async () => {
  const text = '# mine\nexport OTHER="x y" # why\n';
  const home = await aHome(text);
  const [stateDir, file] = [path.join(home, '.openclaw'), path.join(home, '.openclaw/.env')];
  await chmod(file, 0o644);
  const write = (value: string | null, expected: string | null) =>
    writeVariable(
      stateDir,
      {
        name: 'XAI_API_KEY',
        value: value === null ? null : Secret.of(value),
        expected: expected === null ? null : byHash(expected),
      },
      byHash,
    );
  expect(await write('sk-FAKE', null)).toEqual({ kind: 'done', isNoop: false, notices: ['tightened'] });
  expect(await readFile(file, 'utf8')).toBe(`${text}XAI_API_KEY=sk-FAKE\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await write('sk-FAKE', 'sk-FAKE')).toEqual({ kind: 'done', isNoop: true });
  expect(await write('other', null)).toMatchObject({ kind: 'notDone', error: { code: 'changeConflict' } });
  expect(await write(null, 'sk-FAKE')).toEqual({ kind: 'done', isNoop: false });
  expect(await readFile(file, 'utf8')).toBe(text);
});

it('makes .env where there is none, for its owner only', async () => {
  const home = await aHome();
  const stateDir = path.join(home, '.openclaw');
  const write = { name: 'XAI_API_KEY', value: Secret.of('sk-FAKE'), expected: null };
  expect(await writeVariable(stateDir, write, byHash)).toEqual({ kind: 'done', isNoop: false });
  const file = path.join(stateDir, '.env');
  expect(await readFile(file, 'utf8')).toBe('XAI_API_KEY=sk-FAKE\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('a restart is needed once .env is younger than the gateway', () => {
  const places = (dotenv: number) => ({
    places: [
      { kind: 'gateway', at: '1', sinceMs: 5 },
      { kind: 'dotenv', at: '/x', sinceMs: dotenv },
    ] as const,
    variables: [],
  });
  expect([isRestartNeeded(places(4)), isRestartNeeded(places(6))]).toEqual([false, true]);
});

it.each([
  [[], [], null],
  [['7'], [], false],
  [['7'], ['7'], false],
  [[], ['7'], true],
  [['7'], ['8'], true],
  [['1'], ['1', 9_000], true],
  [['1'], ['1', 50], false],
] as const)('of gateways %j and then %j, one has restarted: %j', (before, now, expected) => {
  const report = ([at, sinceMs = 5]: readonly [string?, number?]) => ({
    places: at === undefined ? [] : [{ kind: 'gateway', at, sinceMs } as const],
    variables: [],
  });
  expect(hasRestarted(report(before), report(now))).toBe(expected);
});

/** A stand-in: it only calls itself as a gateway does. */
it('knows when the running gateway began, also at a later first look', async () => {
  const home = await aHome();
  const script = "process.title = 'openclaw-gateway'; setInterval(() => {}, 1000); console.log('up')";
  const spawned = Date.now();
  const child = spawn(process.execPath, ['-e', script], { env: { HOME: home, XAI_API_KEY: 'FAKE' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const up = Date.now();
  await sleep(1_000);
  const place = (await readAll(home)).variables.places.find(({ kind }) => kind === 'gateway');
  expect(place?.at).toBe(String(child.pid));
  // The kernel counts in hundredths of a second.
  expect(place?.sinceMs).toBeGreaterThan(spawned - 100);
  expect(place?.sinceMs).toBeLessThan(up);
});
