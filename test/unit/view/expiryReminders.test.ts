import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import { deriveReminders } from '../../../src/view/expiryReminders.ts';
import { aHost, anAgent, aSet, NOW } from '../../fakes/snapshots.ts';

const LADDER = [30, 14, 7, 1];

function remind(set: ProfileSet, { now = NOW, days = LADDER } = {}) {
  const host = deriveHostStatus(aHost([anAgent('main', set)]), { now, warnMs: 7 * DAY_MS });
  return deriveReminders(host, days, now);
}

describe('reminders of an expiry', () => {
  test.each([
    [31, []],
    [30, ['30']],
    [29, ['30']],
    [14, ['14']],
    [8, ['14']],
    [7, ['7']],
    [2, ['7']],
    [1, ['1']],
    [0.01, ['1']],
    [-0.01, ['0']],
    [-400, ['0']],
  ])('with %d days left it is on step %j', (daysLeft, steps) => {
    const due = remind(aSet({ 'anthropic:a': { expiresIn: daysLeft * DAY_MS } }));
    expect(due.map(({ step }) => String((JSON.parse(step) as unknown[]).at(-1)))).toEqual(steps);
    expect(due.every(({ expiresAt }) => expiresAt === NOW + daysLeft * DAY_MS)).toBe(true);
  });

  test('a renewed credential begins the ladder anew, and is about the same profile', () => {
    const [before] = remind(aSet({ 'anthropic:a': { expiresIn: DAY_MS } }));
    const [after] = remind(aSet({ 'anthropic:a': { expiresIn: DAY_MS + 1_000 } }), { now: NOW + 1_000 });
    expect(before?.about).toBe(after?.about);
    expect(before?.step).not.toBe(after?.step);
  });

  test('none about what the gateway renews, never tries, or inherits, and none without a ladder', () => {
    const soon = { expiresIn: DAY_MS };
    expect(remind(aSet({ 'google:a': { type: 'oauth', ...soon } }))).toEqual([]);
    expect(remind(aSet({ 'openai:a': { type: 'api_key' } }))).toEqual([]);
    expect(remind(aSet({ 'anthropic:a': soon, 'anthropic:b': {} }, { anthropic: ['anthropic:b'] }))).toEqual([]);
    const expired = { 'anthropic:a': { expiresIn: -DAY_MS }, 'anthropic:b': {} };
    expect(remind(aSet(expired, { anthropic: ['anthropic:b'] }))).toEqual([]);
    expect(remind(aSet(expired, { anthropic: ['anthropic:b', 'anthropic:a'] }))).toHaveLength(1);
    expect(remind(aSet(expired))).toHaveLength(1);
    expect(remind(aSet({ 'anthropic:a': { ...soon, origin: 'inherited' } }))).toEqual([]);
    expect(remind(aSet({ 'anthropic:a': soon }), { days: [] })).toEqual([]);
    expect(remind(aSet({ 'anthropic:a': soon }))).toHaveLength(1);
  });

  test('names the provider as the tree does, so that a button finds the row', () => {
    const [due] = remind(aSet({ a: { provider: 'Anthropic', expiresIn: DAY_MS } }));
    expect(due?.provider).toBe('anthropic');
  });
});
