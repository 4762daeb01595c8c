import { expect, it } from 'vitest';
import type { Era } from '../../../../src/domain/release.ts';
import type { HostStatus } from '../../../../src/domain/status.ts';
import { knownAbout } from '../../../../src/domain/jsonHelp/known.ts';

const STATE_DIR = '/home/u/.openclaw';
const agent = (id: string, ...ids: readonly string[]): object => ({
  id,
  providers: [{ profiles: ids.map((profile) => ({ id: profile })) }],
  unreadable: [{ id: `${id}:broken` }],
});
const status = (era: Era): HostStatus =>
  ({
    ...{ era, stateDir: STATE_DIR, config: { path: '/etc/openclaw.json', state: 'ok' } },
    agents: [agent('main', 'a:b', 'c:d'), agent('lab', 'a:b')],
  }) as unknown as HostStatus;

it.each<[string, Era, string, boolean, readonly string[] | null]>([
  ['an agent’s file', 'json-owned-lock', `${STATE_DIR}/agents/lab/agent/auth-state.json`, false, ['a:b', 'lab:broken']],
  ['one beside a database', 'sqlite', `${STATE_DIR}/agents/lab/agent/auth-profiles.json`, true, ['a:b', 'lab:broken']],
  ['one of no agent', 'sqlite', `${STATE_DIR}/agents/x/agent/auth-profiles.json`, true, null],
  ['another gateway’s', 'sqlite', `${STATE_DIR}-work/agents/main/agent/auth-profiles.json`, false, null],
  ['the configuration', 'sqlite', '/etc/openclaw.json', false, ['a:b', 'c:d', 'main:broken', 'lab:broken']],
  ['another configuration', 'sqlite', `${STATE_DIR}/openclaw.json`, false, null],
  ['any other file', 'sqlite', `${STATE_DIR}/agents/lab/agent/notes.json`, false, null],
])('of %s', (_, era, path, isRetired, profileIds) => {
  const known = knownAbout(status(era), path);
  expect(known.isRetired).toBe(isRetired);
  expect(known.profileIds === null ? null : [...known.profileIds].toSorted()).toEqual(profileIds?.toSorted() ?? null);
});

it('is nothing before the gateway was read', () => {
  expect(knownAbout(null, `${STATE_DIR}/openclaw.json`)).toEqual({ isRetired: false, profileIds: null });
});
