import { describe, expect, it } from 'vitest';
import { agentId, hostId } from '../../../src/domain/ids.ts';
import { forgetKept, type Keepsake, type KeepsakeKind, listKept } from '../../../src/sync/forget.ts';
import { keyName } from '../../../src/vault/envelope.ts';
import { identity, token, vaultBench } from '../vault/support.ts';

function keepsake(kind: KeepsakeKind, left: { count: number; forget?: () => void }): Keepsake {
  return {
    kind,
    count: () => Promise.resolve(left.count),
    forget: () => {
      if (left.forget) left.forget();
      else left.count = 0;
      return Promise.resolve();
    },
  };
}

async function bench() {
  const { secrets, vault } = vaultBench();
  await vault.put(identity('work'), token('1'));
  await vault.put(identity('home'), token('2'));
  await vault.remove(identity('gone'));
  await vault.put({ ...identity('work'), agentId: agentId('ops') }, token('3'));
  await vault.put({ ...identity('work'), hostId: hostId('elsewhere') }, token('4'));
  secrets.values.set(`${keyName(identity('work')).slice(0, -4)}beef`, 'not ours');
  secrets.values.set('somebodyElse.key', 'theirs');
  return { secrets, vault };
}

const copies = { kind: 'copies', hostId: 'local', agentId: 'main' };

describe('what is kept', () => {
  it('is listed by host and agent, without a secret, and nothing of others', async () => {
    const { vault } = await bench();
    const keepsakes = [keepsake('history', { count: 7 }), keepsake('reminders', { count: 0 })];
    const { items, error } = await listKept(vault, keepsakes);
    expect(error).toBeNull();
    expect(items).toMatchObject([
      { ...copies, credentials: 2, tombstones: 1 },
      { ...copies, agentId: 'ops', credentials: 1, tombstones: 0 },
      { ...copies, hostId: 'elsewhere', credentials: 1, tombstones: 0 },
      { kind: 'unreadable' },
      { kind: 'history', count: 7 },
    ]);
    expect(JSON.stringify(items)).not.toContain('FAKE');
  });

  it('is forgotten whole: nothing of ours is left, and what is of others stays', async () => {
    const { secrets, vault } = await bench();
    const keepsakes = [keepsake('history', { count: 7 }), keepsake('installation', { count: 1 })];
    const { items } = await listKept(vault, keepsakes);
    const results = await forgetKept(vault, keepsakes, items);
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(items.map(() => 'done'));
    expect([...secrets.values.keys()]).toEqual(['somebodyElse.key']);
    expect((await listKept(vault, keepsakes)).items).toEqual([]);
  });

  it('begins with what the user allowed, so that nothing is copied here again meanwhile', async () => {
    const { vault } = await bench();
    const sync = keepsake('sync', { count: 2 });
    const { items } = await listKept(vault, [keepsake('history', { count: 1 }), sync]);
    const results = await forgetKept(vault, [keepsake('history', { count: 1 }), sync], items);
    expect(results.map(({ item }) => item.kind)[0]).toBe('sync');
  });

  it('that was not listed stays', async () => {
    const { vault } = await bench();
    const { items } = await listKept(vault, []);
    await vault.put(identity('later'), token('5'));
    await forgetKept(vault, [], items);
    expect((await vault.read(identity('later'))).kind).toBe('present');
  });

  it('and cannot be forgotten is told, and does not stop the rest', async () => {
    const { secrets, vault } = await bench();
    const stuck = keepsake('history', { count: 7, forget: () => {} });
    const throwing = keepsake('installation', {
      count: 1,
      forget: () => {
        throw new Error('EACCES');
      },
    });
    const fine = keepsake('reminders', { count: 2 });
    const { items } = await listKept(vault, [stuck, throwing, fine]);
    secrets.fail('delete', 'dropsWrites');
    const results = await forgetKept(vault, [stuck, throwing, fine], items);
    expect(results.map(({ item, outcome }) => [item.kind, outcome.kind])).toEqual([
      ['copies', 'notDone'],
      ['copies', 'notDone'],
      ['copies', 'notDone'],
      ['unreadable', 'notDone'],
      ['history', 'unknown'],
      ['installation', 'notDone'],
      ['reminders', 'done'],
    ]);
    expect((await vault.read(identity('work'))).kind).toBe('present');
  });

  it('is not touched where the secret storage does not say what it holds, or after cancelling', async () => {
    const { secrets, vault } = await bench();
    const { items } = await listKept(vault, []);
    const before = secrets.values.size;
    const results = await forgetKept(vault, [], items, AbortSignal.abort());
    expect(results.map(({ outcome }) => outcome.kind === 'notDone' && outcome.error.code)).toEqual(
      items.map(() => 'cancelled'),
    );
    expect(secrets.values.size).toBe(before);
    secrets.fail('keys', 'throws');
    expect(await listKept(vault, [])).toMatchObject({ items: [], error: { code: 'vaultUnavailable' } });
  });
});
