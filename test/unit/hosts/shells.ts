import { accessSync, constants } from 'node:fs';
import { runProcess, type ProcessResult, type ProcessSpec } from '../../../src/platform/process.ts';

/** The login shells that this machine has. */
export const SHELLS: readonly string[] = [
  ...[
    '/bin/sh',
    '/bin/bash',
    '/bin/dash',
    '/usr/bin/zsh',
    '/usr/bin/fish',
    '/usr/bin/tcsh',
    '/bin/csh',
    '/usr/bin/mksh',
  ],
].filter((file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

export async function runToEnd(
  spec: Pick<ProcessSpec, 'file' | 'args'> & Partial<ProcessSpec>,
): Promise<Extract<ProcessResult, { kind: 'exited' }>> {
  const result = await runProcess({ timeoutMs: 20_000, ...spec });
  if (result.kind !== 'exited') throw new Error(`${spec.file} ${result.kind}`);
  return result;
}
