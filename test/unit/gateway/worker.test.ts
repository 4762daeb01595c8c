import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { READ_CELLS } from '../../../src/gateway/protocol.ts';
import { runProcess } from '../../../src/platform/process.ts';
import { buildWorker } from './buildWorker.ts';
import { documentOf, fakeToken, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

let worker = '';

beforeAll(async () => {
  worker = await buildWorker();
});

afterAll(() => rm(path.dirname(worker), { recursive: true, force: true }));

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], stdin = '', nodeOptions: readonly string[] = []): Promise<Answer> {
  const env = { PATH: path.dirname(process.execPath), HOME: '/nowhere', OPENCLAW_STATE_DIR: '/must-not-be-used' };
  const result = await runProcess({
    ...{ file: process.execPath, args: [...nodeOptions, worker, ...args], env, stdin },
    timeoutMs: 60_000,
  });
  if (result.kind !== 'exited') throw new Error(result.kind);
  return result;
}

async function makeHome(document: object): Promise<string> {
  const stateDir = await tempFolder();
  writeStateDatabase(path.join(stateDir, 'state', 'openclaw.sqlite'), { store: document }).close();
  return stateDir;
}

describe('status', () => {
  it('prints one document and nothing else, without a secret', async () => {
    const stateDir = await makeHome(documentOf('anthropic:a'));
    const { code, stdout, stderr } = await run(['status', '--json', '--state-dir', stateDir]);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schema: 1, release: '2026.9.6', era: 'sqlite', stateDir },
      agents: [{ id: 'main', store: { kind: 'sqlite', state: 'ok' }, providers: [{ id: 'anthropic' }] }],
    });
    expect(stdout).not.toContain('FAKE');
  });

  it('describes a state directory that is not there', async () => {
    const { code, stdout } = await run(['status', '--json', '--state-dir', '/nowhere/at/all']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ agents: [], findings: [{ code: 'stateDirMissing' }] });
  });
});

describe('check', () => {
  const withExpiry = (expires: number): object => ({
    profiles: { 'anthropic:a': { type: 'token', provider: 'anthropic', token: fakeToken('A'), expires } },
  });

  it.each([
    ['a year', 365, [], 0, ''],
    ['half a day', 0.5, [], 2, 'tokenExpiring'],
    ['five days', 5, ['--warn-days', '7'], 2, 'tokenExpiring'],
    ['no time', -1, [], 1, 'tokenExpired'],
  ] as const)('with %s left', async (_name, days, options, expected, finding) => {
    const stateDir = await makeHome(withExpiry(Date.now() + days * 86_400_000));
    const { code, stdout, stderr } = await run(['check', '--state-dir', stateDir, ...options]);
    expect([code, stderr]).toEqual([expected, '']);
    expect(stdout).toContain(finding);
    expect(stdout.split('\n')).toHaveLength(finding === '' ? 1 : 2);
  });

  it('says what is missing, without a stack', async () => {
    const missing = await run(['check', '--state-dir', '/nowhere/at/all']);
    expect(missing).toMatchObject({ code: 1, stderr: '' });
    expect(missing.stdout).toMatch(/^error stateDirMissing: .*\n$/);
    const stateDir = await makeHome(documentOf('anthropic:a'));
    expect(await run(['check', '--state-dir', stateDir, '--agent', 'nobody'])).toMatchObject({ code: 1, stdout: '' });
  });
});

it('answers for itself', async () => {
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  expect((await run(['--help'])).stdout).toContain('Exit codes of check');
  const wrong = await run(['check', '--bogus']);
  expect(wrong).toMatchObject({ code: 64, stdout: '' });
  expect(wrong.stderr).toContain('Usage:');
});

it('answers a request, also after its input has ended', async () => {
  const stateDir = await makeHome(documentOf('anthropic:a'));
  const params = { path: path.join(stateDir, 'state', 'openclaw.sqlite'), role: 'state' };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: READ_CELLS.method, params });
  const { code, stdout } = await run(['rpc'], `Content-Length: ${String(body.length)}\r\n\r\n${body}`);
  expect(code).toBe(0);
  const answer = JSON.parse(stdout.slice(stdout.indexOf('{'))) as unknown;
  expect(answer).toMatchObject({ id: 1, result: { kind: 'cells', isSharedOwner: true, appVersion: '2026.9.6' } });
});

it('reads databases in a process of its own where this one cannot', async () => {
  const stateDir = await makeHome(documentOf('anthropic:a'));
  const { stdout } = await run(['status', '--json', '--state-dir', stateDir], '', ['--no-experimental-sqlite']);
  expect(JSON.parse(stdout)).toMatchObject({ agents: [{ store: { kind: 'sqlite', state: 'ok', problem: null } }] });
});
