import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAgentGrid, driftingAgents, type AgentGrid } from '../../../src/domain/agentGrid.ts';
import type { Profile } from '../../../src/domain/credential.ts';
import { findDrift } from '../../../src/domain/drift.ts';
import { fingerprint } from '../../../src/domain/ids.ts';
import { aHost, anAgent, aSet, type ProfileSpec } from '../../fakes/snapshots.ts';

type Agents = Readonly<Record<string, Readonly<Record<string, ProfileSpec>>>>;

const grid = (agents: Agents): AgentGrid =>
  buildAgentGrid(aHost(Object.entries(agents).map(([id, profiles]) => anAgent(id, aSet(profiles)))));
const value = (name: string): ProfileSpec => ({
  material: { kind: 'value', fingerprint: fingerprint(name), length: 9 },
});
const ref = (id: string): ProfileSpec => ({ material: { kind: 'ref', ref: { source: 'env', provider: null, id } } });

describe('what differs between agents', () => {
  const drift = (agents: Agents): Readonly<Record<string, readonly string[]>> => {
    const snapshots = Object.entries(agents).map(([id, profiles]) => anAgent(id, aSet(profiles)));
    const driftOf = findDrift(snapshots);
    const rows = snapshots.flatMap(({ id, set }) => [...set.profiles.values()].map((one) => [id, driftOf(one)]));
    return Object.fromEntries(rows) as Record<string, readonly string[]>;
  };

  test('another value or expiry, told by each of them', () => {
    const agents = { main: { 'p:a': value('x') }, night: { 'p:a': value('x') }, ops: { 'p:a': value('y') } };
    expect(drift(agents)).toEqual({ main: ['ops'], night: ['ops'], ops: ['main', 'night'] });
    const later = { main: { 'p:a': value('x') }, ops: { 'p:a': { ...value('x'), expiresIn: 1 } } };
    expect(drift(later)).toEqual({ main: ['ops'], ops: ['main'] });
    expect(drift({ main: { 'p:a': ref('A') }, ops: { 'p:a': ref('B') } })).toEqual({ main: ['ops'], ops: ['main'] });
  });

  test.each<[string, ProfileSpec]>([
    ['the same', value('x')],
    ['what is inherited', { ...value('y'), origin: 'inherited' }],
    ['what cannot be compared', { material: { kind: 'hidden' } }],
    ['what is missing', { material: { kind: 'missing' } }],
  ])('not %s', (_, spec) => {
    expect(drift({ main: { 'p:a': value('x') }, ops: { 'p:a': spec } })).toEqual({ main: [], ops: [] });
  });
});

describe('agents beside each other', () => {
  test.each<[string, ProfileSpec | null, ProfileSpec | null, readonly string[]]>([
    ['the same value', value('x'), value('x'), ['base', 'same']],
    ['another value', value('x'), value('y'), ['base', 'other']],
    ['another expiry', { ...value('x'), expiresIn: 1 }, { ...value('x'), expiresIn: 2 }, ['base', 'otherExpiry']],
    ['only the second has it', null, value('x'), ['missing', 'base']],
    ['only the first has it', value('x'), null, ['base', 'missing']],
    ['inherited', value('x'), { ...value('x'), origin: 'inherited' }, ['base', 'inherited']],
    [
      'values that cannot be read',
      { material: { kind: 'hidden' } },
      { material: { kind: 'hidden' } },
      ['base', 'hidden'],
    ],
    ['the same reference', ref('A'), ref('A'), ['reference', 'reference']],
    ['another reference', ref('A'), ref('B'), ['reference', 'other']],
    ['a value in the place of a reference', ref('A'), value('x'), ['reference', 'other']],
  ])('%s', (_, first, second, cells) => {
    const { rows } = grid({
      main: first === null ? {} : { 'p:a': first },
      night: second === null ? {} : { 'p:a': second },
    });
    expect(rows.map((row) => row.cells)).toEqual([cells]);
  });

  test('names the agents that drift', () => {
    const all = grid({ main: { 'p:a': value('x') }, b: { 'p:a': value('y') }, c: {}, d: { 'p:a': value('x') } });
    expect(all.rows.map((row) => driftingAgents(all, row))).toEqual([['b', 'c']]);
    const refs = grid({ main: {}, night: { 'p:a': ref('A') } });
    expect(refs.rows.map((row) => [row.base, driftingAgents(refs, row)])).toEqual([['night', ['main']]]);
  });

  test('finds the same login in two stores, and not two logins', () => {
    const login = (account: string): Profile => ({
      ...(aSet({ 'p:me': { type: 'oauth' } })
        .profiles.values()
        .next().value as Profile),
      accountId: account,
    });
    const host = (first: string, second: string) =>
      buildAgentGrid(
        aHost(
          [first, second].map((account, at) =>
            anAgent(`a${String(at)}`, { ...aSet({}), profiles: new Map([[login(account).id, login(account)]]) }),
          ),
        ),
      );
    expect(host('one', 'two').shared).toEqual([]);
    expect(host('one', 'one').shared).toEqual([
      {
        provider: 'p',
        places: [
          { agentId: 'a0', profileId: 'p:me' },
          { agentId: 'a1', profileId: 'p:me' },
        ],
      },
    ]);
  });

  test('every profile once, with a cell for every agent', () => {
    const spec = fc.constantFrom<ProfileSpec>(value('x'), value('y'), ref('A'), { ...value('x'), origin: 'inherited' });
    const agents = fc.dictionary(
      fc.constantFrom('main', 'b', 'c'),
      fc.dictionary(fc.constantFrom('p:a', 'p:b', 'q:a'), spec),
    );
    fc.assert(
      fc.property(agents, (given) => {
        const { rows, agents: ids } = grid(given);
        expect(new Set(rows.map(({ profileId }) => profileId)).size).toBe(rows.length);
        for (const { profileId, cells } of rows) {
          expect(cells).toHaveLength(ids.length);
          ids.forEach((id, at) => expect(cells[at] === 'missing').toBe(given[id]?.[profileId] === undefined));
          expect(cells.filter((cell) => cell === 'base').length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
