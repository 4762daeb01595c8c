import { describe, expect, it } from 'vitest';
import { profileId, providerId } from '../../../src/domain/ids.ts';
import type { Era } from '../../../src/domain/release.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { findUndo, restoreProfile } from '../../../src/sync/removal.ts';
import { type FakeEntry, FakeGatewayService } from '../../fakes/fakeGatewayService.ts';
import { aProfile, NOW } from '../../fakes/snapshots.ts';
import { identity, testFingerprint, token, vaultBench } from '../vault/support.ts';

const work = identity('work');
const ID = 'anthropic:work';

function bench(entry: FakeEntry) {
  const { vault } = vaultBench();
  const gateway = new FakeGatewayService(testFingerprint, { main: { [ID]: entry } });
  const parts = { vault, gateway, fingerprint: testFingerprint, logger: silentLogger };
  const undo = async (era: Era = 'json-owned-lock') => {
    const profile = gateway.profile('main', ID);
    if (profile === null) throw new Error('no profile');
    const found = await findUndo(parts, work, profile, { era, now: NOW });
    return 'credential' in found ? [found.kind, found.credential.secret.equals(token('1').secret)] : [found.kind];
  };
  return { vault, gateway, parts, undo };
}

describe('what undoing a removal would bring back', () => {
  it('is what stands in the store, whatever the vault holds', async () => {
    const { vault, undo } = bench(token('1'));
    await vault.put(work, token('2'));
    expect(await undo()).toEqual(['same', true]);
  });

  it('is never an earlier token in place of an OAuth login or a reference', async () => {
    const ref = { kind: 'ref', ref: { source: 'env', provider: null, id: 'KEY' } } as const;
    for (const entry of [aProfile(ID, { type: 'oauth' }), aProfile(ID, { material: ref })]) {
      const { vault, undo } = bench(entry);
      await vault.put(work, token('1'));
      expect(await undo()).toEqual(['unknown']);
    }
  });

  it('is the copy of the vault where the store hides its value, and that is not called the same', async () => {
    const { vault, gateway, undo } = bench(token('2'));
    gateway.isValueReadable = false;
    expect(await undo()).toEqual(['unknown']);
    await vault.put(work, token('1'));
    expect(await undo()).toEqual(['uncompared', true]);
  });

  it('is the copy of the vault where the store fails, if it is the same', async () => {
    const { vault, gateway, parts } = bench(token('1'));
    const profile = gateway.profile('main', ID);
    gateway.readError = new AppError('internal');
    if (profile === null) throw new Error('no profile');
    await vault.put(work, token('2'));
    expect(await findUndo(parts, work, profile, { era: 'sqlite', now: NOW })).toEqual({ kind: 'unknown' });
    await vault.put(work, token('1'));
    expect(await findUndo(parts, work, profile, { era: 'sqlite', now: NOW })).toMatchObject({ kind: 'same' });
  });

  it('is nothing for an expired token where only the CLI writes', async () => {
    const { undo } = bench(token('1', NOW - 1));
    expect(await undo('sqlite')).toEqual(['expired']);
    expect(await undo('json-owned-lock')).toEqual(['same', true]);
  });
});

describe('putting a removed profile back', () => {
  const provider = providerId('anthropic');
  const listed = [ID, 'anthropic:home'].map((id) => profileId(id));
  const order = { provider, listed };

  it('puts it back into the order that it was taken from', async () => {
    const { gateway, parts } = bench(token('0'));
    gateway.edit((entries) => entries('main').clear());
    const where = { agentId: work.agentId, provider };
    await gateway.apply({ kind: 'setOrder', ...where, profileIds: listed.slice(1), expected: null });
    const restored = await restoreProfile(parts, work, token('1'), order, { keeps: true });
    expect(restored).toMatchObject({ credential: { kind: 'done' }, order: { kind: 'done' } });
    expect(gateway.changes.at(-1)).toMatchObject({ kind: 'setOrder', profileIds: listed });
  });

  it('tells apart what came back when the order is somebody else’s by now', async () => {
    const { gateway, parts } = bench(token('0'));
    gateway.edit((entries) => entries('main').clear());
    const restored = await restoreProfile(parts, work, token('1'), order, { keeps: true });
    expect(restored).toMatchObject({ credential: { kind: 'done' }, order: { kind: 'notDone' } });
    expect(gateway.profile('main', ID)).not.toBeNull();
  });

  it('leaves orders alone that it was not in, and a profile that is there again', async () => {
    const { gateway, parts } = bench(token('0'));
    expect(await restoreProfile(parts, work, token('1'), { provider, listed: null }, { keeps: true })).toMatchObject({
      credential: { kind: 'notDone', error: { code: 'changeConflict' } },
      order: null,
    });
    gateway.edit((entries) => entries('main').clear());
    expect(
      await restoreProfile(parts, work, token('1'), { provider, listed: listed.slice(1) }, { keeps: true }),
    ).toMatchObject({
      credential: { kind: 'done' },
      order: null,
    });
  });
});
