import { describe, expect, it } from 'vitest';
import { fingerprintCredential } from '../../../src/domain/credential.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { agentId, profileId, providerId } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { pullProfile, pushProfile, storeEntered } from '../../../src/sync/transfer.ts';
import { type FakeEntry, FakeGatewayService } from '../../fakes/fakeGatewayService.ts';
import { aProfile } from '../../fakes/snapshots.ts';
import { identity, testFingerprint, token, vaultBench } from '../vault/support.ts';

const work = identity('work');
const ID = 'anthropic:work';
const DONE = { kind: 'done', isNoop: false };
const print = (tail: string) => fingerprintCredential(token(tail), testFingerprint);
const oauth = aProfile(ID, { type: 'oauth' });
const ref = aProfile(ID, { material: { kind: 'ref', ref: { source: 'env', provider: null, id: 'KEY' } } });
const unknownType = aProfile(ID, { type: 'unknown' });

function bench(entries: Record<string, FakeEntry> = {}) {
  const { secrets, vault } = vaultBench();
  const gateway = new FakeGatewayService(testFingerprint, { main: entries });
  const parts = { vault, gateway, fingerprint: testFingerprint, logger: silentLogger };
  const seen = () => gateway.profile('main', ID);
  const held = async () => {
    const read = await vault.read(work);
    return read.kind === 'present' ? read.envelope : null;
  };
  const stored = () => gateway.readCredential(agentId('main'), profileId(ID));
  return { secrets, vault, gateway, parts, seen, held, stored };
}

function mustSee(profile: ReturnType<FakeGatewayService['profile']>) {
  if (profile === null) throw new Error('no profile');
  return profile;
}

describe('push', () => {
  it('adds a profile that the store does not have, and records the base', async () => {
    const { vault, parts, held, stored } = bench();
    await vault.put(work, token('1'));
    expect(await pushProfile(parts, work, null)).toEqual(DONE);
    expect((await stored())?.secret.equals(token('1').secret)).toBe(true);
    expect((await held())?.baseFingerprint).toBe(print('1'));
  });

  it('replaces what the user saw, and refuses when that has changed since', async () => {
    const { vault, gateway, parts, seen, held, stored } = bench({ [ID]: token('old') });
    await vault.put(work, token('1'));
    const before = seen();
    gateway.edit((entries) => entries('main').set(profileId(ID), token('theirs')));
    const outcome = await pushProfile(parts, work, before);
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'changeConflict' } });
    expect((await stored())?.secret.equals(token('theirs').secret)).toBe(true);
    expect((await held())?.baseFingerprint).toBe(null);
    expect(await pushProfile(parts, work, seen())).toEqual(DONE);
    expect((await stored())?.secret.equals(token('1').secret)).toBe(true);
  });

  it('replaces a hidden value, and adds beside an inherited one', async () => {
    const { vault, gateway, parts, seen } = bench({ [ID]: token('old') });
    await vault.put(work, token('1'));
    gateway.isValueReadable = false;
    await pushProfile(parts, work, seen());
    await pushProfile(parts, work, { ...aProfile(ID), origin: 'inherited' });
    expect(gateway.changes.map((change) => change.kind === 'putCredential' && change.expected)).toEqual([
      'hidden',
      null,
    ]);
  });

  it.each([
    ['oauth', oauth],
    ['ref', ref],
    ['unknownType', unknownType],
  ])('never replaces %s', async (reason, profile) => {
    const { vault, gateway, parts } = bench({ [ID]: profile });
    await vault.put(work, token('1'));
    const outcome = await pushProfile(parts, work, profile);
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'transferRefused', details: { reason } } });
    expect(gateway.changes).toEqual([]);
  });

  it('does not write a credential of one provider over another provider', async () => {
    const { vault, gateway, parts, seen } = bench({ [ID]: token('old') });
    await vault.put({ ...work, provider: providerId('openai') }, token('1'));
    expect(await pushProfile(parts, work, seen())).toMatchObject({ error: { code: 'changeConflict' } });
    expect(gateway.changes).toEqual([]);
  });

  it('touches no store when the vault has nothing to give', async () => {
    const { secrets, vault, gateway, parts, seen } = bench({ [ID]: token('old') });
    const missing = { kind: 'notDone', error: { code: 'profileMissing' } };
    expect(await pushProfile(parts, work, seen())).toMatchObject(missing);
    await vault.remove(work);
    expect(await pushProfile(parts, work, seen())).toMatchObject(missing);
    secrets.fail('get', 'hangs');
    expect(await pushProfile(parts, work, seen())).toMatchObject({ error: { code: 'vaultUnavailable' } });
    expect(gateway.changes).toEqual([]);
  });

  it('keeps the base when the store refuses or cannot confirm', async () => {
    const { vault, gateway, parts, held } = bench();
    await vault.put(work, token('1'));
    gateway.onApply = { refuses: 'storeBusy' };
    expect(await pushProfile(parts, work, null)).toMatchObject({ kind: 'notDone', error: { code: 'storeBusy' } });
    gateway.onApply = 'unconfirmed';
    expect(await pushProfile(parts, work, null)).toMatchObject({ kind: 'unknown' });
    expect((await held())?.baseFingerprint).toBe(null);
  });

  it('stays done when only the base cannot be recorded', async () => {
    const { secrets, vault, parts, held } = bench();
    await vault.put(work, token('1'));
    secrets.fail('store', 'throws');
    expect(await pushProfile(parts, work, null)).toEqual(DONE);
    expect((await held())?.fingerprint).toBe(print('1'));
  });
});

describe('pull', () => {
  it('copies value, expiry and base into the vault, and keeps what was there for undo', async () => {
    const { vault, parts, seen, held } = bench({ [ID]: token('theirs', 5) });
    await vault.put(work, token('mine'));
    expect(await pullProfile(parts, work, mustSee(seen()))).toEqual(DONE);
    expect(await held()).toMatchObject({
      fingerprint: print('theirs'),
      baseFingerprint: print('theirs'),
      credential: { expiresAt: 5 },
    });
    expect((await held())?.previous?.secret.equals(token('mine').secret)).toBe(true);
  });

  it.each([
    ['oauth', oauth],
    ['ref', ref],
    ['unknownType', unknownType],
    ['hidden', aProfile(ID, { material: { kind: 'hidden' } })],
  ])('refuses %s with the reason', async (reason, profile) => {
    const { secrets, parts } = bench({ [ID]: token('theirs') });
    const outcome = await pullProfile(parts, work, profile);
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'transferRefused', details: { reason } } });
    expect(secrets.values.size).toBe(0);
  });

  it('takes only what the user saw', async () => {
    const { secrets, gateway, parts, seen } = bench({ [ID]: token('theirs') });
    const before = mustSee(seen());
    gateway.edit((entries) => entries('main').set(profileId(ID), token('later')));
    expect(await pullProfile(parts, work, before)).toMatchObject({ error: { code: 'changeConflict' } });
    gateway.edit((entries) => entries('main').delete(profileId(ID)));
    expect(await pullProfile(parts, work, before)).toMatchObject({ error: { code: 'profileMissing' } });
    expect(secrets.values.size).toBe(0);
  });

  it('never throws, and leaves the vault alone when the store cannot be read', async () => {
    const { vault, gateway, parts, seen, held } = bench({ [ID]: token('theirs') });
    await vault.put(work, token('mine'));
    const before = mustSee(seen());
    gateway.readError = new AppError('cancelled');
    expect(await pullProfile(parts, work, before)).toMatchObject({ kind: 'notDone', error: { code: 'cancelled' } });
    expect((await held())?.fingerprint).toBe(print('mine'));
  });

  it('does not count a vault that keeps nothing', async () => {
    const { secrets, parts, seen } = bench({ [ID]: token('theirs') });
    secrets.fail('store', 'dropsWrites');
    expect(await pullProfile(parts, work, mustSee(seen()))).toMatchObject({ kind: 'unknown' });
  });
});

it('moves nothing on a vault that holds something else than was seen', async () => {
  const { vault, parts, seen, held, stored } = bench({ [ID]: token('theirs') });
  await vault.put(work, token('mine'));
  const [profile, conflict] = [mustSee(seen()), { kind: 'notDone', error: { code: 'changeConflict' } }];
  for (const seenVault of [null, print('earlier')]) {
    expect(await pushProfile(parts, work, profile, { seenVault })).toMatchObject(conflict);
    expect(await pullProfile(parts, work, profile, { seenVault })).toMatchObject(conflict);
  }
  expect([(await held())?.fingerprint, (await stored())?.secret.equals(token('theirs').secret)]).toEqual([
    print('mine'),
    true,
  ]);
  expect(await pullProfile(parts, work, profile, { seenVault: print('mine') })).toEqual(DONE);
});

it('keeps what was entered, writes it, and agrees on what was written, whatever came to the vault meanwhile', async () => {
  const { vault, gateway, parts, seen, held, stored } = bench({ [ID]: token('theirs') });
  const apply = gateway.apply.bind(gateway);
  gateway.apply = async (change) => {
    expect((await held())?.fingerprint).toBe(print('first'));
    await vault.put(work, token('second'));
    return apply(change);
  };
  const { kept, written } = await storeEntered(parts, work, token('first'), seen(), { keeps: true });
  expect([kept, written]).toEqual([DONE, DONE]);
  expect((await stored())?.secret.equals(token('first').secret)).toBe(true);
  expect(await held()).toMatchObject({ fingerprint: print('second'), baseFingerprint: print('first') });
});

it('keeps no copy of what was entered where none is wanted, and leaves one that is there', async () => {
  const { vault, parts, seen, held, stored } = bench({ [ID]: token('theirs') });
  expect(await storeEntered(parts, work, token('first'), seen(), { keeps: false })).toEqual({
    kept: null,
    written: DONE,
  });
  expect([await held(), (await stored())?.secret.equals(token('first').secret)]).toEqual([null, true]);
  await vault.put(work, token('mine'));
  await storeEntered(parts, work, token('second'), seen(), { keeps: false });
  expect((await held())?.fingerprint).toBe(print('mine'));
});
