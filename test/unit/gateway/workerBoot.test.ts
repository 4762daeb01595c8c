import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { READ_CELLS } from '../../../src/gateway/protocol.ts';
import { EXIT_DAMAGED, packWorker, startWorkerAt, WORKER_BOOT } from '../../../src/gateway/workerBoot.ts';
import { askWorker } from '../../../src/gateway/workerClient.ts';
import { runProcess, type ProcessResult } from '../../../src/platform/process.ts';
import { buildWorker } from './buildWorker.ts';
import { documentOf, writeStateDatabase } from './sqliteFixture.ts';
import { tempFolder } from './tempFolder.ts';

let worker = '';
let text = '';

beforeAll(async () => {
  worker = await buildWorker();
  text = readFileSync(worker, 'utf8');
});

afterAll(() => rmSync(path.dirname(worker), { recursive: true, force: true }));

/** Runs a worker's text in the pieces in which a link may bring it. */
function boot(pieces: readonly Buffer[], args: readonly string[], cwd = '/'): Promise<ProcessResult> {
  const env = { PATH: path.dirname(process.execPath), HOME: cwd };
  let printed = '';
  return runProcess({
    ...{ file: process.execPath, args: ['-e', WORKER_BOOT, '--', ...args], env, cwd, timeoutMs: 30_000 },
    talk: ({ input, output }) => {
      output.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      const next = (index: number): void => {
        const piece = pieces[index];
        if (piece === undefined) input.end();
        else input.write(piece, () => setImmediate(next, index + 1));
      };
      next(0);
    },
  }).then((result) => (result.kind === 'exited' ? { ...result, stdout: printed } : result));
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

describe('WORKER_BOOT', () => {
  it('can be carried through any shell', () => {
    expect(WORKER_BOOT).not.toMatch(/['\n\r]/);
    expect(WORKER_BOOT.length).toBeLessThan(2_000);
  });

  it('runs a worker that is no file, and leaves nothing behind', async () => {
    const folder = await tempFolder();
    const { bytes } = packWorker(text);
    for (const pieces of [[bytes], cut(bytes, 1_000), [bytes.subarray(0, 70), bytes.subarray(70)]])
      expect(await boot(pieces, ['--version'], folder)).toMatchObject({
        code: 0,
        stdout: `${manifest.version}\n`,
        stderr: '',
      });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('hands the rest of stdin to the worker', async () => {
    const folder = await tempFolder();
    const database = path.join(folder, 'state', 'openclaw.sqlite');
    mkdirSync(path.dirname(database));
    writeStateDatabase(database, { store: documentOf('anthropic:a') }).close();
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: READ_CELLS.method,
      params: { path: database, role: 'state' },
    });
    const request = Buffer.from(`Content-Length: ${String(body.length)}\r\n\r\n${body}`);
    const { bytes } = packWorker(text);
    for (const pieces of [
      [Buffer.concat([bytes, request])],
      [bytes, request],
      cut(Buffer.concat([bytes, request]), 777),
    ]) {
      const result = await boot(pieces, ['rpc']);
      expect(result).toMatchObject({ kind: 'exited', code: 0 });
      expect(result.kind === 'exited' && result.stdout).toContain('"kind":"cells"');
    }
  });

  it('runs nothing of a text that arrived damaged or in part', async () => {
    const { bytes } = packWorker('process.stdout.write("ran")');
    const head = bytes.indexOf(10) + 1;
    const other = packWorker('process.stdout.write("was exchanged")').bytes;
    const size = String(other.length - other.indexOf(10) - 1);
    const exchanged = Buffer.concat([
      Buffer.from(`${size} ${bytes.subarray(0, head).toString().split(' ')[1] ?? ''}`),
      other.subarray(other.indexOf(10) + 1),
    ]);
    expect(await boot([bytes], [])).toMatchObject({ code: 0, stdout: 'ran' });
    expect(await boot([exchanged], [])).toMatchObject({ code: EXIT_DAMAGED, stdout: '' });
    for (const at of [head, head + 5, bytes.length - 1]) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x55, at);
      expect(await boot([flipped], [])).toMatchObject({ code: EXIT_DAMAGED, stdout: '' });
    }
    for (const length of [0, 10, head, bytes.length - 1])
      expect(await boot([bytes.subarray(0, length)], [])).toMatchObject({ stdout: '' });
  });

  it('lets a worker that is no file start another one', async () => {
    const folder = await tempFolder();
    const database = path.join(folder, 'state', 'openclaw.sqlite');
    mkdirSync(path.dirname(database));
    writeStateDatabase(database, { store: documentOf('anthropic:a') }).close();
    const said = await boot([packWorker('process.stdout.write(import.meta.url)').bytes], []);
    expect(said.kind === 'exited' && startWorkerAt(said.stdout)).toMatchObject({ args: ['-e', WORKER_BOOT, '--'] });
    const { sha256 } = packWorker(text);
    const place = `data:text/javascript;sha256=${sha256};base64,${Buffer.from(text).toString('base64')}`;
    const node = { file: process.execPath, version: process.versions.node, env: {} };
    const program = { run: runProcess, node, workerPath: place, env: { PATH: '' } };
    const answer = await askWorker(program, READ_CELLS, { path: database, role: 'state' }, { timeoutMs: 20_000 });
    expect(answer).toMatchObject({ kind: 'answered', result: { kind: 'cells' } });
  });

  it('keeps its text out of the stack of an error', async () => {
    const source = `process.stdout.write(new Error('x').stack); /* ${'long '.repeat(1000)} */`;
    const result = await boot([packWorker(source).bytes], []);
    expect(result.kind === 'exited' && result.stdout).toContain('openclaw-auth-worker.mjs:1');
    expect(result.kind === 'exited' && result.stdout.length).toBeLessThan(2_000);
  });
});
