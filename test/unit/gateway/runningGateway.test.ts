import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Echo } from '../../../src/domain/gatewayRules.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import type { ProcessResult } from '../../../src/platform/process.ts';
import { followUp, isGatewayRunning } from '../../../src/gateway/runningGateway.ts';
import { tempFolder } from './tempFolder.ts';

const RELOADED: ProcessResult = {
  kind: 'exited',
  code: 0,
  stdout: '[log] first\n{ "ok": true, "warningCount": 0 }\n',
  stderr: '',
};
const REFUSED: ProcessResult = { kind: 'exited', code: 1, stdout: '', stderr: 'pairing required' };

interface Scene {
  readonly release: string;
  readonly isRunning?: boolean;
  /** What the CLI answers, in turn. */
  readonly answers?: readonly ProcessResult[];
}

async function follow(scene: Scene): Promise<{ echo: Echo; calls: string[] }> {
  const folder = await tempFolder();
  const configPath = path.join(folder, 'openclaw.json');
  if (scene.isRunning !== false) await writeLock(folder, configPath, process.pid);
  const calls: string[] = [];
  const answers = [...(scene.answers ?? [])];
  const echo = await followUp(parseRelease(scene.release) ?? expect.fail('no release'), {
    program: { path: '/bin/openclaw', release: null, file: '/bin/openclaw', leadingArgs: [], env: {} },
    paths: { stateDir: folder, configPath, sharedAgentDir: folder, movedAgentDir: null },
    env: { TMPDIR: folder },
    run: (spec) => {
      calls.push(spec.args.join(' '));
      return Promise.resolve(answers.shift() ?? expect.fail('one call too many'));
    },
    logger: silentLogger,
  });
  return { echo, calls };
}

async function writeLock(folder: string, configPath: string, pid: number): Promise<void> {
  const lock = lockPathOf(folder, configPath);
  await mkdir(path.dirname(lock), { recursive: true });
  await writeFile(lock, JSON.stringify({ pid, createdAt: 'x', configPath }));
}

function lockPathOf(folder: string, configPath: string): string {
  const name = `gateway.${createHash('sha256').update(configPath).digest('hex').slice(0, 8)}.lock`;
  return path.join(folder, `openclaw-${String(process.getuid?.())}`, name);
}

describe('a change, and the gateway that runs', () => {
  it('has nothing to do where none runs', async () => {
    const { echo, calls } = await follow({ release: '2026.6.1', isRunning: false });
    expect([echo, calls]).toEqual(['notRunning', []]);
  });

  it('has nothing to do where the gateway reads the store for every request', async () => {
    expect(await follow({ release: '2026.2.3' })).toEqual({ echo: 'seen', calls: [] });
  });

  it('leaves it to the CLI where that tells the gateway', async () => {
    expect(await follow({ release: '2026.9.6' })).toEqual({ echo: 'unknown', calls: [] });
  });

  it('makes a gateway that works from memory load its credentials', async () => {
    const { echo, calls } = await follow({ release: '2026.6.1', answers: [RELOADED] });
    expect([echo, calls]).toEqual(['seen', ['secrets reload --json']]);
  });

  it.each<[string, ProcessResult]>([
    ['refuses', REFUSED],
    ['has no such command', { kind: 'exited', code: 1, stdout: '', stderr: "error: unknown command 'secrets'" }],
    ['does not answer', { kind: 'timedOut' }],
    ['answers something else', { kind: 'exited', code: 0, stdout: '{"ok":false}', stderr: '' }],
  ])('says that a reload is needed when the program %s', async (_name, answer) => {
    expect((await follow({ release: '2026.6.1', answers: [answer] })).echo).toBe('reloadNeeded');
  });
});

describe('isGatewayRunning', () => {
  const isRunning = async (write: (folder: string, configPath: string) => Promise<void>): Promise<boolean> => {
    const folder = await tempFolder();
    const configPath = path.join(folder, 'openclaw.json');
    await write(folder, configPath);
    const paths = { stateDir: folder, configPath, sharedAgentDir: folder, movedAgentDir: null };
    return isGatewayRunning({ env: { TMPDIR: folder }, paths });
  };

  it('believes the lock of a process that lives', async () => {
    expect(await isRunning((folder, configPath) => writeLock(folder, configPath, process.pid))).toBe(true);
  });

  it('does not believe one that was left behind, is another configuration’s, or is no lock', async () => {
    const beyondPids = 2 ** 22 + 1;
    expect(await isRunning((folder, configPath) => writeLock(folder, configPath, beyondPids))).toBe(false);
    expect(await isRunning((folder) => writeLock(folder, '/elsewhere/openclaw.json', process.pid))).toBe(false);
    expect(await isRunning((folder, configPath) => writeLock(folder, configPath, -1))).toBe(false);
    expect(await isRunning(() => Promise.resolve())).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('does not wait for ever for a pipe that somebody put there', async () => {
    const makePipe = async (folder: string, configPath: string): Promise<void> => {
      const lock = lockPathOf(folder, configPath);
      await mkdir(path.dirname(lock));
      execFileSync('mkfifo', [lock]);
      // Ends the reading that should not be.
      setTimeout(() => execFile('sh', ['-c', `: <>"$0"`, lock]), 1_000).unref();
    };
    const from = performance.now();
    expect(await isRunning(makePipe)).toBe(false);
    expect(performance.now() - from).toBeLessThan(900);
  });
});
