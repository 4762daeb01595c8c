import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openProcess, runProcess, type ProcessResult, type ProcessSpec } from '../../../src/platform/process.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { tempFolder } from '../gateway/tempFolder.ts';

const run = (script: string, more: Partial<ProcessSpec> = {}, signal?: AbortSignal): Promise<ProcessResult> =>
  runProcess({ file: '/bin/sh', args: ['-c', script], timeoutMs: 10_000, ...more }, signal);

async function timed(result: Promise<ProcessResult>): Promise<{ result: ProcessResult; ms: number }> {
  const from = performance.now();
  return { result: await result, ms: performance.now() - from };
}

/** Dead, or waiting to be reaped by whoever inherited it. */
async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => null);
  return stat === null || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

async function pidIn(file: string): Promise<number> {
  for (let left = 100; ; left -= 1) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    if (left === 0) throw new Error('no pid');
    await sleep(20);
  }
}

describe.skipIf(process.platform === 'win32')('runProcess', () => {
  it('hands over stdin and collects both streams and the code', async () => {
    expect(await run('cat; echo err >&2; exit 3', { stdin: Secret.of('FAKE') })).toEqual({
      ...{ kind: 'exited', code: 3, stdout: 'FAKE', stderr: 'err\n' },
    });
    expect(await run('kill -TERM $$')).toEqual({ kind: 'killed', signal: 'SIGTERM' });
    expect(await run('', { file: '/nowhere/at/all' })).toEqual({ kind: 'notStarted', errno: 'ENOENT' });
  });

  it('answers where a process cannot even be tried', async () => {
    const notStarted = (errno: string) => ({ kind: 'notStarted', errno });
    expect(await run('', { file: '/etc/passwd/sh' })).toEqual(notStarted('ENOTDIR'));
    expect(await run('x'.repeat(3_000_000))).toEqual(notStarted('E2BIG'));
    expect(await run('a\0b')).toEqual(notStarted('ERR_INVALID_ARG_VALUE'));
  });

  it('answers where no descriptors are left, and nothing of it comes later', async () => {
    const source = path.resolve('src/platform/process.ts');
    const script = `
      import { openSync } from 'node:fs';
      const { runProcess } = await import(${JSON.stringify(source)});
      process.on('uncaughtException', () => process.stdout.write('uncaught '));
      try { for (;;) openSync('/dev/null'); } catch {}
      process.stdout.write(JSON.stringify(await runProcess({ file: '/bin/echo', args: [], timeoutMs: 1000 })));
      setTimeout(() => process.exit(0), 50);`;
    const command = 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"';
    const result = await run('', { args: ['-c', command, process.execPath, script] });
    expect(result).toMatchObject({ kind: 'exited', code: 0, stdout: '{"kind":"notStarted","errno":"EMFILE"}' });
  });

  it('loses nothing of a long output', async () => {
    const result = await run('head -c 3000000 /dev/zero | tr "\\0" x');
    expect(result.kind === 'exited' && result.stdout.length).toBe(3_000_000);
    expect(await run('cat /dev/zero', { maxOutputBytes: 1_000 })).toEqual({ kind: 'outputTooLarge' });
  });

  it('does not wait for a descendant that keeps the pipes open, and leaves it alone', async () => {
    const file = path.join(await tempFolder(), 'pid');
    const { result, ms } = await timed(run(`sleep 30 & echo $! > ${file}; echo said; exit 0`));
    const pid = await pidIn(file);
    try {
      expect(result).toMatchObject({ kind: 'exited', code: 0, stdout: 'said\n' });
      expect(ms).toBeLessThan(3_000);
      expect(await isGone(pid)).toBe(false);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('is not held up past its time-out by a descendant that left the process group', async () => {
    const file = path.join(await tempFolder(), 'pid');
    const script = `setsid sh -c 'echo $$ > ${file}; exec sleep 30' & sleep 30`;
    const { result, ms } = await timed(run(script, { timeoutMs: 400 }));
    const pid = await pidIn(file);
    try {
      expect(result).toEqual({ kind: 'timedOut' });
      expect(ms).toBeLessThan(3_000);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it.each(['time-out', 'cancellation'])('ends the whole group on %s', async (why) => {
    const file = path.join(await tempFolder(), 'pid');
    const controller = new AbortController();
    const running = timed(
      run(`sleep 30 & echo $! > ${file}; wait`, { timeoutMs: why === 'time-out' ? 700 : 30_000 }, controller.signal),
    );
    const pid = await pidIn(file);
    if (why === 'cancellation') controller.abort();
    const { result, ms } = await running;
    expect(result.kind).toBe(why === 'time-out' ? 'timedOut' : 'cancelled');
    expect(ms).toBeLessThan(5_000);
    for (let left = 50; left > 0 && !(await isGone(pid)); left -= 1) await sleep(20);
    expect(await isGone(pid)).toBe(true);
    expect(await run('exit 0', {}, AbortSignal.abort())).toEqual({ kind: 'cancelled' });
  });

  it('lets a caller speak with the process', async () => {
    let heard = '';
    const result = await run('read line; echo "got $line"; read end; exit 4', {
      talk: ({ input, output }) => {
        output.on('data', (chunk: Buffer) => {
          heard += chunk.toString();
          input.end();
        });
        input.write('one\n');
      },
    });
    expect(result).toMatchObject({ kind: 'exited', code: 4, stdout: '' });
    expect(heard).toBe('got one\n');
  });

  it('keeps the bytes of a program that does not print UTF-8', async () => {
    const result = await run('printf "\\377\\376U\\000"', { encoding: 'latin1' });
    expect(result).toMatchObject({ stdout: '\u00ff\u00feU\0' });
  });
});

describe.skipIf(process.platform === 'win32')('openProcess', () => {
  const open = (script: string, file = '/bin/sh'): ReturnType<typeof openProcess> =>
    openProcess({ file, args: ['-c', script] });

  it('talks with a process until it ends, and keeps the end of what it says beside', async () => {
    const opened = open(
      'head -c 200000 /dev/zero | tr "\\0" x >&2; echo last >&2; read line; echo "got $line"; exit 4',
    );
    let heard = '';
    opened.output.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    opened.input.write('one\n');
    expect(await opened.ended).toEqual({ kind: 'exited', code: 4 });
    expect(heard).toBe('got one\n');
    expect(opened.stderr().length).toBeLessThanOrEqual(65_536);
    expect(opened.stderr().toString()).toMatch(/x\nlast\n$|xlast\n$/);
  });

  it('ends the whole group when it is killed, and once', async () => {
    const file = path.join(await tempFolder(), 'pid');
    const opened = open(`sleep 30 & echo $! > ${file}; wait`);
    const pid = await pidIn(file);
    opened.kill();
    expect(await opened.ended).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    opened.kill();
    for (let left = 50; left > 0 && !(await isGone(pid)); left -= 1) await sleep(20);
    expect(await isGone(pid)).toBe(true);
  });

  it('has ended where it could not be started', async () => {
    for (const [file, errno] of [
      ['/nowhere/at/all', 'ENOENT'],
      ['/etc/passwd/sh', 'ENOTDIR'],
    ] as const) {
      const opened = open('', file);
      opened.input.write('nobody reads this');
      expect(await opened.ended).toEqual({ kind: 'notStarted', errno });
      opened.kill();
    }
  });

  it('does not wait for a descendant that keeps the pipes', async () => {
    const file = path.join(await tempFolder(), 'pid');
    const opened = open(`sleep 30 & echo $! > ${file}; echo said >&2; exit 0`);
    opened.output.resume();
    expect(await opened.ended).toEqual({ kind: 'exited', code: 0 });
    expect(opened.stderr().toString()).toBe('said\n');
    process.kill(await pidIn(file), 'SIGKILL');
  });
});
