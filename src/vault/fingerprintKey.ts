import { randomBytes } from 'node:crypto';
import type { Logger } from '../platform/logger.ts';
import { Secret } from '../platform/secret.ts';
import { BoundedSecrets } from './boundedSecrets.ts';
import type { SecretStore } from './secretStore.ts';

const KEY_NAME = 'openclawAuth.fingerprintKey';
const KEY_BYTES = 32;

/** `kept`: from an earlier start; `made`: there was none; `unknown`: the storage did not answer. */
export type FingerprintKeyOrigin = 'kept' | 'made' | 'unknown';

export interface FingerprintKey {
  readonly key: Secret;
  readonly origin: FingerprintKeyOrigin;
}

/**
 * The random key of the fingerprints. It is kept, so that what vault and store last agreed on can be compared after a restart;
 * where it is lost or cannot be kept, both sides are compared anew. It is read back after it was made, because another window
 * may have made one at the same time. Never throws; each call is limited to `timeoutMs`.
 */
export async function loadFingerprintKey(
  secrets: SecretStore,
  logger: Logger,
  timeoutMs = 3_000,
): Promise<FingerprintKey> {
  const bounded = new BoundedSecrets(secrets, timeoutMs, logger);
  const kept = await readKey(bounded);
  // A storage that does not answer may hold a key: another one in its place would make every recorded base meaningless.
  if (kept === 'unknown') return { key: Secret.of(newKey()), origin: 'unknown' };
  if (kept !== null) return { key: Secret.of(kept), origin: 'kept' };
  return { key: Secret.of(await makeKey(bounded)), origin: 'made' };
}

/** 1 where there is a key, 0 where there is none; also 1 where the storage does not say. */
export async function countFingerprintKey(secrets: SecretStore, logger: Logger, timeoutMs = 3_000): Promise<number> {
  return (await readKey(new BoundedSecrets(secrets, timeoutMs, logger))) === null ? 0 : 1;
}

/** Deletes the key. Whoever has loaded it goes on with it; what was recorded with it is compared anew. Never throws. */
export async function forgetFingerprintKey(secrets: SecretStore, logger: Logger, timeoutMs = 3_000): Promise<void> {
  await new BoundedSecrets(secrets, timeoutMs, logger).delete(KEY_NAME);
}

async function makeKey(secrets: BoundedSecrets): Promise<string> {
  const key = newKey();
  await secrets.store(KEY_NAME, key);
  const stored = await readKey(secrets);
  return stored === null || stored === 'unknown' ? key : stored;
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/** Null where there is none; `unknown` where the storage did not answer. */
async function readKey(secrets: BoundedSecrets): Promise<string | null> {
  const reply = await secrets.get(KEY_NAME);
  if (reply.kind !== 'settled') return 'unknown';
  return reply.value === undefined || reply.value === '' ? null : reply.value;
}
