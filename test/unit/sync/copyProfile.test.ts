import { describe, expect, it, test } from 'vitest';
import type { Profile } from '../../../src/domain/credential.ts';
import { fingerprintCredential } from '../../../src/domain/credential.ts';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import type { StoreState, UnreadableEntry } from '../../../src/domain/snapshot.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { copyProfile, type CopyOptions, type CopyTarget, isWritten, planCopy } from '../../../src/sync/copyProfile.ts';
import { type FakeEntry, FakeGatewayService } from '../../fakes/fakeGatewayService.ts';
import { anAgent, aProfile, aSet } from '../../fakes/snapshots.ts';
import { identity, ISSUED, testFingerprint, token, vaultBench } from '../vault/support.ts';

const ID = 'anthropic:work';
const REF = { kind: 'ref', ref: { source: 'env', provider: null, id: 'KEY' } } as const;
const print = (tail: string) => fingerprintCredential(token(tail), testFingerprint);
const profile = (tail: string, spec: Partial<Profile> = {}): Profile => ({
  ...aProfile(ID, { material: { kind: 'value', fingerprint: print(tail), length: 108 } }),
  ...spec,
});

function effectOn(found: Profile | null, state: StoreState = 'ok', unreadable: UnreadableEntry[] = []) {
  const profiles = new Map(found === null ? [] : [[found.id, found]]);
  const agents = [anAgent('main', aSet({})), anAgent('ops', { ...aSet({}), profiles, unreadable }, { state })];
  const plan = planCopy(profile('1'), agentId('main'), agents);
  if (plan.kind !== 'planned') throw new Error(plan.reason);
  expect(plan.targets.map((target) => target.agentId)).toEqual(['ops']);
  return plan.targets[0];
}

describe('the plan', () => {
  test.each<[string, Profile | null, string, unknown]>([
    ['has no such profile', null, 'add', null],
    ['has another credential', profile('2'), 'replace', print('2')],
    ['has one that cannot be read', profile('2', { material: { kind: 'hidden' } }), 'replace', 'hidden'],
    ['has the same credential', profile('1'), 'same', print('1')],
    ['has it with another expiry', profile('1', { expiry: { kind: 'at', unixMs: 1 } }), 'expiry', print('1')],
    ['inherits the same', profile('1', { origin: 'inherited' }), 'shadow', null],
    ['inherits another', profile('2', { origin: 'inherited' }), 'shadow', null],
  ])('for an agent that %s', (_, found, kind, expected) => {
    expect(effectOn(found)).toEqual({ agentId: 'ops', isDefault: false, effect: { kind }, expected });
  });

  test.each<[string, Profile]>([
    ['oauth', profile('2', { type: 'oauth' })],
    ['ref', profile('2', { material: REF })],
    ['unknownType', profile('2', { type: 'unknown' })],
    ['otherProvider', profile('2', { provider: providerId('openai') })],
  ])('never writes over %s', (kind, found) => {
    expect(effectOn(found)?.effect).toEqual({ kind: 'cannot', obstacle: { kind } });
  });

  test.each<StoreState>(['malformed', 'unreadable', 'retired'])('leaves a store alone that is %s', (state) => {
    expect(effectOn(null, state)?.effect).toEqual({ kind: 'cannot', obstacle: { kind: 'broken', state } });
  });

  it('says of the default agent that others inherit from it', () => {
    const plan = planCopy(profile('1'), agentId('ops'), [anAgent('main', aSet({})), anAgent('ops', aSet({}))]);
    expect(plan).toMatchObject({ targets: [{ agentId: 'main', isDefault: true, effect: { kind: 'add' } }] });
  });

  it('leaves an entry alone that cannot be read', () => {
    const entry = { id: profileId(ID), why: 'noProvider' } as const;
    expect(effectOn(null, 'ok', [entry])?.effect).toEqual({ kind: 'cannot', obstacle: { kind: 'unreadable' } });
  });

  test.each<[string, Profile]>([
    ['oauth', profile('1', { type: 'oauth' })],
    ['ref', profile('1', { material: REF })],
    ['unknownType', profile('1', { type: 'unknown' })],
    ['hidden', profile('1', { material: { kind: 'hidden' } })],
    ['missing', profile('1', { material: { kind: 'missing' } })],
    ['inherited', profile('1', { origin: 'inherited' })],
  ])('is refused for what is %s', (reason, source) => {
    expect(planCopy(source, agentId('main'), [anAgent('ops', aSet({}))])).toEqual({ kind: 'refused', reason });
  });
});

async function bench(agents: Record<string, Record<string, FakeEntry>>) {
  const { vault } = vaultBench();
  const gateway = new FakeGatewayService(testFingerprint, agents);
  const parts = { vault, gateway, fingerprint: testFingerprint, logger: silentLogger };
  const { hostId, agents: shown } = await gateway.snapshot();
  const source = gateway.profile('main', ID);
  const plan = source && planCopy(source, agentId('main'), shown);
  if (plan?.kind !== 'planned') throw new Error('not planned');
  const from = { hostId, agentId: agentId('main'), profile: source ?? profile('1'), fingerprint: plan.fingerprint };
  const run = (options?: CopyOptions, targets: readonly CopyTarget[] = plan.targets) =>
    copyProfile(parts, from, targets, options);
  const has = async (agent: string, tail: string) =>
    (await gateway.readCredential(agentId(agent), profileId(ID)))?.secret.equals(token(tail).secret) ?? false;
  return { vault, gateway, plan, run, has };
}

const two = () => ({ main: { [ID]: token('1') }, ops: {}, dev: { [ID]: token('2') }, lab: { [ID]: token('1') } });

describe('the run', () => {
  it('writes to each chosen agent what was shown, with what it replaced', async () => {
    const { gateway, run, has } = await bench(two());
    const results = await run();
    expect(results.map(({ target, outcome }) => [target.agentId, outcome.kind])).toEqual([
      ['ops', 'done'],
      ['dev', 'done'],
    ]);
    expect(results.map(({ written }) => written?.before?.secret.equals(token('2').secret) ?? null)).toEqual([
      null,
      true,
    ]);
    expect(gateway.changes.map((change) => 'expected' in change && change.expected)).toEqual([null, print('2')]);
    expect([await has('ops', '1'), await has('dev', '1'), await has('lab', '1')]).toEqual([true, true, true]);
  });

  it('refuses for the agent that changed since, and goes on with the others', async () => {
    const { gateway, plan, run, has } = await bench(two());
    gateway.edit((entries) => entries('ops').set(profileId(ID), token('theirs')));
    const results = await run();
    expect(results.map(({ outcome }) => (outcome.kind === 'done' ? 'done' : outcome.error.code))).toEqual([
      'changeConflict',
      'done',
    ]);
    expect([await has('ops', 'theirs'), await has('dev', '1')]).toEqual([true, true]);
    // Only those that failed are tried again, after another look.
    const again = plan.targets
      .filter(({ agentId: id }) => id === 'ops')
      .map((target) => ({ ...target, expected: print('theirs') }));
    expect((await run({}, again)).map(({ outcome }) => outcome.kind)).toEqual(['done']);
  });

  it('copies nothing when the source is another by now, or gone', async () => {
    const { gateway, run } = await bench(two());
    gateway.edit((entries) => entries('main').set(profileId(ID), token('theirs')));
    const code = async () =>
      (await run()).map(({ outcome }) => (outcome.kind === 'done' ? 'done' : outcome.error.code));
    expect(await code()).toEqual(['changeConflict', 'changeConflict']);
    gateway.edit((entries) => entries('main').delete(profileId(ID)));
    expect(await code()).toEqual(['profileMissing', 'profileMissing']);
    expect(gateway.changes).toEqual([]);
  });

  it('begins nothing after it is cancelled, and says so of each', async () => {
    const { gateway, run, has } = await bench(two());
    const controller = new AbortController();
    const seen: string[] = [];
    const results = await run({
      signal: controller.signal,
      onTarget: ({ agentId: id }) => seen.push(id),
      onResult: () => {
        controller.abort();
        return Promise.resolve();
      },
    });
    expect(results.map(({ outcome }) => (outcome.kind === 'done' ? 'done' : outcome.error.code))).toEqual([
      'done',
      'cancelled',
    ]);
    expect([await has('ops', '1'), await has('dev', '2')]).toEqual([true, true]);
    expect(gateway.changes).toHaveLength(1);
    expect(seen).toEqual(['ops', 'dev']);
  });

  it('says of a write that cannot be confirmed what may stand there', async () => {
    const { gateway, run } = await bench(two());
    gateway.onApply = 'unconfirmed';
    const [first] = await run();
    expect(first?.outcome.kind).toBe('unknown');
    expect(first?.written?.credential.secret.equals(token('1').secret)).toBe(true);
  });

  it('keeps copies of a credential that the vault has, with its date of issue, and of no other', async () => {
    const { vault, run } = await bench(two());
    await vault.put({ ...identity('work'), agentId: agentId('dev') }, token('2'));
    await run();
    const read = (agent: string) => vault.read({ ...identity('work'), agentId: agentId(agent) });
    expect((await read('ops')).kind).toBe('absent');
    expect(await read('dev')).toMatchObject({ envelope: { fingerprint: print('1'), baseFingerprint: print('1') } });
    const held = await bench(two());
    await held.vault.put(identity('work'), token('1'), { issuedAt: ISSUED - 99 });
    await held.run();
    expect(await held.vault.read({ ...identity('work'), agentId: agentId('ops') })).toMatchObject({
      envelope: { issuedAt: ISSUED - 99, baseFingerprint: print('1') },
    });
  });

  it('writes nothing where there is nothing to do', async () => {
    const { gateway, plan, run } = await bench({
      main: { [ID]: token('1') },
      lab: { [ID]: token('1') },
      sso: { [ID]: profile('9', { type: 'oauth' }) },
    });
    expect(plan.targets.map(isWritten)).toEqual([false, false]);
    expect(await run()).toEqual([]);
    expect(gateway.changes).toEqual([]);
  });
});
