import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import { providerId } from '../../../src/domain/ids.ts';
import type { HostSnapshot, StoreInfo } from '../../../src/domain/snapshot.ts';
import type { HostStatus } from '../../../src/domain/status.ts';
import { deriveWinnerAlerts } from '../../../src/view/winnerAlerts.ts';
import { nameOf } from '../../../src/view/winnerChange.ts';
import { aConfig, aHost, anAgent, aSet, NOW, type ProfileSpec } from '../../fakes/snapshots.ts';

type Specs = Readonly<Record<string, ProfileSpec>>;
interface Scene extends Partial<HostSnapshot> {
  readonly profiles?: Specs;
  readonly order?: readonly string[];
  readonly now?: number;
  readonly store?: Partial<StoreInfo>;
  readonly agentIds?: readonly string[];
}

function showing({ profiles = {}, order, now = NOW, store, agentIds = ['main'], ...host }: Scene): HostStatus {
  const set = aSet(profiles, order === undefined ? {} : { anthropic: [...order] });
  const agents = agentIds.map((id) => anAgent(id, set, store));
  return deriveHostStatus(aHost(agents, host), { now, warnMs: DAY_MS });
}

function alerts(before: Scene, after: Scene) {
  return deriveWinnerAlerts(showing(before), showing(after)).map(({ from, to, reason, isMetered, former }) => ({
    ...{ from: nameOf(from.winner), to: nameOf(to.winner), reason, isMetered, former },
  }));
}

const PLAN: ProfileSpec = {};
const KEY: ProfileSpec = { type: 'api_key' };
const BOTH = { 'anthropic:plan': PLAN, 'anthropic:key': KEY };
const ORDER = ['anthropic:plan', 'anthropic:key'];
const calm: Scene = { profiles: BOTH, order: ORDER };
const HOUR_MS = 3_600_000;
const plan = (spec: ProfileSpec): Scene => ({ ...calm, profiles: { ...BOTH, 'anthropic:plan': spec } });
const toKey = { from: 'anthropic:plan', to: 'anthropic:key', isMetered: true, former: null };
const variables = (...names: string[]): Scene => ({
  environment: new Map([[providerId('anthropic'), names.map((name) => ({ name, source: 'process' as const }))]]),
});

describe('the credential in use goes from a subscription to a key', () => {
  it('as the token expires', () => {
    const ending = plan({ expiresIn: HOUR_MS });
    expect(alerts(ending, { ...ending, now: NOW + 2 * HOUR_MS })).toEqual([{ ...toKey, reason: { kind: 'expired' } }]);
  });

  it('as it cools down', () => {
    const until = NOW + HOUR_MS;
    const cooling = plan({ usage: { cooldownUntil: until, cooldownReason: 'rate_limit' } });
    expect(alerts(calm, cooling)).toEqual([
      { ...toKey, reason: { kind: 'coolingDown', until, because: 'rate_limit' } },
    ]);
  });

  it('as it is disabled', () => {
    const until = NOW + 5 * HOUR_MS;
    const disabled = plan({ usage: { disabledUntil: until, disabledReason: 'billing' } });
    expect(alerts(calm, disabled)).toEqual([{ ...toKey, reason: { kind: 'disabled', until, because: 'billing' } }]);
  });

  it('as it loses its value', () => {
    const reason = { kind: 'notUsable', reason: 'missingCredential' };
    expect(alerts(calm, plan({ material: { kind: 'missing' } }))).toEqual([{ ...toKey, reason }]);
  });

  it('as it is removed', () => {
    const rest = { ...calm, profiles: { 'anthropic:key': KEY } };
    expect(alerts(calm, rest)).toEqual([{ ...toKey, reason: { kind: 'removed' } }]);
  });

  it('as the order changes: it could be made first again', () => {
    const order = ORDER.toReversed();
    const former = 'anthropic:plan';
    expect(alerts(calm, { ...calm, order })).toEqual([{ ...toKey, former, reason: { kind: 'order' } }]);
    const without = { ...calm, order: ['anthropic:key'] };
    expect(alerts(calm, without)).toEqual([{ ...toKey, former, reason: { kind: 'order' } }]);
  });

  it('as a key is added in front of it', () => {
    const alone: Scene = { profiles: { 'anthropic:plan': PLAN }, order: ['anthropic:key', 'anthropic:plan'] };
    const added = { ...alone, profiles: BOTH };
    expect(alerts(alone, added)).toEqual([{ ...toKey, former: 'anthropic:plan', reason: { kind: 'added' } }]);
  });

  it('as a key in front of it is back again', () => {
    const cooling = { ...KEY, usage: { cooldownUntil: NOW + HOUR_MS } };
    const before: Scene = {
      ...{ profiles: { ...BOTH, 'anthropic:key': cooling }, order: ['anthropic:key', 'anthropic:plan'] },
    };
    const reason = { kind: 'back' };
    expect(alerts(before, { ...before, now: NOW + 2 * HOUR_MS })).toEqual([
      { ...toKey, former: 'anthropic:plan', reason },
    ]);
  });

  it('as a variable takes its place', () => {
    const alone: Scene = { profiles: { 'anthropic:plan': PLAN }, ...variables('ANTHROPIC_API_KEY') };
    const expected = { from: 'anthropic:plan', to: 'ANTHROPIC_API_KEY', isMetered: true, former: null };
    expect(alerts(alone, { ...alone, profiles: {} })).toEqual([{ ...expected, reason: { kind: 'removed' } }]);
    const [both, key] = [variables('ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'), variables('ANTHROPIC_API_KEY')];
    expect(alerts(both, key)).toEqual([
      { ...expected, from: 'ANTHROPIC_OAUTH_TOKEN', reason: { kind: 'environment' } },
    ]);
  });

  it('as a key in the configuration comes before it', () => {
    const modelKeys = new Map([[providerId('anthropic'), { kind: 'value', isFirst: true } as const]]);
    const found = alerts(calm, { ...calm, config: { ...aConfig(), modelKeys } });
    const to = 'models.providers';
    expect(found).toEqual([{ ...toKey, to, reason: { kind: 'configuration' } }]);
  });

  it('as the profile itself is replaced by a key', () => {
    const reason = { kind: 'replaced' };
    expect(alerts(calm, plan(KEY))).toEqual([{ ...toKey, to: 'anthropic:plan', reason, former: null }]);
  });
});

describe('other changes', () => {
  it('are not about money: back to the subscription, and nothing left', () => {
    const cooling = plan({ usage: { cooldownUntil: NOW + HOUR_MS } });
    const back = { from: 'anthropic:key', to: 'anthropic:plan', isMetered: false, former: 'anthropic:key' };
    expect(alerts(cooling, { ...cooling, now: NOW + 2 * HOUR_MS })).toEqual([{ ...back, reason: { kind: 'back' } }]);
    const alone: Scene = { profiles: { 'anthropic:plan': { expiresIn: HOUR_MS } } };
    expect(alerts(alone, { ...alone, now: NOW + 2 * HOUR_MS })).toMatchObject([{ to: null, isMetered: false }]);
    expect(alerts(alone, {})).toMatchObject([{ to: null, reason: { kind: 'removed' } }]);
  });

  it('that are one for several agents are said once', () => {
    const agentIds = ['main', 'ops', 'research'];
    const [alert, ...more] = deriveWinnerAlerts(
      showing({ ...calm, agentIds }),
      showing({ ...calm, agentIds, order: ORDER.toReversed() }),
    );
    expect(alert?.agents).toEqual(agentIds);
    expect(more).toEqual([]);
  });

  it('are told by the same pair when the same happens again, and by another when another does', () => {
    const pairOf = (before: Scene, after: Scene) => deriveWinnerAlerts(showing(before), showing(after))[0]?.pair;
    const cooling = plan({ usage: { cooldownUntil: NOW + HOUR_MS } });
    const turned = { ...calm, order: ORDER.toReversed() };
    expect(pairOf(calm, cooling)).toBe(pairOf(calm, turned));
    expect(pairOf(calm, cooling)).not.toBe(pairOf(turned, calm));
  });
});

describe('no change is told', () => {
  it('where the same is used, and where tokens are used in turn', () => {
    expect(alerts(calm, calm)).toEqual([]);
    const used = (a: number, b: number): Scene => ({
      profiles: { 'anthropic:a': { usage: { lastUsed: a } }, 'anthropic:b': { usage: { lastUsed: b } } },
    });
    expect(alerts(used(1, 2), used(3, 2))).toEqual([]);
  });

  it('of a store that could not be read, of another gateway, and of a provider or agent that is new', () => {
    const broken: Scene = { store: { state: 'malformed', problem: 'syntax' } };
    expect(alerts(calm, broken)).toEqual([]);
    expect(alerts(broken, calm)).toEqual([]);
    expect(alerts({}, calm)).toEqual([]);
    expect(alerts({ ...calm, agentIds: ['ops'] }, { ...calm, order: ORDER.toReversed() })).toEqual([]);
    const elsewhere = { ...showing(calm), hostId: showing(calm).hostId + 'x' } as HostStatus;
    expect(deriveWinnerAlerts(elsewhere, showing({ ...calm, order: ORDER.toReversed() }))).toEqual([]);
  });
});
