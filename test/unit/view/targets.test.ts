import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { profileId, providerId } from '../../../src/domain/ids.ts';
import { buildTree } from '../../../src/view/treeModel.ts';
import type { TreeNode } from '../../../src/view/treeNodes.ts';
import { isCredentialRow, Rows, toTarget, type CredentialRow } from '../../../src/view/targets.ts';
import { aHost, anAgent, aSet, NOW } from '../../fakes/snapshots.ts';
import { ASKED } from '../../fakes/syncStates.ts';

const host = aHost([
  anAgent('main', aSet({ 'anthropic:a': {}, 'anthropic:b': {}, 'openai:key': { type: 'api_key' } })),
  anAgent('ops', aSet({ 'anthropic:a': {} })),
]);

function tree(): readonly TreeNode[] {
  const status = deriveHostStatus(host, { now: NOW, warnMs: DAY_MS });
  return buildTree(
    status,
    () => 'agree',
    (agentId) =>
      agentId === 'ops'
        ? [{ hostId: host.hostId, agentId, profileId: profileId('openai:lost'), provider: providerId('openai') }]
        : [],
    ASKED,
  );
}

function all(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...all(node.children)]);
}

const nameOf = (row: CredentialRow): string =>
  `${row.agent.id}/${row.kind === 'kept' ? row.identity.profileId : row.profile.id}`;

describe('what a command is about', () => {
  const rows = new Rows(tree());

  test.each([
    [undefined, ['main/anthropic:a', 'main/anthropic:b', 'main/openai:key', 'ops/anthropic:a', 'ops/openai:lost']],
    [{ agentId: 'ops' }, ['ops/anthropic:a', 'ops/openai:lost']],
    [{ agentId: 'main', provider: 'anthropic' }, ['main/anthropic:a', 'main/anthropic:b']],
    [{ profileId: 'anthropic:a' }, ['main/anthropic:a', 'ops/anthropic:a']],
    [{ agentId: 'ops', profileId: 'openai:lost' }, ['ops/openai:lost']],
    [{ agentId: 'ops', profileId: 'anthropic:b' }, []],
  ])('%j can mean, for removal, %j', (argument, names) => {
    expect(rows.credentials(rows.wantedBy(argument), 'remove').map(nameOf)).toEqual(names);
  });

  test('a row is the row that is there now, or itself when it is gone', () => {
    const earlier = all(tree()).find((node) => node.kind === 'profile');
    const now = rows.rowOf(earlier);
    expect(now?.id).toBe(earlier?.id);
    expect(now).not.toBe(earlier);
    expect(new Rows([]).rowOf(earlier)).toBe(earlier);
    expect(rows.wantedBy(earlier)).toEqual({ agentId: 'main', provider: 'anthropic', profileId: 'anthropic:a' });
  });

  test('a profile that is not there allows nothing, however many others there are', () => {
    const wanted = rows.wantedBy({ agentId: 'main', provider: 'anthropic', profileId: 'anthropic:gone' });
    expect(rows.isPossible(wanted, 'renew')).toBe(false);
    expect(rows.isPossible(rows.wantedBy({ agentId: 'main' }), 'renew')).toBe(true);
  });

  test('a key acts on a profile or a copy, never on what stands above or beside it', () => {
    expect(all(tree()).filter(isCredentialRow).map(nameOf)).toEqual(rows.credentials({}, 'remove').map(nameOf));
    expect(isCredentialRow(undefined)).toBe(false);
  });

  test.each([undefined, null, 7, 'main'])('%j from another extension is no argument', (argument) => {
    expect(toTarget(argument)).toBeUndefined();
  });

  test('of an object from another extension only ids that are text are taken, and it is never a row', () => {
    const argument = {
      kind: 'profile',
      id: '["local"]',
      agentId: 'main',
      profileId: 7,
      provider: { toString: () => 'x' },
    };
    expect(toTarget(argument)).toEqual({ agentId: 'main' });
    expect(toTarget({ toAgents: ['ops', 7, null] })).toEqual({ toAgents: ['ops'] });
    expect(toTarget({ toAgents: 'ops' })).toEqual({});
  });
});
