import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { agentId, profileId } from '../../../src/domain/ids.ts';
import { findUses } from '../../../src/view/explain.ts';
import { spanOf } from '../../../src/view/span.ts';
import { buildSummary, joinSummaries } from '../../../src/view/summary.ts';
import { chooseWelcome } from '../../../src/view/welcome.ts';
import { aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

const statusOf = (profiles: Record<string, ProfileSpec>, order: Record<string, string[]> = {}) =>
  deriveHostStatus(aHost([anAgent('main', aSet(profiles, order))]), { now: NOW, warnMs: 7 * DAY_MS });

describe('the status bar', () => {
  test.each<[string, Record<string, ProfileSpec>, string, number | null]>([
    ['nothing', {}, 'ok', null],
    ['a valid token', { 'anthropic:a': { expiresIn: 30 * DAY_MS } }, 'ok', 30],
    ['an expiring one', { 'anthropic:a': { expiresIn: 3 * DAY_MS } }, 'warning', 3],
    ['an expired one that nothing replaces', { 'anthropic:a': { expiresIn: -DAY_MS } }, 'error', null],
    [
      'an expired one behind a valid one',
      { 'anthropic:a': { expiresIn: -DAY_MS }, 'anthropic:b': { type: 'api_key' } },
      'ok',
      null,
    ],
    ['OAuth that the gateway renews', { 'google:a': { type: 'oauth', isRefreshable: true, expiresIn: 1 } }, 'ok', null],
    ['no expiry known', { 'anthropic:a': {} }, 'ok', null],
  ])('%s', (_, profiles, level, days) => {
    const summary = buildSummary(statusOf(profiles));
    expect(summary.level).toBe(level);
    expect(summary.soonest === null ? null : (summary.soonest.expiresAt - NOW) / DAY_MS).toBe(days);
  });

  test('says nothing where there is no gateway', () => {
    const status = deriveHostStatus(aHost([]), { now: NOW, warnMs: 1 });
    expect(buildSummary(status).level).toBe('none');
  });

  test('is about all hosts: the worst, the first to end, and everything that needs action', () => {
    const calm = buildSummary(statusOf({ 'anthropic:a': { expiresIn: 30 * DAY_MS } }));
    const soon = buildSummary(statusOf({ 'anthropic:b': { expiresIn: 3 * DAY_MS } }));
    const none = joinSummaries([]);
    expect(none).toEqual({ level: 'none', soonest: null, needsAction: [] });
    for (const order of [
      [calm, soon, none],
      [none, soon, calm],
    ]) {
      const joined = joinSummaries(order);
      expect(joined.level).toBe('warning');
      expect(joined.soonest?.profile.id).toBe('anthropic:b');
      expect(joined.needsAction).toHaveLength(calm.needsAction.length + soon.needsAction.length);
    }
  });

  test('counts down to the one that ends first over all providers', () => {
    const status = statusOf({ 'anthropic:a': { expiresIn: 9 * DAY_MS }, 'openai:b': { expiresIn: 4 * DAY_MS } });
    expect(buildSummary(status).soonest?.profile.id).toBe('openai:b');
  });
});

test.each([
  [0, 1, 'minute'],
  [59 * 60_000, 59, 'minute'],
  [119 * 60_000, 119, 'minute'],
  [120 * 60_000, 2, 'hour'],
  [-47.9 * 3_600_000, 47, 'hour'],
  [2 * DAY_MS, 2, 'day'],
  [2.99 * DAY_MS, 2, 'day'],
])('%d ms is %d %s', (ms, amount, unit) => {
  expect(spanOf(ms)).toEqual({ amount, unit });
});

describe('the welcome text', () => {
  const welcome = (host: Parameters<typeof aHost>) =>
    chooseWelcome(deriveHostStatus(aHost(...host), { now: NOW, warnMs: 1 }));
  test.each([
    ['there are rows', [[anAgent('main', aSet({ 'a:b': {} }))]], 'none'],
    ['no agents and no program', [[], { cliPath: null }], 'noOpenClaw'],
    ['no agents', [[]], 'noOpenClaw'],
    ['an agent without profiles', [[anAgent('main', aSet({}), { state: 'missing' })]], 'noProfiles'],
    ['nothing but a retired store', [[anAgent('main', aSet({}), { state: 'retired' })]], 'storeRetired'],
    ['nothing but a malformed store', [[anAgent('main', aSet({}), { state: 'malformed' })]], 'storeBroken'],
    ['nothing but an unreadable store', [[anAgent('main', aSet({}), { state: 'unreadable' })]], 'storeBroken'],
    [
      'a malformed store beside a profile',
      [[anAgent('main', aSet({ 'a:b': {} })), anAgent('lab', aSet({}), { state: 'malformed' })]],
      'none',
    ],
  ] as const)('%s', (_, host, expected) => {
    expect(welcome(host as unknown as Parameters<typeof aHost>)).toBe(expected);
  });
});

test('what relies on a profile', () => {
  const main = aSet({ 'x:a': {}, 'x:b': {} }, { x: ['x:a'] });
  const heirs = new Map([...main.profiles].map(([id, profile]) => [id, { ...profile, origin: 'inherited' as const }]));
  const host = aHost([anAgent('main', main), anAgent('ops', { ...main, profiles: heirs, order: new Map() })]);
  const status = deriveHostStatus(host, { now: NOW, warnMs: DAY_MS });
  expect(findUses(status, agentId('main'), profileId('x:a'))).toEqual({
    winnerOf: ['main', 'ops'],
    inOrderOf: ['main'],
    inheritedBy: ['ops'],
  });
  expect(findUses(status, agentId('main'), profileId('x:b'))).toEqual({
    winnerOf: [],
    inOrderOf: [],
    inheritedBy: ['ops'],
  });
});

test('an agent that has a profile of the same name itself does not rely on another one’s', () => {
  const main = aSet({ 'x:a': {} }, { x: ['x:a'] });
  const heir = {
    ...main,
    profiles: new Map([...main.profiles].map(([id, one]) => [id, { ...one, origin: 'inherited' as const }])),
  };
  const agents = [anAgent('main', main), anAgent('ops', aSet({ 'x:a': {} }, { x: ['x:a'] })), anAgent('lab', heir)];
  const status = deriveHostStatus(aHost(agents), { now: NOW, warnMs: DAY_MS });
  expect(findUses(status, agentId('main'), profileId('x:a'))).toEqual({
    winnerOf: ['main', 'lab'],
    inOrderOf: ['main', 'lab'],
    inheritedBy: ['lab'],
  });
  expect(findUses(status, agentId('ops'), profileId('x:a'))).toEqual({
    winnerOf: ['ops'],
    inOrderOf: ['ops'],
    inheritedBy: [],
  });
});
