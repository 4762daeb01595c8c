import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { agentId, fingerprint, profileId } from '../../../src/domain/ids.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import type { ProcessResult } from '../../../src/platform/process.ts';
import type { AgentView } from '../../../src/gateway/agentView.ts';
import { parseAnswer, readAgentThroughCli } from '../../../src/gateway/cliReader.ts';

const NOISE = 'Installed Gateway service state and config paths could not be verified.\n{not json}\n';
const LIST = {
  agentId: 'main',
  profiles: [
    { id: 'anthropic:ok', provider: 'anthropic', type: 'token', expiresAt: '2027-06-10T19:13:32.779Z' },
    { id: 'anthropic:cool', provider: 'anthropic', type: 'token', cooldownUntil: '2026-11-22T19:43:32.779Z' },
    { id: 'anthropic:empty', provider: 'anthropic', type: 'token' },
    { id: 'openai:k', provider: 'openai', type: 'api_key', disabledUntil: 'soon', disabledReason: 'billing' },
    { id: 'odd', provider: 'x', type: 'hologram' },
    'not an entry',
  ],
};
const STATUS = {
  auth: {
    oauth: {
      profiles: [{ profileId: 'anthropic:empty', status: 'missing' }],
      providers: [
        { provider: 'anthropic', effectiveProfiles: [{ profileId: 'anthropic:cool' }, { profileId: 'anthropic:ok' }] },
        { provider: 'openai', effectiveProfiles: [{ profileId: 'openai:k' }] },
      ],
    },
  },
};

function read(list: string, status: string, code = 0): Promise<AgentView> {
  const run = ({ args }: { args: readonly string[] }): Promise<ProcessResult> =>
    Promise.resolve({ kind: 'exited', code, stdout: args.includes('list') ? list : status, stderr: '' });
  const program = {
    path: '/bin/openclaw',
    release: parseRelease('2026.9.7'),
    file: '/bin/openclaw',
    leadingArgs: [],
    env: {},
  };
  const paths = { stateDir: '/s', configPath: '/s/openclaw.json', sharedAgentDir: '/s/a', movedAgentDir: null };
  return readAgentThroughCli(
    { program, paths, env: {}, run, logger: silentLogger },
    { id: agentId('main'), agentDir: '/s/a', isDefault: true, isShared: true, isOutside: false },
    (text) => fingerprint(createHash('sha256').update(text).digest('hex')),
  );
}

it('takes everything but the values from the CLI, log lines in front or not', async () => {
  const view = await read(NOISE + JSON.stringify(LIST), JSON.stringify(STATUS));
  const { store, set } = view;
  expect(store).toMatchObject({ kind: 'cli', state: 'ok', problem: 'unknownSchema', isValueReadable: false });
  expect([...set.profiles.values()].map(({ id, type, material }) => [id, type, material.kind])).toEqual([
    ['anthropic:ok', 'token', 'hidden'],
    ['anthropic:cool', 'token', 'hidden'],
    ['anthropic:empty', 'token', 'missing'],
    ['openai:k', 'api_key', 'hidden'],
    ['odd', 'unknown', 'hidden'],
  ]);
  expect(set.profiles.get(profileId('anthropic:ok'))?.expiry).toEqual({ kind: 'at', unixMs: 1_812_654_812_779 });
  expect(set.usage.get(profileId('anthropic:cool'))?.cooldownUntil).toBe(1_795_376_612_779);
  expect(set.usage.get(profileId('openai:k'))).toMatchObject({ disabledUntil: null, disabledReason: 'billing' });
  expect([...set.order]).toEqual([
    ['anthropic', ['anthropic:cool', 'anthropic:ok']],
    ['openai', ['openai:k']],
  ]);
  expect(view.readCredential(profileId('anthropic:ok'))).toBeNull();
});

it('tells a store that must be migrated from a program that fails', async () => {
  const refusal = JSON.stringify({
    ok: false,
    error: { message: 'x requires legacy credential migration; run doctor' },
  });
  expect((await read(refusal, refusal, 1)).store).toMatchObject({ state: 'retired', problem: 'migrationRequired' });
  expect((await read('', '', 1)).store).toMatchObject({ state: 'unreadable', problem: 'cliFailed' });
  expect((await read('no JSON at all', '')).store).toMatchObject({ state: 'unreadable', problem: 'cliFailed' });
  expect((await read('{"ok":false,"error":{}}', '')).store).toMatchObject({
    state: 'unreadable',
    problem: 'cliFailed',
  });
});

it('finds the document behind log lines', () => {
  expect(parseAnswer('a\n{x}\n{"b":1}\n')).toEqual({ b: 1 });
  expect(parseAnswer('{"b":')).toBeNull();
});
