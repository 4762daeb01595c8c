import { describe, expect, it } from 'vitest';
import { parseGatewayStatus } from '../../../src/domain/gatewayAnswer.ts';
import { askingRules, compareWithGateway, type GatewayTruth } from '../../../src/domain/gatewayTruth.ts';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { parseRelease } from '../../../src/domain/release.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import { aHost, anAgent, aProfile, aSet } from '../../fakes/snapshots.ts';

const NOW = 1_795_000_000_000;
const MINUTE_MS = 60_000;

type Said = Readonly<Record<string, unknown>>;

const said = (profileId: string, status: string, more: Said = {}): Said => ({ profileId, status, ...more });
const at = (unixMs: number): Said => ({ expiry: { at: unixMs, remainingMs: 1, label: '1d' } });
const provider = (id: string, profiles: readonly Said[], more: Said = {}): Said => ({
  ...{ provider: id, displayName: 'x', status: 'static', profiles, usage: { windows: [] } },
  ...more,
});

function compare(set: ProfileSet, providers: readonly Said[], release = '2026.6.1'): GatewayTruth {
  const parsed = parseRelease(release);
  const host = aHost([anAgent('main', set)], { readAt: NOW, release: parsed });
  const [agent] = deriveHostStatus(host, { now: NOW, warnMs: 7 * DAY_MS }).agents;
  const answer = parseGatewayStatus({ ts: NOW, providers }) ?? expect.fail('no answer');
  return compareWithGateway(agent ?? expect.fail('no agent'), answer.providers, askingRules(parsed));
}

const differences = ({ rows }: GatewayTruth): Readonly<Record<string, unknown>> =>
  Object.fromEntries(rows.map(({ profileId, difference }) => [profileId, difference]));

const key = (id: string) => aProfile(id, { type: 'api_key' });
const token = (id: string, unixMs: number | null) =>
  aProfile(id, { type: 'token', expiry: unixMs === null ? { kind: 'none' } : { kind: 'at', unixMs } });
const login = (id: string, unixMs: number) =>
  aProfile(id, { type: 'oauth', isRefreshable: true, expiry: { kind: 'at', unixMs } });

describe('the store beside the gateway that runs', () => {
  it('agree where both say the same in their own words', () => {
    const soon = NOW + DAY_MS / 2;
    const set = aSet({
      'p:key': key('p:key'),
      'p:soon': token('p:soon', soon),
      'p:none': token('p:none', null),
      'p:late': token('p:late', NOW - DAY_MS),
    });
    const answered = [
      provider('p', [
        said('p:key', 'static'),
        said('p:soon', 'expiring', at(soon + 400)),
        said('p:none', 'ok'),
        said('p:late', 'expired', { ...at(NOW - DAY_MS), reasonCode: 'expired' }),
      ]),
    ];
    expect(compare(set, answered)).toMatchObject({ differences: 0 });
    expect(Object.values(differences(compare(set, answered)))).toEqual([null, null, null, null]);
  });

  it('differ where the gateway goes on with what it had', () => {
    const set = aSet({
      'p:new': key('p:new'),
      'p:t': token('p:t', NOW + 20 * DAY_MS),
      'p:b': token('p:b', NOW + DAY_MS),
    });
    const answered = [
      provider('p', [
        said('p:old', 'static'),
        said('p:t', 'ok', at(NOW + 10 * DAY_MS)),
        said('p:b', 'expired', at(NOW - DAY_MS)),
      ]),
    ];
    const truth = compare(set, answered);
    expect(differences(truth)).toEqual({ 'p:new': 'notSeen', 'p:old': 'onlySeen', 'p:t': 'expiry', 'p:b': 'usable' });
    expect(truth.differences).toBe(4);
  });

  it.each(['ok', 'expiring', 'expired'])(
    'no difference is a sign-in of which the gateway says %s: each release warns at its own time',
    (word) => {
      for (const left of [-MINUTE_MS, 4 * MINUTE_MS, 10 * MINUTE_MS]) {
        const set = aSet({ 'p:o': login('p:o', NOW + left) });
        expect(compare(set, [provider('p', [said('p:o', word, at(NOW + left))])]).differences).toBe(0);
      }
    },
  );

  it('a sign-in that was renewed, or replaced, has another date', () => {
    const set = aSet({ 'p:o': login('p:o', NOW + DAY_MS) });
    expect(differences(compare(set, [provider('p', [said('p:o', 'ok', at(NOW + MINUTE_MS))])]))).toEqual({
      'p:o': 'expiry',
    });
  });

  it('an early release that leaves a provider out says nothing of it, a later one that it is not there', () => {
    const set = aSet({ 'p:key': key('p:key'), 'q:key': aProfile('q:key', { type: 'api_key' }) });
    const answered = [provider('p', [said('p:key', 'static')])];
    expect(compare(set, answered)).toMatchObject({ differences: 0 });
    expect(differences(compare(set, answered))).toMatchObject({ 'q:key': 'silent' });
    expect(differences(compare(set, answered, '2026.9.6'))).toMatchObject({ 'q:key': 'notSeen' });
  });

  it('what comes from another program is no difference', () => {
    const answered = [
      provider('p', [
        said('p:x', 'ok', { source: 'external' }),
        said('anthropic:claude-cli', 'ok'),
        said('p:y', 'ok', { source: 'saved' }),
      ]),
    ];
    expect(differences(compare(aSet({}), answered))).toEqual({
      'p:x': null,
      'anthropic:claude-cli': null,
      'p:y': 'onlySeen',
    });
  });

  it('an order that is another one counts where the release says orders', () => {
    const set = { ...aSet({ 'p:a': key('p:a'), 'p:b': key('p:b') }) };
    const both = [said('p:a', 'static'), said('p:b', 'static')];
    const orders = (release: string, more: Said) =>
      compare(set, [provider('p', both, more)], release).providers.map(({ hasOtherOrder }) => hasOtherOrder);
    expect(orders('2026.9.6', { profileOrder: ['p:b', 'p:a'] })).toEqual([true]);
    expect(orders('2026.9.6', {})).toEqual([false]);
    expect(orders('2026.6.1', { profileOrder: ['p:b'] })).toEqual([false]);
  });
});

it('takes out of an answer what is known, and nothing of accounts', () => {
  const answer = {
    ts: 5,
    more: 1,
    providers: [
      provider('p', [
        said('p:a', 'surprise', { email: 'me@example.com', expiry: { at: 'x' } }),
        { status: 'ok' },
        null,
      ] as Said[]),
      { provider: 7 },
    ],
  };
  expect(parseGatewayStatus(answer)).toEqual({
    at: 5,
    providers: [
      {
        ...{ provider: 'p', status: 'static', order: null },
        profiles: [{ profileId: 'p:a', status: 'other', expiresAt: null, isForeign: false }],
      },
    ],
  });
  for (const wrong of [
    null,
    {},
    { ts: 1 },
    { ts: 1, providers: {} },
    { ts: 1, providers: [], unavailable: { code: 'X' } },
  ])
    expect(parseGatewayStatus(wrong)).toBeNull();
});

it.each([
  ['2026.2.3', { isOffered: false }],
  ['2026.3.13', { isOffered: false }],
  ['2026.4.15', { isOffered: true, takesAgent: false, isWhole: false, keepsFirstRights: true }],
  ['2026.6.1', { isOffered: true, takesAgent: false, isWhole: false, keepsFirstRights: true }],
  ['2026.9.6', { isOffered: true, takesAgent: true, isWhole: true, keepsFirstRights: false }],
  ['unknown', { isOffered: false }],
])('%s can be asked so', (release, rules) => {
  expect(askingRules(parseRelease(release))).toMatchObject(rules);
});
