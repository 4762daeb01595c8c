import { describe, expect, it, vi } from 'vitest';
import { profileId } from '../../../src/domain/ids.ts';
import { readVaultView } from '../../../src/sync/vaultView.ts';
import { identity, token, vaultBench } from '../vault/support.ts';

const [work, home, gone] = [identity('work'), identity('home'), identity('gone')];

describe('what the vault holds, as of one moment', () => {
  it('is listed once, however many profiles there are', async () => {
    const { vault } = vaultBench();
    await vault.put(work, token('1'));
    await vault.put(gone, token('2'));
    await vault.remove(gone);
    const read = vi.spyOn(vault, 'read');
    const view = await readVaultView(vault, [work, home, gone], () => false);
    expect([view.readOf(work).kind, view.readOf(home).kind, view.readOf(gone).kind]).toEqual([
      'present',
      'absent',
      'deleted',
    ]);
    expect(view.readOf({ ...work, profileId: profileId('other') }).kind).toBe('absent');
    expect(read).not.toHaveBeenCalled();
  });

  it('names the copies that their store has lost, and no tombstones', async () => {
    const { vault } = vaultBench();
    await vault.put(work, token('1'));
    await vault.put(home, token('2'));
    await vault.put(gone, token('3'));
    await vault.remove(gone);
    const view = await readVaultView(vault, [], (copy) => copy.profileId !== home.profileId);
    expect(view.kept).toEqual([work]);
  });

  it('says which profile it is whose key cannot be read', async () => {
    const { vault, secrets } = vaultBench();
    await vault.put(work, token('1'));
    const [key = ''] = await secrets.keys();
    secrets.values.set(key, 'not ours');
    const view = await readVaultView(vault, [work, home], () => false);
    expect([view.readOf(work).kind, view.readOf(home).kind]).toEqual(['unreadable', 'absent']);
  });

  it('is unreadable as a whole where nothing can be listed', async () => {
    const { vault, secrets } = vaultBench();
    secrets.fail('keys', 'throws');
    const view = await readVaultView(vault, [work], () => true);
    expect([view.readOf(work).kind, view.kept]).toEqual(['unreadable', []]);
  });
});
