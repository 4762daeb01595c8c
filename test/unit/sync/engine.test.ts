import { describe, expect, it } from 'vitest';
import { fingerprintCredential, type Credential } from '../../../src/domain/credential.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { createSyncEngine } from '../../../src/sync/engine.ts';
import { guardGateway } from '../../../src/sync/guardedGateway.ts';
import type { Consent } from '../../../src/sync/reconcile.ts';
import type { ProfileSync, SyncEngine } from '../../../src/sync/syncEngine.ts';
import { SyncMemory } from '../../../src/sync/syncMemory.ts';
import { createVault } from '../../../src/vault/secretStorageVault.ts';
import { type FakeEntry, FakeGatewayService } from '../../fakes/fakeGatewayService.ts';
import { FakeReadings } from '../../fakes/fakeReadings.ts';
import { ManualTimers, settle } from '../../fakes/manualTimers.ts';
import { MemoryLease } from '../../fakes/memoryLease.ts';
import { MemoryMarks } from '../../fakes/memoryMarks.ts';
import { MemorySecretStore } from '../../fakes/memorySecretStore.ts';
import { aProfile } from '../../fakes/snapshots.ts';
import { identity, testFingerprint, token } from '../vault/support.ts';

const MAIN = agentId('main');
const WORK = 'anthropic:work';
const MINUTE = 60_000;
const print = (tail: string) => fingerprintCredential(token(tail), testFingerprint);
const who = (name: string) => identity(name.replace('anthropic:', ''));

/** One gateway, one SecretStorage, and as many windows as a test opens. */
function world(entries: Record<string, FakeEntry> = {}) {
  const timers = new ManualTimers();
  const clock = { now: () => 1_700_000_000_000 + timers.now() };
  const secrets = new MemorySecretStore();
  const gateway = new FakeGatewayService(testFingerprint, { main: entries });
  const marks = new MemoryMarks();
  const leases = new MemoryLease(timers);
  const vault = createVault({ secrets, clock, logger: silentLogger, fingerprint: testFingerprint, timeoutMs: 20 });
  const acted: string[] = [];
  let windows = 0;

  async function open(): Promise<SyncEngine & { readonly readings: FakeReadings }> {
    windows += 1;
    const name = `window ${windows}`;
    const readings: FakeReadings = new FakeReadings(gateway, vault, () => void engine.run('reading'));
    const engine = createSyncEngine({
      onActed: ({ action, identity }, outcome) => void acted.push(`${action} ${identity.profileId} ${outcome.kind}`),
      ...{ vault, gateway, fingerprint: testFingerprint, logger: silentLogger, timers, readings },
      memory: new SyncMemory(marks),
      lease: () => leases.window(name),
    });
    gateway.watch(() => void readings.reload());
    vault.onDidChange(() => void readings.reload());
    await readings.reload();
    await engine.run('reading');
    return Object.assign(engine, { readings });
  }

  const stored = async (id = WORK) => valueOf(await gateway.readCredential(MAIN, profileId(id)));
  const held = async (name = WORK) => {
    const read = await vault.read(who(name));
    return read.kind === 'present' ? valueOf(read.envelope.credential) : read.kind;
  };
  const edit = (id: string, entry: FakeEntry | null) =>
    gateway.edit((entries) => {
      if (entry === null) entries('main').delete(profileId(id));
      else entries('main').set(profileId(id), entry);
    });
  const allow = async (engine: SyncEngine, consent: Consent = 'sync') => {
    expect(await engine.setConsent(consent)).toEqual({ kind: 'done', isNoop: false });
  };
  return { timers, secrets, gateway, vault, marks, leases, acted, open, stored, held, edit, allow };
}

/** What tells the credentials of a test apart. */
function valueOf(credential: Credential | null): string | null {
  return credential === null ? null : fingerprintCredential(credential, testFingerprint);
}

function only(engine: SyncEngine, id = WORK): ProfileSync {
  const found = engine.state.agents.get(MAIN)?.profiles.get(profileId(id));
  if (found === undefined) throw new Error(`nothing to do about ${id}`);
  return found;
}

const actions = (engine: SyncEngine) =>
  Object.fromEntries(
    [...(engine.state.agents.get(MAIN)?.profiles ?? [])].map(([id, item]) => [
      id,
      item.conflict?.reason ?? item.action,
    ]),
  );

/** Both sides hold `base`, and agreed on it. */
async function agreed(base = 'base') {
  const made = world({ [WORK]: token(base) });
  const engine = await made.open();
  await made.allow(engine);
  expect(await made.held()).toBe(print(base));
  return { ...made, engine };
}

describe('without consent', () => {
  it.each([null, 'off'] as const)('%s: nothing is written, read from the vault, or shown', async (consent) => {
    const { open, allow, secrets, gateway, edit, timers } = world({ [WORK]: token('1') });
    const engine = await open();
    if (consent !== null) await allow(engine, consent);
    edit(WORK, token('2'));
    await timers.advance(10 * MINUTE);
    expect([engine.state.consent, engine.state.agents.size, secrets.writes, gateway.changes]).toEqual([
      consent,
      0,
      0,
      [],
    ]);
  });

  it('is not given where it cannot be kept', async () => {
    const { open, marks } = world();
    const engine = await open();
    marks.put = () => Promise.resolve(false);
    expect(await engine.setConsent('sync')).toMatchObject({ kind: 'notDone', error: { code: 'internal' } });
  });

  it('keepMine copies nothing and pushes nothing', async () => {
    const { open, allow, vault, gateway, edit, held, timers } = world({ [WORK]: token('1') });
    const engine = await open();
    await allow(engine, 'keepMine');
    await vault.put(who('mine'), token('mine'));
    edit(WORK, token('2'));
    await timers.advance(10 * MINUTE);
    expect([await held(), gateway.changes, actions(engine)]).toEqual(['absent', [], { 'anthropic:mine': 'offer' }]);
  });
});

describe('what it did is told', () => {
  it('each value that moved, not what was only recorded, and a failure once for as long as it lasts', async () => {
    const { engine, acted, edit, vault, gateway, timers } = await agreed();
    expect(acted).toEqual(['pull anthropic:work done']);
    edit(WORK, token('later'));
    await settle();
    await engine.run('command');
    await vault.put(who('work'), token('entered'));
    gateway.onApply = { refuses: 'storeBusy' };
    await timers.advance(2 * MINUTE);
    gateway.onApply = 'works';
    await timers.advance(5 * MINUTE);
    expect(acted.slice(1)).toEqual([
      'pull anthropic:work done',
      'push anthropic:work notDone',
      'push anthropic:work done',
    ]);
  });
});

describe('in sync', () => {
  it('the vault fills from the store, and follows it', async () => {
    const { engine, edit, held, gateway, secrets } = await agreed();
    edit(WORK, token('later'));
    await settle();
    await engine.run('command');
    expect([await held(), gateway.changes, actions(engine)]).toEqual([print('later'), [], {}]);
    const writes = secrets.writes;
    await engine.readings.reload();
    await engine.run('reading');
    expect(secrets.writes).toBe(writes);
  });

  it('what only the vault knows is pushed once, when no command can be at it any more', async () => {
    const { vault, timers, gateway, stored, engine } = await agreed();
    await vault.put(who(WORK), token('mine'));
    await timers.advance(MINUTE - 5_000);
    expect([await stored(), only(engine).action]).toEqual([print('base'), 'push']);
    await timers.advance(10 * MINUTE);
    expect([await stored(), gateway.changes.length, actions(engine)]).toEqual([print('mine'), 1, {}]);
  });

  it('a command that writes has the profile for itself, however long it takes', async () => {
    const { vault, timers, gateway, engine } = await agreed();
    const guarded = guardGateway(gateway, engine);
    const change = { kind: 'putCredential', agentId: MAIN, provider: providerId('anthropic') } as const;
    let finish = (): void => {};
    const apply = gateway.apply.bind(gateway);
    gateway.apply = async (asked) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return apply(asked);
    };
    await vault.put(who(WORK), token('mine'));
    const whole = { ...change, profileId: profileId(WORK), credential: token('mine'), expected: print('base') };
    const done = guarded.apply(whole);
    await timers.advance(5 * MINUTE);
    finish();
    expect(await done).toEqual({ kind: 'done', isNoop: false });
    gateway.apply = apply;
    await timers.advance(5 * MINUTE);
    expect([gateway.changes.length, actions(engine)]).toEqual([1, {}]);
  });

  it('a removal takes out of the store exactly what was removed, and is then over', async () => {
    const { vault, timers, stored, edit, engine, gateway } = await agreed();
    await vault.remove(who(WORK));
    await timers.advance(2 * MINUTE);
    expect([await stored(), gateway.changes.map(({ kind }) => kind), actions(engine)]).toEqual([
      null,
      ['removeProfile'],
      {},
    ]);
    edit(WORK, token('base'));
    await timers.advance(10 * MINUTE);
    expect([await stored(), actions(engine)]).toEqual([print('base'), { [WORK]: 'removedHere' }]);
  });

  it('a vault that forgets deletes nothing, and fills again', async () => {
    const { secrets, timers, stored, held } = await agreed();
    secrets.values.clear();
    await secrets.store('openclawAuth.profile.hint', 'x');
    await timers.advance(MINUTE);
    expect([await stored(), await held()]).toEqual([print('base'), print('base')]);
  });

  it('a profile that the store lost is offered, and not pushed', async () => {
    const { engine, edit, timers, gateway } = await agreed();
    edit('anthropic:other', token('other'));
    await engine.run('command');
    edit(WORK, null);
    await timers.advance(10 * MINUTE);
    expect([gateway.changes, actions(engine)]).toEqual([[], { [WORK]: 'offer' }]);
  });

  it('leaves OAuth and references alone', async () => {
    const { open, allow, secrets, timers } = world({
      oauth: aProfile('oauth', { type: 'oauth' }),
      ref: aProfile('ref', { material: { kind: 'ref', ref: { source: 'env', provider: null, id: 'X' } } }),
    });
    const engine = await open();
    await allow(engine);
    await timers.advance(MINUTE);
    expect([secrets.writes, actions(engine)]).toEqual([0, {}]);
  });

  it('a store that hides its values gets copies by command only', async () => {
    const { open, allow, gateway, vault, timers } = world({ [WORK]: token('1') });
    gateway.isValueReadable = false;
    await vault.put(who(WORK), token('mine'));
    const engine = await open();
    await allow(engine);
    await timers.advance(10 * MINUTE);
    expect([gateway.changes, actions(engine), engine.state.agents.get(MAIN)?.isOneWay]).toEqual([
      [],
      { [WORK]: 'offer' },
      true,
    ]);
  });
});

describe('failures', () => {
  it('are tried again later and later, and shown', async () => {
    const { vault, timers, gateway, stored, engine } = await agreed();
    gateway.onApply = { refuses: 'storeBusy' };
    await vault.put(who(WORK), token('mine'));
    await timers.advance(10 * MINUTE);
    expect(only(engine).failure?.code).toBe('storeBusy');
    expect(gateway.changes.length).toBeLessThan(9);
    gateway.onApply = 'works';
    await timers.advance(6 * MINUTE);
    expect([await stored(), actions(engine)]).toEqual([print('mine'), {}]);
  });

  it('a gateway that cannot be read is asked again', async () => {
    const { vault, timers, gateway, stored } = await agreed();
    gateway.readError = new AppError('internal');
    await vault.put(who(WORK), token('mine'));
    await timers.advance(3 * MINUTE);
    expect(gateway.changes).toEqual([]);
    gateway.readError = null;
    await timers.advance(10 * MINUTE);
    expect(await stored()).toBe(print('mine'));
  });

  it('a vault that does not answer moves nothing', async () => {
    const { secrets, edit, gateway, stored, engine } = await agreed();
    secrets.fail('get', 'throws');
    edit(WORK, token('later'));
    await engine.readings.reload();
    await engine.run('reading');
    expect([await stored(), gateway.changes]).toEqual([print('later'), []]);
  });
});

describe('conflicts', () => {
  /** Both sides changed while the gateway could not be read. */
  async function bothChanged() {
    const made = await agreed();
    made.gateway.readError = new AppError('internal');
    made.edit(WORK, token('theirs'));
    await made.vault.put(who(WORK), token('mine'));
    made.gateway.readError = null;
    await made.engine.readings.reload();
    await made.timers.advance(5 * MINUTE);
    expect(actions(made.engine)).toEqual({ [WORK]: 'bothChanged' });
    expect([await made.stored(), await made.held()]).toEqual([print('theirs'), print('mine')]);
    return made;
  }

  it('a store that goes back to what was replaced is not followed', async () => {
    const { vault, timers, edit, held, engine } = await agreed();
    await vault.put(who(WORK), token('mine'));
    await timers.advance(2 * MINUTE);
    edit(WORK, token('base'));
    await timers.advance(5 * MINUTE);
    expect([await held(), actions(engine)]).toEqual([print('mine'), { [WORK]: 'wentBack' }]);
  });

  it('never agreed: nothing is guessed', async () => {
    const { vault, open, allow, stored, held, timers } = world({ [WORK]: token('theirs') });
    await vault.put(who(WORK), token('mine'));
    const engine = await open();
    await allow(engine);
    await timers.advance(5 * MINUTE);
    expect([actions(engine), await stored(), await held()]).toEqual([
      { [WORK]: 'neverAgreed' },
      print('theirs'),
      print('mine'),
    ]);
  });

  it.each([
    ['store', 'theirs'],
    ['vault', 'mine'],
  ] as const)('resolved by keeping the %s', async (keep, kept) => {
    const { engine, stored, held } = await bothChanged();
    expect(await engine.resolve(only(engine), { keep })).toEqual({ kind: 'done', isNoop: false });
    expect([await stored(), await held(), actions(engine)]).toEqual([print(kept), print(kept), {}]);
  });

  it('resolved by keeping both: the vault’s goes to another id, on both sides', async () => {
    const { engine, stored, held } = await bothChanged();
    await engine.resolve(only(engine), { keep: 'both', otherId: profileId('anthropic:mine') });
    expect([await stored(), await held(), actions(engine)]).toEqual([print('theirs'), print('theirs'), {}]);
    expect([await stored('anthropic:mine'), await held('anthropic:mine')]).toEqual([print('mine'), print('mine')]);
  });

  it('is not resolved on what has changed since', async () => {
    const { engine, edit, vault, stored, held } = await bothChanged();
    const seen = only(engine);
    edit(WORK, token('later'));
    await vault.put(who(WORK), token('mine too'));
    for (const keep of ['store', 'vault'] as const)
      expect(await engine.resolve(seen, { keep })).toMatchObject({ error: { code: 'changeConflict' } });
    expect([await stored(), await held()]).toEqual([print('later'), print('mine too')]);
  });

  it('put off in one window is put off in all, until a value changes', async () => {
    const { engine, open, vault } = await bothChanged();
    const second = await open();
    await engine.postpone(only(engine));
    await second.run('command');
    expect([only(engine), only(second)].map(({ conflict }) => conflict?.isDismissed)).toEqual([true, true]);
    await vault.put(who(WORK), token('mine too'));
    await engine.run('command');
    expect(only(engine).conflict?.isDismissed).toBe(false);
  });

  it('somebody who writes against us ends as a conflict', async () => {
    const { engine, edit, timers, held } = await agreed();
    for (let round = 0; round < 20; round += 1) {
      edit(WORK, token(`round ${round}`));
      await timers.advance(5_000);
    }
    expect(actions(engine)).toEqual({ [WORK]: 'pingPong' });
    await engine.resolve(only(engine), { keep: 'store' });
    expect([await held(), actions(engine)]).toEqual([print('round 19'), {}]);
  });
});

describe('incidents', () => {
  const [A, B, C] = ['anthropic:a', 'anthropic:b', 'anthropic:c'] as const;

  async function wiped() {
    const made = world({ [A]: token('a'), [B]: token('b'), [C]: token('c') });
    const engine = await made.open();
    await made.allow(engine);
    made.gateway.edit((entries) => entries('main').clear());
    await made.timers.advance(10 * MINUTE);
    return { ...made, engine, incident: () => engine.state.agents.get(MAIN)?.incident ?? null };
  }

  it('halt the agent, delete nothing, and name what can be restored', async () => {
    const { gateway, held, incident, vault, timers } = await wiped();
    await vault.put(who(A), token('a2'));
    await timers.advance(10 * MINUTE);
    expect([gateway.changes, await held(A), await held(B)]).toEqual([[], print('a2'), print('b')]);
    expect(incident()).toMatchObject({ kind: 'emptied', gone: [A, B, C] });
    expect(incident()?.restorable.map((copy) => copy.profileId)).toEqual([A, B, C]);
  });

  it('one call restores what is picked; what fails stays', async () => {
    const { engine, gateway, stored, incident } = await wiped();
    gateway.onApply = { refuses: 'storeBusy' };
    const failed = await engine.restore(MAIN, [profileId(A), profileId(B)]);
    expect([...failed.values()].map(({ kind }) => kind)).toEqual(['notDone', 'notDone']);
    expect(incident()?.gone).toEqual([A, B]);
    gateway.onApply = 'works';
    await engine.restore(MAIN, [profileId(A), profileId(B)]);
    expect([await stored(A), await stored(B), await stored(C), incident()]).toEqual([
      print('a'),
      print('b'),
      null,
      null,
    ]);
    expect(actions(engine)).toEqual({ [C]: 'offer' });
  });

  it('dismissed in one window is dismissed in all', async () => {
    const { engine, open, incident } = await wiped();
    const second = await open();
    expect(second.state.agents.get(MAIN)?.incident?.gone).toEqual([A, B, C]);
    await engine.dismiss(MAIN);
    await second.readings.reload();
    await second.run('command');
    expect([incident(), second.state.agents.get(MAIN)?.incident]).toEqual([null, null]);
  });

  it('are noticed also where the store was wiped while no window was open', async () => {
    const made = world({ [A]: token('a'), [B]: token('b') });
    const first = await made.open();
    await made.allow(first);
    first.dispose();
    made.gateway.edit((entries) => entries('main').clear());
    const second = await made.open();
    expect(second.state.agents.get(MAIN)?.incident?.restorable.length).toBe(2);
  });
});

describe('two windows', () => {
  it('one writes; the other takes over when it is closed, or dies', async () => {
    const { engine, open, vault, timers, gateway, stored, leases } = await agreed();
    const [second, third] = [await open(), await open()];
    expect([engine, second, third].map(({ state }) => state.isWriter)).toEqual([true, false, false]);
    engine.dispose();
    await vault.put(who(WORK), token('mine'));
    await timers.advance(3 * MINUTE);
    expect([await stored(), gateway.changes.length]).toEqual([print('mine'), 1]);
    expect([second, third].filter(({ state }) => state.isWriter)).toHaveLength(1);
    // As a process does that was killed.
    leases.holder = 'nobody';
    await timers.advance(MINUTE);
    expect([second, third].filter(({ state }) => state.isWriter)).toHaveLength(1);
  });

  it('the answer of one is that of all', async () => {
    const { engine, open, timers } = await agreed();
    const second = await open();
    await engine.setConsent('off');
    await timers.advance(MINUTE);
    expect([engine.state.consent, second.state.consent]).toEqual(['off', 'off']);
  });
});
