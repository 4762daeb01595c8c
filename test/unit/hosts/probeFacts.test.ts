import { expect, it } from 'vitest';
import type { BootLine, ProbeFact } from '../../../src/hosts/bootstrap.ts';
import { parseHostSpecs, type HostSpec } from '../../../src/hosts/hostSpec.ts';
import { hasProgram, mayMissGateway, userOfGateway } from '../../../src/hosts/probeFacts.ts';

const said = (facts: Partial<Record<ProbeFact, string>>): BootLine[] =>
  (Object.entries(facts) as [ProbeFact, string][]).map(([name, value]) => ({ kind: 'fact', name, value }));

it('tells which programs are there', () => {
  expect(hasProgram(said({ claude: '/opt/bin/claude' }), 'claude')).toBe(true);
  expect(hasProgram(said({ claude: '', openclaw: '/opt/bin/openclaw' }), 'claude')).toBe(false);
});

it('tells of a distribution of WSL in which no gateway runs, and of no other host', () => {
  const ofKind = (record: object): HostSpec => parseHostSpecs([record]).specs[0] ?? { kind: 'local' };
  const wsl = ofKind({ kind: 'wsl', distribution: 'Ubuntu' });
  expect(mayMissGateway(wsl, said({ user: '1000 me' }))).toBe(true);
  expect(mayMissGateway(wsl, said({ gateway: '1000:1000' }))).toBe(false);
  expect(mayMissGateway(ofKind({ kind: 'ssh', destination: 'vps' }), [])).toBe(false);
});

it('names another user than the one who asked, or nobody', () => {
  expect(userOfGateway(said({ user: '0 root', gateway: '1000:1001' }))).toBe('1000:1001');
  expect(userOfGateway(said({ user: '1000 node', gateway: '1000:1001' }))).toBeNull();
  expect(userOfGateway(said({ user: '0 root' }))).toBeNull();
  expect(userOfGateway([])).toBeNull();
});

it('names never more than two numbers: the host may be anybody', () => {
  for (const gateway of ['1000', '--privileged', '1000:1000 x', '-1:0', `${'9'.repeat(20)}:0`, '1000:1000\n'])
    expect([gateway, userOfGateway(said({ user: '0 root', gateway }))]).toEqual([gateway, null]);
});
