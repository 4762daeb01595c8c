import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/domain/change.ts';
import { fingerprintCredential, type Credential } from '../../../src/domain/credential.ts';
import { agentId, profileId, providerId, type Fingerprint } from '../../../src/domain/ids.ts';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import { UnsureChanges, type Verdict } from '../../../src/domain/unsureChanges.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { aHost, anAgent, aSet, type ProfileSpec } from '../../fakes/snapshots.ts';

const place = { agentId: agentId('main'), provider: providerId('anthropic') };
const A = profileId('anthropic:a');
const print = keyedFingerprinter(Secret.of('key of this test'));
const tokenOf = (mark: string): Credential => ({ type: 'token', secret: Secret.of(`FAKE ${mark}`), expiresAt: null });
const printOf = (mark: string): Fingerprint => fingerprintCredential(tokenOf(mark), print);
const put = (mark: string, expected: string | null): Change => ({
  ...{ kind: 'putCredential', ...place, profileId: A, credential: tokenOf(mark) },
  expected: expected === null ? null : printOf(expected),
});
const remove: Change = { kind: 'removeProfile', ...place, profileId: A, expected: printOf('old') };
const order = (...ids: string[]): Change => ({
  kind: 'setOrder',
  ...place,
  profileIds: ids.map((id) => profileId(id)),
  expected: null,
});
const clear: Change = { kind: 'clearOrder', ...place, expected: [A] };
function settleWith(change: Change, set: ReturnType<typeof aSet>): Verdict | undefined {
  const changes = new UnsureChanges();
  changes.note(change, print);
  const [settled] = changes.settle(aHost([anAgent('main', set)]));
  expect(changes.all).toEqual([]);
  return settled?.verdict;
}

const holding = (mark: string): ReturnType<typeof aSet> => {
  const spec: ProfileSpec = { material: { kind: 'value', fingerprint: printOf(mark), length: 8 } };
  return aSet({ 'anthropic:a': spec });
};

describe('a change that was cut off', () => {
  it.each([
    ['a credential', put('new', 'old'), holding('new'), 'written'],
    ['a credential', put('new', 'old'), holding('old'), 'asBefore'],
    ['a credential', put('new', 'old'), holding('of somebody'), 'other'],
    ['a new profile', put('new', null), aSet({}), 'asBefore'],
    ['a new profile', put('new', null), holding('new'), 'written'],
    ['a removal', remove, aSet({}), 'written'],
    ['a removal', remove, holding('old'), 'asBefore'],
    ['a removal', remove, holding('of somebody'), 'other'],
    ['an order', order('anthropic:a'), aSet({}, { anthropic: ['anthropic:a'] }), 'written'],
    ['an order', order('anthropic:a'), aSet({}), 'asBefore'],
    ['an order', order('anthropic:a'), aSet({}, { anthropic: ['anthropic:b'] }), 'other'],
    ['a cleared order', clear, aSet({}), 'written'],
    ['a cleared order', clear, aSet({}, { anthropic: ['anthropic:a'] }), 'asBefore'],
  ] as const)('is judged by what stands there: %s', (_, change, set, verdict) => {
    expect(settleWith(change, set)).toBe(verdict);
  });

  it('stays open while the store cannot be read, or the agent is not there', () => {
    const changes = new UnsureChanges();
    changes.note(put('new', null), print);
    expect(changes.settle(aHost([anAgent('main', aSet({}), { state: 'malformed' })]))).toEqual([]);
    expect(changes.settle(aHost([anAgent('other', aSet({}))]))).toEqual([]);
    expect(changes.all).toEqual([{ ...place, profileId: A }]);
    expect(changes.settle(aHost([anAgent('main', aSet({}))]))).toEqual([
      { ...place, profileId: A, verdict: 'asBefore' },
    ]);
  });

  it('is forgotten for a later one of the same thing, and keeps no credential', () => {
    const changes = new UnsureChanges();
    changes.note(put('first', null), print);
    changes.note(put('second', null), print);
    changes.note(order('anthropic:a'), print);
    expect(changes.all.map(({ profileId }) => profileId)).toEqual([A, null]);
    expect(changes.settle(aHost([anAgent('main', holding('second'))]))[0]?.verdict).toBe('written');
    expect(JSON.stringify(changes)).not.toContain('FAKE');
  });
});
