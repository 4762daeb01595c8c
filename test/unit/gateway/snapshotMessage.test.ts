import { describe, expect, it } from 'vitest';
import { agentId, localHostId, profileId, providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot } from '../../../src/domain/snapshot.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../src/gateway/snapshotMessage.ts';
import { aConfig, aHost, anAgent, aSet, NOW } from '../../fakes/snapshots.ts';

/** Something of everything that a snapshot may hold. */
function fullSnapshot(): HostSnapshot {
  const set = aSet(
    {
      'anthropic:a': { expiresIn: 5_000, usage: { cooldownUntil: NOW, errorCount: 3, disabledReason: 'billing' } },
      'anthropic:b': { type: 'api_key', material: { kind: 'ref', ref: { source: 'env', provider: null, id: 'KEY' } } },
      'openai:o': { type: 'oauth', material: { kind: 'hidden' }, isRefreshable: true, expiry: { kind: 'beyond' } },
      __proto__x: { type: 'unknown', material: { kind: 'missing' }, origin: 'inherited', expiry: { kind: 'invalid' } },
    },
    { anthropic: ['anthropic:b', 'anthropic:a'], constructor: [] },
  );
  const main = anAgent(
    'main',
    {
      ...set,
      unreadable: [{ id: profileId('toString'), why: 'duplicateKey' }],
      lastGood: new Map([[providerId('__proto__'), profileId('anthropic:a')]]),
    },
    { exposure: { path: '/x', mode: 0o644, kind: 'readable' } },
  );
  const broken = anAgent('work', aSet({}), {
    kind: 'json',
    state: 'malformed',
    problem: 'syntax',
    offset: 7,
    exposure: null,
  });
  return aHost([main, broken], {
    releaseText: '2026.6.1',
    laterRelease: aHost([]).release,
    config: {
      ...aConfig({ anthropic: ['anthropic:a'] }, { 'anthropic:a': { provider: 'anthropic', mode: 'token' } }),
      providersInUse: new Set([providerId('anthropic')]),
    },
    environment: new Map([[providerId('__proto__'), [{ name: 'ANTHROPIC_API_KEY', source: 'dotenv' }]]]),
    undone: [{ agentId: agentId('main'), provider: providerId('anthropic'), profileId: null, isBack: true }],
  });
}

/** As JSON carries it. */
const travelled = (read: HostSnapshot): Record<string, unknown> =>
  structuredClone(JSON.parse(JSON.stringify(encodeSnapshot(read)))) as Record<string, unknown>;

describe('a snapshot on its way', () => {
  it('arrives as it was, but for the id of the host', () => {
    const read = fullSnapshot();
    const arrived = decodeSnapshot(travelled(read), 'that machine');
    expect(arrived).toEqual({ ...read, hostId: localHostId('that machine', read.stateDir) });
    expect(arrived?.config.order).toBeInstanceOf(Map);
  });

  it('is refused whole when anything in it is not what it has to be', () => {
    const message = travelled(fullSnapshot());
    expect(decodeSnapshot(message, 'm')).not.toBeNull();
    for (const [key, value] of [
      ['agents', null],
      ['agents', [{ id: 'main' }]],
      ['readAt', 'now'],
      ['era', 'json'],
      ['environment', { anthropic: [] }],
      ['more', 1],
    ] as const)
      expect([key, decodeSnapshot({ ...message, [key]: value }, 'm')]).toEqual([key, null]);
    for (const whole of [null, [], 'x', 1, {}]) expect(decodeSnapshot(whole, 'm')).toBeNull();
  });
});
