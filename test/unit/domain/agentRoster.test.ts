import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalizeAgentId, parseAgentRoster } from '../../../src/domain/agentRoster.ts';

const ids = (config: object): string[] => parseAgentRoster(JSON.stringify(config)).entries.map(({ id }) => id);

it('reads the list and the keyed form, comments and all', () => {
  expect(ids({ agents: { list: [{ id: 'Main' }, { id: 'work' }, null, {}, { id: 3 }] } })).toEqual(['main', 'work']);
  expect(ids({ agents: { entries: { ops: {}, 'Alpha X': {} }, list: [{ id: 'ignored' }] } })).toEqual([
    'ops',
    'alpha-x',
  ]);
  expect(parseAgentRoster("{agents: {list: [{id: 'a', agentDir: '~/x'}]}, // hand-written\n}").entries).toEqual([
    { id: 'a', agentDir: '~/x' },
  ]);
});

it.each([
  [{}, 'main'],
  [{ agents: { list: [{ id: 'a' }, { id: 'b' }] } }, 'a'],
  [{ agents: { list: [{ id: 'a' }, { id: 'b', default: true }] } }, 'b'],
  [{ agents: { entries: { a: {}, b: {} }, defaults: { systemAgent: { agentId: 'b' } } } }, 'b'],
])('finds the default agent of %j: %s', (config, expected) => {
  expect(parseAgentRoster(JSON.stringify(config)).defaultId).toBe(expected);
});

it('names nobody when the configuration cannot be read', () => {
  for (const text of [null, '', '{', '[]', '"x"', '{"agents":[]}'])
    expect(parseAgentRoster(text)).toEqual({ entries: [], defaultId: 'main' });
});

it('never makes an id that leaves its folder', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const id = normalizeAgentId(text);
      expect(id === null || /^[a-z0-9_][a-z0-9_-]{0,63}$/.test(id)).toBe(true);
    }),
  );
  expect(normalizeAgentId('../../.ssh')).toBe('ssh');
});
