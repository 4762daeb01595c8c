import { describe, expect, it } from 'vitest';
import { packWorker } from '../../../src/gateway/workerBoot.ts';
import { HostFailure } from '../../../src/hosts/hostFailure.ts';
import { logIn, type LoggedIn } from '../../../src/hosts/login.ts';
import { FakeProcess } from '../../fakes/fakeProcess.ts';
import { ManualTimers, settle } from '../../fakes/manualTimers.ts';

const MARK = 'c0ffee';
const PACKED = packWorker('// a worker');

interface Running {
  readonly process: FakeProcess;
  readonly timers: ManualTimers;
  readonly result: Promise<LoggedIn | string>;
  /** What the host was sent so far. */
  readonly sent: () => Buffer;
}

function start(mode: 'run' | 'probe' = 'run'): Running {
  const process = new FakeProcess();
  const timers = new ManualTimers();
  const chunks: Buffer[] = [];
  process.input.on('data', (chunk: Buffer) => chunks.push(chunk));
  const boot = { mark: MARK, node: undefined, mode };
  const worker = mode === 'run' ? PACKED : null;
  const result = logIn(process, { boot, worker, timers, timeoutMs: 10_000 }).catch((thrown: unknown) =>
    thrown instanceof HostFailure ? thrown.code : 'other',
  );
  return { process, timers, result, sent: () => Buffer.concat(chunks) };
}

describe('logIn', () => {
  it('ignores what start-up files print, and sends the worker only once a Node is named', async () => {
    const { process, result, sent } = start();
    await settle();
    process.output.write('Welcome!\r\n\u001b[1mLast login\u001b[0m: today\nc0ffe node 24.1.0 /wrong\n');
    process.output.write(Buffer.from([0xff, 0xfe, 0x0a]));
    await settle();
    expect(sent().includes(PACKED.bytes)).toBe(false);
    process.output.write(`no line break at the end\n${MARK} node 24.1.0 /usr/bin/no`);
    process.output.write('de\r\n');
    await settle();
    expect(sent().subarray(-PACKED.bytes.length)).toEqual(PACKED.bytes);
    process.output.write(`\n${MARK} up\nContent-Length: 2`);
    expect(await result).toEqual({
      lines: [{ kind: 'node', version: '24.1.0', path: '/usr/bin/node' }],
      rest: Buffer.from('Content-Length: 2'),
    });
  });

  it('says why no worker can run', async () => {
    for (const [line, code] of [
      ['missing', 'nodeMissing'],
      ['broken', 'nodeBroken'],
      ['tooOld 18.20.1', 'nodeTooOld'],
    ]) {
      const { process, result } = start();
      process.output.write(`${MARK} ${String(line)}\n`);
      expect(await result).toBe(code);
    }
  });

  it('does not collect a host that prints for ever, in lines or in one', async () => {
    for (const chunk of ['noise\n'.repeat(10_000), 'x'.repeat(60_000)]) {
      const { process, result } = start();
      for (let sent = 0; sent <= 5 * 1024 * 1024; sent += chunk.length) process.output.write(chunk);
      expect(await result).toBe('loginTooNoisy');
    }
  });

  it('finds no mark at the end of a line that is too long', async () => {
    const { process, result } = start();
    process.output.write('x'.repeat(10_000));
    await settle();
    process.output.write(`${MARK} missing\n`);
    await settle();
    process.output.write(`${MARK} broken\n`);
    expect(await result).toBe('nodeBroken');
  });

  it('ends with the host, and after its limit', async () => {
    const gone = start();
    gone.process.output.end('bye\n');
    expect(await gone.result).toBe('loginEnded');
    const never = start();
    never.process.end({ kind: 'notStarted', errno: 'ENOENT' });
    expect(await never.result).toBe('loginEnded');
    const slow = start();
    await slow.timers.advance(10_000);
    expect(await slow.result).toBe('loginTimedOut');
  });

  it('collects what a probe says of the host', async () => {
    const { process, result, sent } = start('probe');
    process.output.end(`noise\n${MARK} host box\n${MARK} user 0 root\n${MARK} missing\n`);
    const found = await result;
    expect(found).toMatchObject({
      lines: [
        { kind: 'fact', name: 'host', value: 'box' },
        { kind: 'fact', name: 'user', value: '0 root' },
        { kind: 'noNode', problem: { kind: 'missing' } },
      ],
    });
    expect(sent().includes(PACKED.bytes)).toBe(false);
  });
});
