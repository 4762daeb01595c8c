import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/platform/logger.ts';
import { loadFingerprintKey } from '../../../src/vault/fingerprintKey.ts';
import { probePersistence } from '../../../src/vault/persistence.ts';
import { MemoryMarks } from '../../fakes/memoryMarks.ts';
import { MemorySecretStore } from '../../fakes/memorySecretStore.ts';

/** Starts the editor with `secrets`, on a machine. */
function starter() {
  const marks = new MemoryMarks();
  return async (secrets: MemorySecretStore, machine = 'desk') => {
    const { origin } = await loadFingerprintKey(secrets, silentLogger, 5);
    return probePersistence(origin, marks, machine);
  };
}

it('a storage that has what it was given keeps it', async () => {
  const start = starter();
  const secrets = new MemorySecretStore();
  expect([await start(secrets), await start(secrets), await start(secrets)]).toEqual(['unknown', 'keeps', 'keeps']);
});

it('one that is empty at three starts in a row forgets; a single loss says nothing', async () => {
  const start = starter();
  const kept = new MemorySecretStore();
  expect([await start(kept), await start(kept), await start(new MemorySecretStore())]).toEqual([
    'unknown',
    'keeps',
    'unknown',
  ]);
  expect(await start(new MemorySecretStore())).toBe('unknown');
  expect([await start(new MemorySecretStore()), await start(new MemorySecretStore())]).toEqual(['forgets', 'forgets']);
  expect(await start(kept)).toBe('keeps');
  expect(await start(new MemorySecretStore())).toBe('unknown');
});

it('editors on other computers have storages of their own', async () => {
  const start = starter();
  const [a, b, c] = ['a', 'b', 'c'];
  expect([
    await start(new MemorySecretStore(), a),
    await start(new MemorySecretStore(), b),
    await start(new MemorySecretStore(), c),
  ]).toEqual(['unknown', 'unknown', 'unknown']);
});

it('one that does not answer may keep everything', async () => {
  const start = starter();
  const secrets = new MemorySecretStore();
  secrets.fail('get', 'hangs');
  expect([await start(secrets), await start(secrets), await start(secrets)]).toEqual(['unknown', 'unknown', 'unknown']);
});
