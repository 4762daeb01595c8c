import { expect, test } from 'vitest';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { profileId, providerId } from '../../../src/domain/ids.ts';
import { freeProfileId, takenNames } from '../../../src/view/profileNames.ts';
import { aHost, anAgent, aSet, NOW } from '../../fakes/snapshots.ts';

const ANTHROPIC = providerId('anthropic');

function free(inStore: readonly string[], unreadable: readonly string[], kept: readonly string[]): string {
  const set = {
    ...aSet(Object.fromEntries(inStore.map((id) => [id, {}]))),
    unreadable: unreadable.map((id) => ({ id: profileId(id), why: 'notAnObject' as const })),
  };
  const host = aHost([anAgent('main', set)]);
  const [agent] = deriveHostStatus(host, { now: NOW, warnMs: 1 }).agents;
  if (agent === undefined) throw new Error('no agent');
  const copies = kept.map((id) => ({
    ...{ hostId: host.hostId, agentId: agent.id, profileId: profileId(id), provider: ANTHROPIC },
  }));
  return freeProfileId(takenNames(agent, copies), ANTHROPIC);
}

test.each([
  [[], [], [], 'anthropic:default'],
  [['anthropic:default'], [], [], 'anthropic:work'],
  [['anthropic:default'], ['anthropic:work'], [], 'anthropic:personal'],
  [['anthropic:default'], [], ['anthropic:work'], 'anthropic:personal'],
  [['anthropic:default', 'anthropic:work', 'anthropic:personal'], [], ['anthropic:profile2'], 'anthropic:profile3'],
])('beside %j, unreadable %j and copies %j the free name is %s', (inStore, unreadable, kept, name) => {
  expect(free(inStore, unreadable, kept)).toBe(name);
});
