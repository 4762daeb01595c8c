import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { parseRelease } from '../../../src/domain/release.ts';
import { readEnvironment } from '../../../src/gateway/environment.ts';
import { tempFolder } from './tempFolder.ts';

async function read(
  stateDir: string,
  env: Record<string, string>,
  release = '2026.9.6',
  configText: string | null = null,
): Promise<Record<string, unknown>> {
  return Object.fromEntries(await readEnvironment({ env, stateDir, configText, release: parseRelease(release) }));
}

it('names variables by precedence and source, never with a value', async () => {
  const stateDir = await tempFolder();
  await writeFile(
    path.join(stateDir, '.env'),
    'export ANTHROPIC_OAUTH_TOKEN="FAKE-dotenv"\nOPENAI_API_KEY=\nGROQ_API_KEY=x\n',
  );
  const config = '{env: {vars: {XAI_API_KEY: "FAKE-config", GROQ_API_KEY: "y", BAD: 3}}}';
  const found = await read(stateDir, { ANTHROPIC_API_KEY: 'FAKE-process', GEMINI_API_KEY: '  ' }, '2026.9.6', config);
  expect(found).toEqual({
    anthropic: [
      { name: 'ANTHROPIC_OAUTH_TOKEN', source: 'dotenv' },
      { name: 'ANTHROPIC_API_KEY', source: 'process' },
    ],
    groq: [{ name: 'GROQ_API_KEY', source: 'dotenv' }],
    xai: [{ name: 'XAI_API_KEY', source: 'config' }],
  });
  expect(JSON.stringify(found)).not.toContain('FAKE');
});

it("counts GitHub's general variables as a Copilot key only where the release does", async () => {
  const stateDir = await tempFolder();
  expect(await read(stateDir, { GITHUB_TOKEN: 'x' }, '2026.6.1')).toHaveProperty('github-copilot');
  expect(await read(stateDir, { GITHUB_TOKEN: 'x' }, '2026.9.6')).toEqual({});
});

it('goes on without a file that cannot be read', async () => {
  const stateDir = await tempFolder();
  await mkdir(path.join(stateDir, '.env'));
  expect(await read(stateDir, { XAI_API_KEY: 'x' }, '2026.9.6', '{broken')).toHaveProperty('xai');
});
