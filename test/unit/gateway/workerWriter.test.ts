import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change, LockHolder, Outcome } from '../../../src/domain/change.ts';
import { canonicalText } from '../../../src/domain/credential.ts';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { encodeApply } from '../../../src/gateway/applyMessage.ts';
import { createLocalService } from '../../../src/gateway/localService.ts';
import { isWorkerNode, NodeLocator } from '../../../src/gateway/nodeProgram.ts';
import { APPLY } from '../../../src/gateway/protocol.ts';
import type { JsonWriteContext } from '../../../src/gateway/jsonStore/writer.ts';
import { createWorkerWriter } from '../../../src/gateway/workerWriter.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { runProcess, type ProcessSpec, type RunProcess } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { buildWorker } from './buildWorker.ts';
import { tempFolder } from './tempFolder.ts';

const KEY = Secret.of('a key of fingerprints');
const print = keyedFingerprinter(KEY);
const PROFILE = profileId('anthropic:wörk\n$(x)');
let worker = '';
let home = '';

beforeAll(async () => {
  worker = await buildWorker();
});
afterAll(() => rmSync(path.dirname(worker), { recursive: true, force: true }));
beforeEach(async () => {
  home = await tempFolder();
  mkdirSync(agentDir(), { recursive: true });
});

const agentDir = (): string => path.join(home, 'agents', 'main', 'agent');
const store = (): string => path.join(agentDir(), 'auth-profiles.json');
const profiles = (): object => (JSON.parse(readFileSync(store(), 'utf8')) as { profiles: object }).profiles;
const lockOf = (body: object): void => writeFileSync(`${store()}.lock`, JSON.stringify(body));
const holdLock = (): void => lockOf({ pid: process.pid, createdAt: new Date().toISOString() });

const context = (more: Partial<JsonWriteContext> = {}): JsonWriteContext => ({
  dirs: { agentDir: agentDir(), sharedAgentDir: agentDir() },
  agentDirs: [agentDir()],
  configPath: path.join(home, 'openclaw.json'),
  release: parseRelease('2026.6.1'),
  fingerprint: print,
  clock: systemClock,
  ...more,
});

const put = (text: string, expected: Extract<Change, { kind: 'putCredential' }>['expected'] = null): Change => ({
  ...{ kind: 'putCredential', agentId: agentId('main'), provider: providerId('anthropic'), profileId: PROFILE },
  credential: { type: 'token', secret: Secret.of(text), expiresAt: 1826914722242 },
  expected,
});

interface Wanted {
  readonly workerPath?: string;
  readonly run?: RunProcess;
  readonly context?: Partial<JsonWriteContext>;
  readonly signal?: AbortSignal;
}

function write(change: Change, { workerPath = worker, run = runProcess, ...more }: Wanted = {}): Promise<Outcome> {
  const nodes = new NodeLocator(runProcess);
  const env = { PATH: path.dirname(process.execPath) };
  const options = { run, nodes, env, home, workerPath, fingerprintKey: KEY, logger: silentLogger };
  return createWorkerWriter(options)(change, context(more.context), more.signal);
}

it('runs under the Nodes that the worker is made for', () => {
  const versions = ['18.20.8', '20.11.1', '20.12.0', '22.0.0', '24.21.0'];
  expect(versions.filter(isWorkerNode)).toEqual(['20.12.0', '22.0.0', '24.21.0']);
});

describe('createWorkerWriter', () => {
  it('writes in another process, with the secret on its stdin only', async () => {
    const specs: ProcessSpec[] = [];
    const run: RunProcess = (spec, signal) => {
      specs.push(spec);
      return runProcess(spec, signal);
    };
    expect(await write(put('FAKE-one'), { run })).toEqual({ kind: 'done', isNoop: false });
    expect(profiles()).toMatchObject({ [PROFILE]: { token: 'FAKE-one', expires: 1826914722242 } });
    expect(readdirSync(agentDir())).toEqual(['auth-profiles.json']);
    expect(specs.map(({ args }) => args)).toEqual([[worker, 'rpc']]);
    expect(JSON.stringify(specs.map(({ file, args, env }) => [file, args, env]))).not.toContain('FAKE');
  });

  it('carries what the user saw, in the fingerprints of the editor', async () => {
    await write(put('FAKE-one'));
    const seen = print(canonicalText('token', 'FAKE-one'));
    expect(await write(put('FAKE-two', seen))).toEqual({ kind: 'done', isNoop: false });
    expect(await write(put('FAKE-three', seen))).toMatchObject({
      ...{ kind: 'notDone', error: { code: 'changeConflict', details: { profileId: PROFILE, reason: 'changed' } } },
    });
    expect(await write(put('FAKE-two', 'hidden'))).toEqual({ kind: 'done', isNoop: true });
    const about = { agentId: agentId('main'), provider: providerId('anthropic') };
    const set: Change = { kind: 'setOrder', ...about, profileIds: [PROFILE], expected: null };
    expect(await write(set)).toEqual({ kind: 'done', isNoop: false });
    expect(await write({ kind: 'clearOrder', ...about, expected: [PROFILE] })).toMatchObject({ kind: 'done' });
    const removal: Change = { kind: 'removeProfile', ...about, profileId: PROFILE, expected: 'hidden' };
    expect(await write(removal)).toEqual({ kind: 'done', isNoop: false });
    expect(profiles()).toEqual({});
  });

  it('says who holds the lock, and goes on when it is free', async () => {
    holdLock();
    const holders: LockHolder[] = [];
    const onWaiting = (holder: LockHolder): void => {
      holders.push(holder);
      rmSync(`${store()}.lock`);
    };
    expect(await write(put('FAKE'), { context: { onWaiting } })).toEqual({ kind: 'done', isNoop: false });
    expect(holders).toHaveLength(1);
    expect(holders[0]?.pid).toBe(process.pid);
    expect(Math.abs((holders[0]?.sinceMs ?? 0) - Date.now())).toBeLessThan(20_000);
  });

  it('is what the service of an editor writes with', async () => {
    writeFileSync(path.join(home, 'openclaw.json'), '{"meta":{"lastTouchedVersion":"2026.6.1"}}');
    writeFileSync(store(), '{"version":1,"profiles":{}}', { mode: 0o600 });
    const env = { PATH: path.dirname(process.execPath) };
    const common = { env, home, workerPath: worker, logger: silentLogger };
    const service = createLocalService({
      ...common,
      ...{ machine: 'this machine', stateDirOverride: home, clock: systemClock, runProcess, fingerprint: print },
      writeJson: createWorkerWriter({
        ...common,
        ...{ run: runProcess, nodes: new NodeLocator(runProcess), fingerprintKey: KEY },
      }),
    });
    holdLock();
    const pids: (number | null)[] = [];
    const onWaiting = ({ pid }: LockHolder): void => {
      pids.push(pid);
      rmSync(`${store()}.lock`);
    };
    expect(await service.apply(put('FAKE'), { onWaiting })).toEqual({ kind: 'done', isNoop: false });
    expect(pids).toEqual([process.pid]);
    const profile = (await service.snapshot()).agents[0]?.set.profiles.get(PROFILE);
    expect(profile?.material).toMatchObject({ fingerprint: print(canonicalText('token', 'FAKE')) });
  });

  it('gives up waiting when it is told to, or when the time is over', async () => {
    holdLock();
    const controller = new AbortController();
    const onWaiting = (): void => controller.abort();
    const stopped = await write(put('FAKE'), { context: { onWaiting }, signal: controller.signal });
    expect(stopped).toMatchObject({ kind: 'notDone', error: { code: 'cancelled' } });
    const busy = await write(put('FAKE'), { context: { lockWaitMs: 100 } });
    expect(busy).toMatchObject({ kind: 'notDone', error: { code: 'storeBusy', details: { pid: process.pid } } });
    const early = await write(put('FAKE'), { signal: AbortSignal.abort() });
    expect(early).toMatchObject({ kind: 'notDone', error: { code: 'cancelled' } });
    expect(readdirSync(agentDir())).toEqual(['auth-profiles.json.lock']);
  });

  it.each(['end of input', 'SIGTERM'] as const)(
    'leaves nothing behind when the editor goes while it waits: %s',
    async (how) => {
      holdLock();
      const params = encodeApply(put('FAKE'), context(), KEY);
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: APPLY.method, params });
      let isWaiting = false;
      const result = await runProcess({
        ...{ file: process.execPath, args: ['-e', LAUNCH, worker], env: {}, timeoutMs: 20_000 },
        talk: ({ input, output }) => {
          output.on('data', (chunk: Buffer) => {
            isWaiting ||= chunk.toString().includes('store/waiting');
            if (isWaiting) input.end(how);
          });
          input.write(`${JSON.stringify(`Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`)}\n`);
        },
      });
      expect(result).toMatchObject({ kind: 'exited', code: 0 });
      expect(isWaiting).toBe(true);
      expect(readdirSync(agentDir())).toEqual(['auth-profiles.json.lock']);
    },
  );

  const dying = async (body: string): Promise<Wanted> => {
    const workerPath = path.join(await tempFolder(), 'worker.mjs');
    writeFileSync(workerPath, `import { writeFileSync } from 'node:fs';\n${body}\n`);
    return { workerPath };
  };
  const wanted = (): string =>
    JSON.stringify({
      version: 1,
      profiles: { [PROFILE]: { type: 'token', provider: 'anthropic', token: 'FAKE', expires: 1826914722242 } },
    });
  const planted = (text: string): string => `writeFileSync(${JSON.stringify(store())}, ${JSON.stringify(text)});`;

  it.each([
    ['exits', 'process.exit(3)', { reason: 'exited', exitCode: 3 }],
    ['is killed', "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)", { signal: 'SIGKILL' }],
    ['answers with something else', ANSWER('{"kind":"sure"}'), { reason: 'noOutcome' }],
    ['does not understand', ANSWER('null'), { reason: 'noOutcome' }],
  ])('reports a worker that %s before it wrote as not done', async (_how, body, details) => {
    const outcome = await write(put('FAKE'), await dying(body));
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'processFailed', details } });
  });

  it('tells from the files how a change ended whose worker died', async () => {
    const config = { auth: { profiles: { [PROFILE]: { provider: 'anthropic', mode: 'token' } } } };
    const died = await dying(`${planted(wanted())} process.exit(3);`);
    // The store has it and the configuration does not: half of the change.
    expect(await write(put('FAKE'), died)).toMatchObject({ kind: 'unknown', error: { code: 'processFailed' } });
    writeFileSync(path.join(home, 'openclaw.json'), JSON.stringify(config));
    writeFileSync(store(), '{"version":1,"profiles":{}}');
    expect(await write(put('FAKE'), died)).toEqual({ kind: 'done', isNoop: false });
    const other = await dying(`${planted('{"version":1,"profiles":{"a":{}}}')} process.exit(3);`);
    expect(await write(put('FAKE'), other)).toMatchObject({ kind: 'unknown' });
    const broken = await dying(`${planted('{"version":')} process.exit(3);`);
    expect(await write(put('FAKE'), broken)).toMatchObject({ kind: 'unknown', error: { code: 'storeMalformed' } });
  });

  it('says so when there is no worker', async () => {
    const outcome = await write(put('FAKE'), { workerPath: '/nowhere/worker.mjs' });
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'processFailed' } });
    expect(statSync(agentDir()).isDirectory()).toBe(true);
    await sleep(0);
  });
});

/** Stands for the editor: hands on a request, then goes, or stops the worker. */
const LAUNCH = `
const { spawn } = require('node:child_process');
const child = spawn(process.execPath, [process.argv[1], 'rpc'], { stdio: ['pipe', 'inherit', 'inherit'] });
let text = '';
process.stdin.on('data', (chunk) => {
  text += chunk;
  const [line, how] = text.split('\\n');
  if (!child.asked && text.includes('\\n')) child.asked = child.stdin.write(JSON.parse(line)) || true;
  if (how === 'SIGTERM') child.kill('SIGTERM');
});
process.stdin.on('end', () => child.stdin.end());
child.on('exit', (code) => process.exit(code ?? 1));
`;

/** A worker that answers every request with `result`. */
function ANSWER(result: string): string {
  return `process.stdin.on('data', (chunk) => {
    const id = /"id":(\\d+)/.exec(chunk)?.[1];
    const body = '{"jsonrpc":"2.0","id":' + id + ',"result":${result}}';
    process.stdout.write('Content-Length: ' + body.length + '\\r\\n\\r\\n' + body);
  });`;
}
