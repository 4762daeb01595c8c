import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, providerId } from '../../../src/domain/ids.ts';
import type { HostStatus } from '../../../src/domain/status.ts';
import { findWinnerChange, nameOf } from '../../../src/view/winnerChange.ts';
import { aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

const showing = (profiles: Readonly<Record<string, ProfileSpec>>, order: readonly string[] = []): HostStatus =>
  deriveHostStatus(aHost([anAgent('main', aSet(profiles, order.length === 0 ? {} : { anthropic: [...order] }))]), {
    ...{ now: NOW, warnMs: DAY_MS },
  });
const key: ProfileSpec = { type: 'api_key' };
const both = { 'anthropic:a': key, 'anthropic:b': key };
const changed = (before: HostStatus | null, after: HostStatus | null): readonly (string | null)[] | null => {
  const change = findWinnerChange(before, after, agentId('main'), providerId('anthropic'));
  return change === null ? null : [nameOf(change.from), nameOf(change.to)];
};

describe('the credential in use', () => {
  it('is another than before', () => {
    const first = showing(both, ['anthropic:a']);
    expect(changed(first, showing(both, ['anthropic:b']))).toEqual(['anthropic:a', 'anthropic:b']);
    expect(changed(showing({}), showing({ 'anthropic:a': key }))).toEqual([null, 'anthropic:a']);
    const expired = { 'anthropic:a': { type: 'token', expiresIn: -1 } } as const;
    expect(changed(showing({ 'anthropic:a': key }), showing(expired))).toEqual(['anthropic:a', null]);
  });

  it('is billed per use now, and was not before', () => {
    const specs = { 'anthropic:plan': {}, 'anthropic:key': key };
    const [plan, metered] = [showing(specs, ['anthropic:plan']), showing(specs, ['anthropic:key'])];
    const isMetered = (before: HostStatus, after: HostStatus) =>
      findWinnerChange(before, after, agentId('main'), providerId('anthropic'))?.isMetered;
    expect([isMetered(plan, metered), isMetered(metered, plan)]).toEqual([true, false]);
    expect(isMetered(showing({}), metered)).toBe(false);
  });

  it('is the same, or not known', () => {
    expect(changed(showing(both), showing(both))).toBeNull();
    expect(changed(null, showing(both))).toBeNull();
    expect(changed(showing(both), null)).toBeNull();
    expect(changed(showing(both), showing({}))).toBeNull();
  });
});
