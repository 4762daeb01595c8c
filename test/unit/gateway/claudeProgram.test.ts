import { mkdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { diagnoseMachine } from '../../../src/domain/diagnoseMachine.ts';
import { findClaude } from '../../../src/gateway/claudeProgram.ts';
import { aHost, anAgent, aSet } from '../../fakes/snapshots.ts';
import { tempFolder } from './tempFolder.ts';

/** A program of that name behind a link on PATH, with these files beside it. */
async function install(name: string, beside: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const [root, bin] = [await tempFolder(), await tempFolder()];
  const folder = path.join(root, 'somewhere');
  await mkdir(folder);
  for (const [file, text] of Object.entries(beside)) await writeFile(path.join(folder, file), text);
  await writeFile(path.join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
  await symlink(path.join(folder, name), path.join(bin, 'claude'));
  return { PATH: bin };
}

const manifest = (name: string): string => JSON.stringify({ name, version: '2.1.3' });

it.each<[string, () => Promise<Record<string, string>>, boolean, string | null]>([
  ['a package', () => install('cli.js', { 'package.json': manifest('@anthropic-ai/claude-code') }), true, '2.1.3'],
  ['what the native installer puts', () => install('2.0.14'), true, '2.0.14'],
  ['a script that starts it', () => install('claude'), true, null],
  ['a script in another package', () => install('cli.js', { 'package.json': manifest('mine') }), true, null],
  ['a manifest that is none', () => install('cli.js', { 'package.json': 'no JSON' }), true, null],
  ['nothing', () => Promise.resolve({ PATH: '/nowhere' }), false, null],
])('%s', async (_, env, hasClaude, claudeVersion) => {
  expect(await findClaude(await env())).toEqual({ hasClaude, claudeVersion });
});

it.each([
  ['0.2.126', true],
  ['1.0.9', true],
  ['1.0.43', true],
  ['1.0.44', false],
  ['1.1.0', false],
  ['2.0.0', false],
  [null, false],
])('Claude Code %s is too old: %s', (claudeVersion, expected) => {
  const host = { ...aHost([anAgent('main', aSet({ 'anthropic:a': {} }))]), claudeVersion };
  expect(diagnoseMachine(host, 0).some(({ code }) => code === 'claudeTooOld')).toBe(expected);
});
