import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, type AgentId, profileId, providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot, ProfileSet } from '../../../src/domain/snapshot.ts';
import type { Agreement } from '../../../src/sync/agreement.ts';
import { buildAway, buildTree, rootOf } from '../../../src/view/treeModel.ts';
import type { TreeNode } from '../../../src/view/treeNodes.ts';
import { NOTHING_KEPT, type AgentSync, type ProfileSync, type SyncState } from '../../../src/sync/syncEngine.ts';
import { ASKED } from '../../fakes/syncStates.ts';
import { aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

const inherited = (set: ProfileSet): ProfileSet => ({
  ...set,
  profiles: new Map([...set.profiles].map(([id, profile]) => [id, { ...profile, origin: 'inherited' as const }])),
});

function tree(
  host: HostSnapshot,
  agreement: Agreement = 'agree',
  kept: readonly string[] = [],
  sync: SyncState = ASKED,
): readonly TreeNode[] {
  const status = deriveHostStatus(host, { now: NOW, warnMs: DAY_MS });
  const copiesOf = (agent: AgentId) =>
    kept.map((id) => ({
      hostId: host.hostId,
      agentId: agent,
      profileId: profileId(id),
      provider: providerId('anthropic'),
    }));
  return buildTree(status, () => agreement, copiesOf, sync);
}

/** The tree as text: kind, name and what each row can be asked to do. The reasons for a choice have a test of their own. */
function golden(nodes: readonly TreeNode[], indent = ''): string[] {
  const shown = nodes.filter(({ kind }) => kind !== 'why' && kind !== 'findings');
  return shown.flatMap((node) => [
    `${indent}${node.kind} ${nameOf(node)} [${node.abilities.join(' ')}]`,
    ...golden(node.children, `${indent}  `),
  ]);
}

function nameOf(node: TreeNode): string {
  switch (node.kind) {
    case 'host':
      return node.host.hostName;
    case 'away':
      return node.label;
    case 'consent':
      return '';
    case 'incident':
      return node.incident.kind;
    case 'unsure':
      return node.change.profileId ?? node.change.provider;
    case 'agent':
      return node.agent.id;
    case 'store':
      return node.agent.store.state;
    case 'provider':
      return node.provider.id;
    case 'profile':
      return node.profile.id;
    case 'environment':
      return node.variable;
    case 'findings':
      return '';
    case 'finding':
      return node.finding.code;
    case 'modelKey':
    case 'why':
      return node.provider.id;
    case 'step':
      return node.step.rule;
    case 'unreadable':
      return node.entry.id;
    case 'kept':
      return node.identity.profileId;
  }
}

const profiles: Record<string, ProfileSpec> = {
  'anthropic:work': { expiresIn: DAY_MS },
  'anthropic:key': { type: 'api_key' },
  'anthropic:oauth': { type: 'oauth', isRefreshable: true },
  'anthropic:ref': { type: 'api_key', material: { kind: 'ref', ref: { source: 'env', provider: null, id: 'X' } } },
};

test('rows in the order in which they are tried, each with what it can do', () => {
  const set = aSet(profiles, { anthropic: ['anthropic:key', 'anthropic:work'] });
  expect(golden(tree(aHost([anAgent('main', set)])))).toEqual([
    'host box [choose]',
    '  agent main [addToken]',
    '    provider anthropic [addToken why clearOrder]',
    '      profile anthropic:key [replace remove moveDown copy]',
    '      profile anthropic:work [renew replace remove makeFirst moveUp copy]',
    '      profile anthropic:oauth [remove makeFirst copy]',
    '      profile anthropic:ref [remove makeFirst copy]',
  ]);
});

test('what an agent inherits can only be put in another order there', () => {
  const set = inherited(aSet({ 'anthropic:work': {}, 'anthropic:key': { type: 'api_key' } }));
  expect(golden(tree(aHost([anAgent('ops', set)]), 'storeOnly')).slice(2)).toEqual([
    '    provider anthropic [addToken why]',
    '      profile anthropic:work [moveDown copy]',
    '      profile anthropic:key [makeFirst moveUp copy]',
  ]);
});

test.each([
  ['2026.2.3', true],
  ['2026.6.1', true],
  ['2026.6.11', false],
  ['2026.7.1', false],
  ['2026.8.1', false],
  ['2026.8.2', true],
  ['2026.9.6', true],
])('removing is offered where the release can do it: %s', (releaseText, canRemove) => {
  const rows = golden(tree(aHost([anAgent('main', aSet({ 'openai:a': { type: 'api_key' } }))], { releaseText })));
  expect(rows.at(-1)).toBe(`      profile openai:a [replace ${canRemove ? 'remove ' : ''}copy]`);
});

test.each<[Agreement, string]>([
  ['agree', ''],
  ['differ', 'push pull '],
  ['vaultOnly', 'push '],
  ['storeOnly', 'pull '],
  ['unknown', ''],
  ['notApplicable', ''],
])('push and pull where the sides %s', (agreement, abilities) => {
  const rows = golden(tree(aHost([anAgent('main', aSet({ 'openai:a': { type: 'api_key' } }))]), agreement));
  expect(rows.at(-1)).toBe(`      profile openai:a [replace remove ${abilities}copy]`);
});

test('copying to other agents is offered for what an agent has of its own, where there is another agent', () => {
  const set = aSet({ 'openai:a': { type: 'api_key' }, 'openai:login': { type: 'oauth' } });
  const others = [anAgent('main', set), anAgent('ops', inherited(set))];
  const canCopy = (rows: readonly string[]) => rows.filter((row) => row.includes('copyToAgents'));
  expect(canCopy(golden(tree(aHost([anAgent('main', set)]))))).toEqual([]);
  // For OAuth too: it is refused in words.
  expect(canCopy(golden(tree(aHost(others)))).map((row) => row.trim().split(' ')[1])).toEqual([
    'openai:login',
    'openai:a',
  ]);
});

describe('rows that are not profiles', () => {
  test('a store that is broken, an entry that cannot be read, and a key from the environment', () => {
    const set = { ...aSet({}), unreadable: [{ id: profileId('x:notes'), why: 'notAnObject' as const }] };
    const environment = new Map([[providerId('openai'), [{ name: 'OPENAI_API_KEY', source: 'process' as const }]]]);
    const agent = anAgent('main', set, { state: 'malformed', problem: 'syntax' });
    expect(golden(tree(aHost([agent], { environment })))).toEqual([
      'host box [choose]',
      '  agent main [addToken]',
      '    store malformed []',
      '    provider openai [addToken why]',
      '      environment OPENAI_API_KEY []',
      '    unreadable x:notes []',
    ]);
  });

  test('a copy that only the vault has can be put back, also where there is nothing else', () => {
    expect(golden(tree(aHost([anAgent('main', aSet({}), { state: 'missing' })]), 'agree', ['anthropic:work']))).toEqual(
      ['host box [choose]', '  agent main [addToken]', '    kept anthropic:work [remove push]'],
    );
  });

  test('nothing to show gives no row, so that the welcome text shows', () => {
    expect(tree(aHost([anAgent('main', aSet({}), { state: 'missing' })]))).toEqual([]);
    expect(tree(aHost([]))).toEqual([]);
  });
});

test('ids of rows are stable, and differ even where names are hostile', () => {
  const hostile = { 'a","b': { provider: 'p' }, a: { provider: 'p' }, b: { provider: 'p","a' } };
  const idsOf = (nodes: readonly TreeNode[]): string[] => nodes.flatMap((node) => [node.id, ...idsOf(node.children)]);
  const host = aHost([anAgent('main', aSet(hostile)), anAgent('ops', aSet(hostile))]);
  const ids = idsOf(tree(host));
  expect(new Set(ids).size).toBe(ids.length);
  expect(idsOf(tree(host))).toEqual(ids);
});

describe('what keeps both sides in agreement', () => {
  const host = aHost([anAgent('main', aSet({ 'anthropic:work': {} })), anAgent('ops', aSet({ 'openai:a': {} }))]);
  const [main] = host.agents;
  if (main === undefined) throw new Error('no agent');
  const quiet: AgentSync = { incident: null, profiles: new Map(), isOneWay: false };
  const syncOf = (agent: Partial<AgentSync>): SyncState => ({
    ...ASKED,
    agents: new Map([[main.id, { ...quiet, ...agent }]]),
  });

  test('is asked for above the agents until it is answered', () => {
    expect(golden(tree(host, 'agree', [], NOTHING_KEPT)).slice(0, 3)).toEqual([
      'host box [choose]',
      '  consent  [choose]',
      '  agent main [addToken]',
    ]);
    expect(golden(tree(host)).some((row) => row.includes('consent'))).toBe(false);
  });

  test('stops at a loss, which stands above the rest of the agent until the user lets it go', () => {
    const incident = { kind: 'emptied', gone: [profileId('anthropic:x')], restorable: [], isDismissed: false } as const;
    expect(golden(tree(host, 'agree', [], syncOf({ incident }))).slice(1, 4)).toEqual([
      '  agent main [addToken]',
      '    incident emptied [restore]',
      '    provider anthropic [addToken why]',
    ]);
    expect(golden(tree(host, 'agree', [], syncOf({ incident: { ...incident, isDismissed: true } })))[2]).toBe(
      '    provider anthropic [addToken why]',
    );
    const empty = aHost([anAgent('main', aSet({}), { state: 'missing' })]);
    expect(golden(tree(empty, 'agree', [], syncOf({ incident }))).at(-1)).toBe('    incident emptied [restore]');
  });

  test('marks a conflict, which can be resolved there, and an agent whose values cannot be read', () => {
    const conflict = { reason: 'bothChanged', isDismissed: false } as const;
    const profiles = new Map([[profileId('anthropic:work'), { conflict } as ProfileSync]]);
    const [found] = tree(host, 'agree', [], syncOf({ profiles, isOneWay: true }));
    const agents = found?.children.filter(({ kind }) => kind === 'agent');
    expect(agents?.map((row) => row.kind === 'agent' && row.isOneWay)).toEqual([true, false]);
    expect(golden(found === undefined ? [] : [found])[3]).toMatch(/profile anthropic:work \[.* resolve\]$/);
  });
});

test('a host beside this machine has a row whatever is on it, with how it is reached', () => {
  const place = { label: 'vps', awayBecause: new AppError('hostAway', { reason: 'linkLost' }), unsure: [] };
  const status = deriveHostStatus(aHost([]), { now: NOW, warnMs: DAY_MS });
  const nothing = (): readonly never[] => [];
  const of = (at?: typeof place): readonly TreeNode[] => buildTree(status, () => 'storeOnly', nothing, ASKED, at);
  expect(of()).toEqual([]);
  expect(golden(of(place))).toEqual(['host box [choose manageHost]']);
  expect(of(place)[0]).toMatchObject({ place });
  const away = buildAway('id', 'vps', place.awayBecause);
  expect(golden([away])).toEqual(['away vps [manageHost]']);
});

test('a change that may or may not have been written has a row below its agent', () => {
  const change = { agentId: agentId('main'), provider: providerId('anthropic'), profileId: profileId('anthropic:new') };
  const status = deriveHostStatus(aHost([anAgent('main', aSet(profiles)), anAgent('ops', aSet({}))]), {
    ...{ now: NOW, warnMs: DAY_MS },
  });
  const place = { label: 'vps', awayBecause: null, unsure: [change, { ...change, profileId: null }] };
  const rows = golden(
    buildTree(
      status,
      () => 'agree',
      () => [],
      ASKED,
      place,
    ),
  );
  expect(rows.slice(1, 4)).toEqual([
    '  agent main [addToken]',
    '    unsure anthropic:new []',
    '    unsure anthropic []',
  ]);
  expect(rows.filter((row) => row.includes('unsure'))).toHaveLength(2);
});

test('the row of the host is found from any row below it', () => {
  const [root] = tree(aHost([anAgent('main', aSet(profiles))]));
  const deepest = (node: TreeNode): TreeNode => (node.children[0] === undefined ? node : deepest(node.children[0]));
  expect(root === undefined ? null : rootOf(deepest(root))).toBe(root);
});

test('below its profiles a provider says why one of them is in use', () => {
  const set = aSet({ 'openai:a': { type: 'api_key' }, 'openai:b': { type: 'api_key' } }, { openai: ['openai:b'] });
  const [host] = tree(aHost([anAgent('main', set)]));
  const why = host?.children.find(({ kind }) => kind === 'agent')?.children[0]?.children.at(-1);
  expect(why?.kind).toBe('why');
  expect(why?.children.map((row) => (row.kind === 'step' ? [row.step.rule, row.step.state] : row.kind))).toEqual([
    ['stored', 'wins'],
    ['default', 'passedOver'],
  ]);
});
