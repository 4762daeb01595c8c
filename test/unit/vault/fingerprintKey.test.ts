import { describe, expect, test } from 'vitest';
import { keyedFingerprinter } from '../../../src/domain/keyedFingerprint.ts';
import type { Fingerprinter } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { countFingerprintKey, forgetFingerprintKey, loadFingerprintKey } from '../../../src/vault/fingerprintKey.ts';
import { MemorySecretStore } from '../../fakes/memorySecretStore.ts';

const TIMEOUT_MS = 5;

const createFingerprinter = async (...args: Parameters<typeof loadFingerprintKey>): Promise<Fingerprinter> =>
  keyedFingerprinter((await loadFingerprintKey(...args)).key);

describe('loadFingerprintKey', () => {
  test('gives the same fingerprint after a restart, and another one elsewhere', async () => {
    const secrets = new MemorySecretStore();
    const first = await createFingerprinter(secrets, silentLogger);
    const second = await createFingerprinter(secrets, silentLogger);
    const elsewhere = await createFingerprinter(new MemorySecretStore(), silentLogger);
    expect(second('text')).toBe(first('text'));
    expect(elsewhere('text')).not.toBe(first('text'));
    expect(first('text')).not.toBe(first('other'));
    expect(first('text')).toMatch(/^[\w-]{16}$/);
  });

  test('gives another one after it was forgotten, and says so only when that is certain', async () => {
    const secrets = new MemorySecretStore();
    const count = () => countFingerprintKey(secrets, silentLogger, TIMEOUT_MS);
    const first = await createFingerprinter(secrets, silentLogger);
    expect(await count()).toBe(1);
    await forgetFingerprintKey(secrets, silentLogger, TIMEOUT_MS);
    expect(await count()).toBe(0);
    expect((await createFingerprinter(secrets, silentLogger))('text')).not.toBe(first('text'));
    secrets.fail('delete', 'hangs');
    await forgetFingerprintKey(secrets, silentLogger, TIMEOUT_MS);
    secrets.fail('get', 'throws');
    expect(await count()).toBe(1);
  });

  test('two windows that start at once agree', async () => {
    const secrets = new MemorySecretStore();
    const [a, b] = await Promise.all([
      createFingerprinter(secrets, silentLogger),
      createFingerprinter(secrets, silentLogger),
    ]);
    expect(a('text')).toBe(b('text'));
  });

  test.each(['throws', 'hangs'] as const)('works with a SecretStorage that %s', async (fault) => {
    const secrets = new MemorySecretStore();
    secrets.fail('get', fault);
    secrets.fail('store', fault);
    const byKey = await createFingerprinter(secrets, silentLogger, TIMEOUT_MS);
    expect(byKey('text')).toBe(byKey('text'));
  });
});
