import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostAccount, hostKey, hostLabel, parseHostSpecs } from '../../../src/hosts/hostSpec.ts';
import { hostileNames } from './hostileNames.ts';

const ID = 'ab'.repeat(32);
const container = { kind: 'container', engine: 'docker', id: ID, name: 'openclaw' };

describe('parseHostSpecs', () => {
  it('takes every kind, with what is named on the host', () => {
    const list = [
      { kind: 'local' },
      { kind: 'ssh', destination: 'vps', user: 'claw', port: 2222, node: '/opt/node 24/bin/node' },
      { kind: 'ssh', destination: '[2001:db8::1]' },
      { ...container, user: '1000:1000', stateDir: '/home/node/.openclaw' },
      { kind: 'wsl', distribution: 'Ubuntu-24.04', openclaw: '/usr/bin/openclaw', claude: '/home/jörg/bin/claude' },
    ];
    const { specs, problems } = parseHostSpecs(list);
    expect(problems).toEqual([]);
    expect(specs).toEqual([list[0], list[1], { kind: 'ssh', destination: '2001:db8::1' }, list[3], list[4]]);
  });

  it('keeps the others beside a record that is wrong, and names its fields', () => {
    const { specs, problems } = parseHostSpecs([
      { kind: 'ssh', destination: '-oProxyCommand=x', port: 0 },
      { kind: 'ssh', destination: 'vps' },
      { kind: 'telnet', destination: 'vps' },
      { kind: 'ssh', destination: 'other', password: 'x' },
      { ...container, id: 'abababababab' },
      'vps',
      null,
    ]);
    expect(specs).toEqual([{ kind: 'ssh', destination: 'vps' }]);
    expect(problems.map(({ index, fields }) => [index, ...fields])).toEqual([
      [0, 'destination', 'port'],
      [2, 'kind'],
      [3],
      [4, 'id'],
      [5],
      [6],
    ]);
    expect(parseHostSpecs({ 0: 'x' }).problems).toEqual([{ index: null, why: 'invalid', fields: [] }]);
  });

  it('takes one account of a host once, whatever else stands in the record', () => {
    const { specs, problems } = parseHostSpecs([
      container,
      { ...container, name: 'renamed' },
      { ...container, user: 'node' },
      { kind: 'ssh', destination: '::1' },
      { kind: 'ssh', destination: '[::1]', node: '/usr/bin/node' },
    ]);
    expect(specs).toHaveLength(3);
    expect(problems).toEqual([
      { index: 1, why: 'duplicate', fields: [] },
      { index: 4, why: 'duplicate', fields: [] },
    ]);
  });

  it('lets no name through that is more than a name', () => {
    const names = hostileNames('/canary');
    expect(names.length).toBeGreaterThan(200);
    const fields = (name: string): readonly object[] => [
      { kind: 'ssh', destination: name },
      { kind: 'ssh', destination: 'vps', user: name },
      { ...container, name },
      { ...container, id: name },
      { ...container, user: name },
      { kind: 'wsl', distribution: name },
      { kind: 'wsl', distribution: 'Ubuntu', user: name },
    ];
    for (const name of names)
      for (const { specs } of fields(name).map((record) => parseHostSpecs([record])))
        for (const spec of specs) expect(JSON.stringify(spec)).toMatch(/^[\w{}[\]",:.-]+$/);
  });

  it('makes of any text an operand that is no option, or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        for (const kind of [
          { kind: 'ssh', destination: text },
          { kind: 'wsl', distribution: text },
        ])
          for (const spec of parseHostSpecs([kind]).specs)
            expect('destination' in spec ? spec.destination : 'distribution' in spec && spec.distribution).toMatch(
              /^[\w:][\w.:-]*$/,
            );
      }),
      { numRuns: 10_000 },
    );
  });
});

it('tells hosts apart by what is reached', () => {
  const { specs } = parseHostSpecs([
    { kind: 'local' },
    { kind: 'ssh', destination: 'vps' },
    { kind: 'ssh', destination: 'vps', port: 22 },
    { kind: 'ssh', destination: 'vps', stateDir: '/srv/claw' },
    { kind: 'wsl', distribution: 'vps' },
  ]);
  expect(new Set(specs.map(hostKey)).size).toBe(5);
});

describe('hostLabel', () => {
  it('shows the way to a host, and tells state directories apart', () => {
    const { specs } = parseHostSpecs([
      { kind: 'local', stateDir: '/srv/claw' },
      { kind: 'ssh', destination: 'vps' },
      { kind: 'ssh', destination: 'vps', stateDir: '/srv/claw' },
      { kind: 'ssh', destination: 'vps', user: 'claw', port: 2222 },
      { ...container, user: '1000:1000' },
      { kind: 'wsl', distribution: 'Ubuntu' },
    ]);
    expect(specs.map(hostLabel)).toEqual([
      'local, /srv/claw',
      'vps',
      'vps, /srv/claw',
      'claw@vps:2222',
      'openclaw (1000:1000@docker abababababab)',
      'Ubuntu (WSL)',
    ]);
    const [, plain, elsewhere] = specs.map((spec) => [hostAccount(spec), hostKey(spec)]);
    expect(plain?.[0]).toBe(elsewhere?.[0]);
    expect(plain?.[1]).not.toBe(elsewhere?.[1]);
  });
});
