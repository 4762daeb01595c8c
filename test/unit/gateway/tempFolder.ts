import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that the test owns and that goes when it ends. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'openclaw-auth-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
