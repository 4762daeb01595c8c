import * as path from 'node:path';
import { expect, it } from 'vitest';
import { runProcess, type ProcessResult } from '../../../src/platform/process.ts';

/** A process that never ends by itself, as one that waits for a file system. */
function hang(script: string): Promise<ProcessResult> {
  const source = path.resolve(import.meta.dirname, '../../../src/gateway/holdLimit.ts');
  const text = `
    const { limitHold } = await import(${JSON.stringify(source)});
    setInterval(() => {}, 1000);
    ${script}`;
  return runProcess({ file: process.execPath, args: ['--input-type=module', '--eval', text], timeoutMs: 30_000 });
}

it('ends a process that holds the lock for too long, and no other', async () => {
  expect(await hang('limitHold(50);')).toMatchObject({ kind: 'exited', code: 75 });
  const released = 'limitHold(50)(); setTimeout(() => process.exit(0), 200);';
  expect(await hang(released)).toMatchObject({ kind: 'exited', code: 0 });
});
