import { describe, expect, it } from 'vitest';
import { parseHostSpecs, type HostSpec } from '../../../src/hosts/hostSpec.ts';
import { fieldsOfSpec, textOfField, withField } from '../../../src/hosts/specField.ts';

const specOf = (record: object): HostSpec => {
  const [spec] = parseHostSpecs([record]).specs;
  if (spec === undefined) throw new Error('not a spec');
  return spec;
};
const vps = specOf({ kind: 'ssh', destination: 'vps', port: 2222 });

describe('a field of a host', () => {
  it('is set, changed and taken away, and the others stay', () => {
    expect(withField(vps, 'user', ' claw ')).toEqual({ kind: 'ssh', destination: 'vps', port: 2222, user: 'claw' });
    expect(withField(vps, 'port', '22')).toEqual({ kind: 'ssh', destination: 'vps', port: 22 });
    expect(withField(vps, 'port', '')).toEqual({ kind: 'ssh', destination: 'vps' });
    expect(withField(vps, 'node', '')).toEqual(vps);
  });

  it.each([
    ['port', '0'],
    ['port', 'x'],
    ['port', '22; reboot'],
    ['user', '-oProxyCommand=x'],
    ['user', 'a b'],
    ['stateDir', 'relative'],
    ['node', '~/bin/node'],
    ['claude', '/a\nb'],
  ] as const)('is refused where it cannot be that: %s %j', (field, text) => {
    expect(withField(vps, field, text)).toBeNull();
  });

  it('is only one that such a host has', () => {
    expect(fieldsOfSpec(vps)).toContain('port');
    expect(fieldsOfSpec(specOf({ kind: 'local', stateDir: '/x' }))).toEqual(['stateDir', 'node', 'openclaw', 'claude']);
    expect(withField(specOf({ kind: 'wsl', distribution: 'Debian' }), 'port', '22')).toBeNull();
    expect([textOfField(vps, 'port'), textOfField(vps, 'user')]).toEqual(['2222', '']);
  });
});
