import type * as vscode from 'vscode';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Secret } from '../../../src/platform/secret.ts';
import { encodeEnvelope, keyName } from '../../../src/vault/envelope.ts';
import type { SecretStore } from '../../../src/vault/secretStore.ts';
import { fingerprintCredential } from '../../../src/domain/credential.ts';
import { fingerprint } from '../../../src/domain/ids.ts';
import { identity, ISSUED, testFingerprint, token, vaultBench, type VaultBench } from './support.ts';

const work = identity('work');
const DONE = { kind: 'done', isNoop: false };
const print = (tail: string) => fingerprintCredential(token(tail), testFingerprint);

async function envelope({ vault }: VaultBench) {
  const read = await vault.read(work);
  if (read.kind !== 'present') throw new Error(read.kind);
  return read.envelope;
}

async function tombstone({ vault }: VaultBench) {
  const read = await vault.read(work);
  if (read.kind !== 'deleted') throw new Error(read.kind);
  return read.tombstone;
}

it('takes the SecretStorage of the editor as it is', () => {
  expectTypeOf<vscode.SecretStorage>().toExtend<SecretStore>();
});

describe('put', () => {
  it('keeps a credential that another window reads whole', async () => {
    const bench = vaultBench();
    expect(await bench.vault.put(work, token('1', ISSUED + 1))).toEqual(DONE);
    const held = await envelope(bench);
    expect(held).toMatchObject({ identity: work, issuedAt: ISSUED, baseFingerprint: null, previous: null });
    expect(held.credential.secret.equals(token('1').secret)).toBe(true);
    expect(held.fingerprint).toBe(print('1'));
  });

  it('keeps the credential before it for undo, and its own issue date', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    bench.now += 5;
    await bench.vault.put(work, token('2'));
    const held = await envelope(bench);
    expect(held.issuedAt).toBe(ISSUED + 5);
    expect(held.previous?.secret.equals(token('1').secret)).toBe(true);
  });

  it('learns an expiry without losing issue date, base or undo', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    await bench.vault.put(work, token('2'));
    await bench.vault.recordAgreement(work, print('2'));
    bench.now += 5;
    await bench.vault.put(work, token('2', ISSUED + 99));
    const held = await envelope(bench);
    expect(held).toMatchObject({ issuedAt: ISSUED, baseFingerprint: print('2') });
    expect(held.credential).toMatchObject({ expiresAt: ISSUED + 99 });
    expect(held.previous?.secret.equals(token('1').secret)).toBe(true);
  });

  it('writes nothing when nothing changes', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    const { writes } = bench.secrets;
    expect(await bench.vault.put(work, token('1'))).toEqual({ kind: 'done', isNoop: true });
    expect(bench.secrets.writes).toBe(writes);
  });

  it('refuses an empty credential', async () => {
    const bench = vaultBench();
    const outcome = await bench.vault.put(work, { type: 'api_key', secret: Secret.of('') });
    expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'credentialInvalid' } });
    expect(bench.secrets.values.size).toBe(0);
  });

  it('keeps both of two puts at once: one as the credential, one for undo', async () => {
    const bench = vaultBench();
    await Promise.all([bench.vault.put(work, token('1')), bench.vault.put(work, token('2'))]);
    const held = await envelope(bench);
    expect([held.fingerprint, held.previous && fingerprintCredential(held.previous, testFingerprint)]).toEqual([
      print('2'),
      print('1'),
    ]);
  });
});

describe('remove', () => {
  it('keeps nothing of a copy that is to be forgotten, also of what stood there before', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    await bench.vault.put(work, token('2'));
    await bench.vault.remove(work, { forgets: true });
    expect(await bench.vault.read(work)).toMatchObject({ kind: 'deleted', tombstone: { previous: null } });
    const texts = await Promise.all((await bench.secrets.keys()).map((key) => bench.secrets.get(key)));
    expect(texts.some((text) => text?.includes('FAKE'))).toBe(false);
  });

  it('leaves a tombstone with what was removed, and put lifts it', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    expect(await bench.vault.remove(work)).toEqual(DONE);
    const stone = await tombstone(bench);
    expect(stone).toMatchObject({ identity: work, deletedAt: ISSUED, fingerprint: print('1') });
    expect(stone.previous?.secret.equals(token('1').secret)).toBe(true);
    await bench.vault.put(work, token('2'));
    const held = await envelope(bench);
    expect(held.baseFingerprint).toBe(print('1'));
    expect(held.previous?.secret.equals(token('1').secret)).toBe(true);
  });

  it('records the removal of a profile that the vault never held', async () => {
    const bench = vaultBench();
    await bench.vault.remove(work, { fingerprint: fingerprint('seen'), previous: token('1') });
    const stone = await tombstone(bench);
    expect(stone.fingerprint).toBe('seen');
    expect(stone.previous?.secret.equals(token('1').secret)).toBe(true);
  });

  it('keeps the date of a removal that is repeated', async () => {
    const bench = vaultBench();
    await bench.vault.remove(work);
    bench.now += 5;
    expect(await bench.vault.remove(work)).toEqual({ kind: 'done', isNoop: true });
    await bench.vault.remove(work, { fingerprint: fingerprint('later') });
    expect(await tombstone(bench)).toMatchObject({ deletedAt: ISSUED + 5 });
  });
});

describe('recordAgreement', () => {
  it('sets the base and nothing else', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    const before = await envelope(bench);
    await bench.vault.recordAgreement(work, fingerprint('f'));
    const after = await envelope(bench);
    expect(after.baseFingerprint).toBe('f');
    expect(after.credential.secret.equals(before.credential.secret)).toBe(true);
    expect(after.issuedAt).toBe(before.issuedAt);
  });

  it('lets a tombstone be done with, and nothing else', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    expect(await bench.vault.recordAgreement(work, null)).toMatchObject({ error: { code: 'profileMissing' } });
    await bench.vault.remove(work);
    expect(await bench.vault.recordAgreement(work, null)).toEqual({ kind: 'done', isNoop: false });
    expect(await bench.vault.read(work)).toMatchObject({ tombstone: { fingerprint: null, deletedAt: ISSUED } });
    expect(await bench.vault.recordAgreement(work, null)).toEqual({ kind: 'done', isNoop: true });
  });

  it('does not turn a tombstone or nothing into a credential', async () => {
    const bench = vaultBench();
    const missing = { kind: 'notDone', error: { code: 'profileMissing' } };
    expect(await bench.vault.recordAgreement(work, fingerprint('f'))).toMatchObject(missing);
    await bench.vault.remove(work);
    expect(await bench.vault.recordAgreement(work, fingerprint('f'))).toMatchObject(missing);
  });
});

describe('a SecretStorage that lets us down', () => {
  it.each(['throws', 'hangs'] as const)(
    'reads as unreadable when get %s, and nothing is written over it',
    async (how) => {
      const bench = vaultBench();
      await bench.vault.put(work, token('1'));
      const before = [...bench.secrets.values];
      bench.secrets.fail('get', how);
      expect(await bench.vault.read(work)).toMatchObject({ kind: 'unreadable', error: { code: 'vaultUnavailable' } });
      const outcome = await bench.vault.put(work, token('2'), { replaceUnreadable: true });
      expect(outcome).toMatchObject({ kind: 'notDone', error: { code: 'vaultUnavailable' } });
      expect([...bench.secrets.values]).toEqual(before);
    },
  );

  it('says absent, not deleted, when values are forgotten', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    bench.secrets.fail('get', 'forgets');
    expect(await bench.vault.read(work)).toEqual({ kind: 'absent' });
  });

  it.each([
    ['dropsWrites', 'unknown', 'vaultNotConfirmed'],
    ['hangs', 'unknown', 'vaultNotConfirmed'],
    ['throws', 'notDone', 'vaultUnavailable'],
  ] as const)('does not count a store that %s', async (how, kind, code) => {
    const bench = vaultBench();
    bench.secrets.fail('store', how);
    expect(await bench.vault.put(work, token('1'))).toMatchObject({ kind, error: { code } });
  });

  it('counts a store that threw and stands there all the same', async () => {
    const bench = vaultBench();
    bench.secrets.fail('store', 'throwsAfterWrite');
    expect(await bench.vault.put(work, token('1'))).toEqual(DONE);
  });

  it('works again once the SecretStorage does', async () => {
    const bench = vaultBench();
    bench.secrets.fail('get', 'hangs');
    await bench.vault.put(work, token('1'));
    bench.secrets.heal();
    expect(await bench.vault.put(work, token('1'))).toEqual(DONE);
  });
});

describe('an envelope that cannot be understood', () => {
  it('is replaced by put, remove and recordAgreement only on request', async () => {
    const bench = vaultBench();
    bench.secrets.values.set(keyName(work), '{"version":1,');
    const refused = { kind: 'notDone', error: { details: { reason: 'malformed' } } };
    expect(await bench.vault.put(work, token('1'))).toMatchObject(refused);
    expect(await bench.vault.remove(work)).toMatchObject(refused);
    expect(await bench.vault.recordAgreement(work, fingerprint('f'))).toMatchObject(refused);
    expect(bench.secrets.values.get(keyName(work))).toBe('{"version":1,');
    expect(await bench.vault.put(work, token('1'), { replaceUnreadable: true })).toEqual(DONE);
    expect((await envelope(bench)).fingerprint).toBe(print('1'));
  });

  it('is one that names another profile', async () => {
    const bench = vaultBench();
    const rest = { credential: token('1'), issuedAt: ISSUED, baseFingerprint: null, previous: null };
    bench.secrets.values.set(keyName(work), encodeEnvelope({ identity: identity('home'), ...rest }));
    expect(await bench.vault.read(work)).toMatchObject({
      kind: 'unreadable',
      error: { details: { reason: 'identityMismatch' } },
    });
  });
});

describe('list', () => {
  it('finds envelopes and tombstones, counts what it cannot read, and leaves the keys of others alone', async () => {
    const bench = vaultBench();
    await bench.vault.put(identity('a'), token('1'));
    await bench.vault.remove(identity('b'));
    bench.secrets.values.set(keyName(identity('c')), 'nonsense');
    bench.secrets.values.set('openclawAuth.else', 'nonsense');
    const listing = await bench.vault.list();
    if (listing.kind !== 'listed') throw new Error(listing.kind);
    expect(listing.envelopes.map((held) => held.identity)).toEqual([identity('a')]);
    expect(listing.tombstones.map((stone) => stone.identity)).toEqual([identity('b')]);
    expect(listing.unreadableCount).toBe(1);
  });

  it.each(['throws', 'hangs'] as const)('is unreadable when keys %s', async (how) => {
    const bench = vaultBench();
    bench.secrets.fail('keys', how);
    expect(await bench.vault.list()).toMatchObject({ kind: 'unreadable', error: { code: 'vaultUnavailable' } });
  });
});

describe('forget', () => {
  it('leaves neither credential nor tombstone, whatever stood there', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    await bench.vault.put(identity('other'), token('2'));
    expect(await bench.vault.forget(work)).toEqual(DONE);
    expect(await bench.vault.read(work)).toEqual({ kind: 'absent' });
    expect(await bench.vault.forget(work)).toEqual({ kind: 'done', isNoop: true });
    await bench.vault.remove(work);
    expect(await bench.vault.forget(work)).toEqual(DONE);
    bench.secrets.values.set(keyName(work), 'not ours');
    expect(await bench.vault.forget(work)).toEqual(DONE);
    expect([...bench.secrets.values.keys()]).toEqual([keyName(identity('other'))]);
  });

  it('deletes no key but a profile’s, by its name', async () => {
    const bench = vaultBench();
    await bench.secrets.store('openclawAuth.else', 'x');
    expect(await bench.vault.forgetKey('openclawAuth.else')).toMatchObject({ kind: 'notDone' });
    expect(bench.secrets.values.size).toBe(1);
  });

  it('is done only when it was read back', async () => {
    const bench = vaultBench();
    await bench.vault.put(work, token('1'));
    bench.secrets.fail('delete', 'dropsWrites');
    expect(await bench.vault.forget(work)).toMatchObject({ kind: 'notDone', error: { code: 'vaultUnavailable' } });
    bench.secrets.fail('delete', 'hangs');
    expect(await bench.vault.forget(work)).toMatchObject({ kind: 'unknown', error: { code: 'writeNotConfirmed' } });
    expect((await envelope(bench)).fingerprint).toBe(print('1'));
  });
});

describe('onDidChange', () => {
  it('tells of profile keys only, until disposed', async () => {
    const bench = vaultBench();
    let calls = 0;
    const subscription = bench.vault.onDidChange(() => (calls += 1));
    await bench.secrets.store('openclawAuth.else', 'x');
    expect(calls).toBe(0);
    await bench.vault.put(work, token('1'));
    expect(calls).toBe(1);
    subscription.dispose();
    await bench.vault.put(work, token('2'));
    expect(calls).toBe(1);
  });
});

it('shows neither names nor values in a key, and no value in anything that it returns', async () => {
  const bench = vaultBench();
  await bench.vault.put(work, token('1'));
  const listing = JSON.stringify([await bench.vault.list(), await bench.vault.read(work)]);
  expect(listing).not.toContain('FAKE');
  expect([...bench.secrets.values.keys()].join()).not.toMatch(/anthropic|main|local/);
  expect([...bench.secrets.values.values()].join()).toContain('FAKE');
});
