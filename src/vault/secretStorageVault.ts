import type { Outcome } from '../domain/change.ts';
import { type Credential, fingerprintCredential } from '../domain/credential.ts';
import { AppError } from '../domain/errors.ts';
import type { Fingerprint, Fingerprinter } from '../domain/ids.ts';
import type { Clock } from '../platform/clock.ts';
import { KeyedQueue } from '../platform/keyedQueue.ts';
import type { Disposable } from '../platform/lifetime.ts';
import type { Logger } from '../platform/logger.ts';
import { BoundedSecrets } from './boundedSecrets.ts';
import { decodeStored, encodeEnvelope, encodeTombstone, KEY_PREFIX, keyName, unreadable } from './envelope.ts';
import type { SecretStore } from './secretStore.ts';
import type {
  Envelope,
  ProfileIdentity,
  ProfileKey,
  PutOptions,
  RemoveOptions,
  Tombstone,
  Vault,
  VaultInventory,
  VaultListing,
  VaultRead,
  WriteOptions,
} from './vault.ts';

export interface VaultParts {
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fingerprint: Fingerprinter;
  /** Of each call to the SecretStore; 3 s when left out. */
  readonly timeoutMs?: number;
}

/** The vault over the editor's SecretStorage. */
export function createVault(parts: VaultParts): Vault {
  return new SecretStorageVault(parts);
}

type Next = { readonly kind: 'write'; readonly text: string } | { readonly kind: 'refuse'; readonly error: AppError };

class SecretStorageVault implements Vault {
  readonly #secrets: BoundedSecrets;
  readonly #onDidChange: SecretStore['onDidChange'];
  readonly #clock: Clock;
  readonly #fingerprint: Fingerprinter;
  /** Every write reads first, so writes to one key wait for each other. */
  readonly #writes = new KeyedQueue<string>();

  constructor({ secrets, clock, logger, fingerprint, timeoutMs = 3_000 }: VaultParts) {
    this.#secrets = new BoundedSecrets(secrets, timeoutMs, logger);
    this.#onDidChange = (listener) => secrets.onDidChange(listener);
    this.#clock = clock;
    this.#fingerprint = fingerprint;
  }

  async isReachable(): Promise<boolean> {
    return (await this.#secrets.get(KEY_PREFIX)).kind === 'settled';
  }

  read(key: ProfileKey): Promise<VaultRead> {
    return this.#readNamed(keyName(key));
  }

  async inventory(): Promise<VaultInventory> {
    const keys = await this.#secrets.keys();
    if (keys.kind !== 'settled') return unreadable(keys.kind);
    const names = keys.value.filter((name) => name.startsWith(KEY_PREFIX));
    return {
      kind: 'listed',
      keys: await Promise.all(names.map(async (name) => ({ name, read: await this.#readNamed(name) }))),
    };
  }

  async list(): Promise<VaultListing> {
    const inventory = await this.inventory();
    if (inventory.kind !== 'listed') return inventory;
    const reads = inventory.keys.map(({ read }) => read);
    const envelopes = reads.flatMap((read) => (read.kind === 'present' ? [read.envelope] : []));
    const tombstones = reads.flatMap((read) => (read.kind === 'deleted' ? [read.tombstone] : []));
    return {
      kind: 'listed',
      envelopes,
      tombstones,
      unreadableCount: reads.length - envelopes.length - tombstones.length,
    };
  }

  put(identity: ProfileIdentity, credential: Credential, options: PutOptions = {}): Promise<Outcome> {
    return this.#update(identity, options, (current) => {
      if (options.seen !== undefined && options.seen !== seenIn(current))
        return { kind: 'refuse', error: new AppError('changeConflict', { side: 'vault' }) };
      const { previous, ...rest } = this.#deriveRest(current, credential);
      const issuedAt = options.issuedAt ?? rest.issuedAt;
      const baseFingerprint = options.baseFingerprint === undefined ? rest.baseFingerprint : options.baseFingerprint;
      return write(() => encodeEnvelope({ identity, credential, issuedAt, baseFingerprint, previous }));
    });
  }

  remove(identity: ProfileIdentity, options: RemoveOptions = {}): Promise<Outcome> {
    return this.#update(identity, options, (current) => {
      const held = heldIn(current);
      const earlier = current.kind === 'deleted' ? current.tombstone : null;
      const seen = options.fingerprint ?? held?.fingerprint ?? earlier?.fingerprint ?? null;
      const tombstone: Tombstone = {
        identity,
        deletedAt: earlier?.fingerprint === seen ? earlier.deletedAt : this.#clock.now(),
        fingerprint: seen,
        previous: options.forgets ? null : (options.previous ?? held?.credential ?? earlier?.previous ?? null),
      };
      return write(() => encodeTombstone(tombstone));
    });
  }

  recordAgreement(key: ProfileKey, fingerprint: Fingerprint | null): Promise<Outcome> {
    return this.#update(key, {}, (current) => {
      if (fingerprint === null && current.kind === 'deleted')
        return write(() => encodeTombstone({ ...current.tombstone, fingerprint }));
      const held = fingerprint === null ? null : heldIn(current);
      if (held === null) return { kind: 'refuse', error: new AppError('profileMissing', { side: 'vault' }) };
      return write(() => encodeEnvelope({ ...held, baseFingerprint: fingerprint }));
    });
  }

  forget(key: ProfileKey): Promise<Outcome> {
    return this.forgetKey(keyName(key));
  }

  forgetKey(name: string): Promise<Outcome> {
    if (!name.startsWith(KEY_PREFIX)) return Promise.resolve({ kind: 'notDone', error: new AppError('internal') });
    return this.#writes.run(name, () => this.#deleteAndReadBack(name));
  }

  onDidChange(onMaybeChanged: () => void): Disposable {
    return this.#onDidChange(({ key }) => {
      if (key.startsWith(KEY_PREFIX)) onMaybeChanged();
    });
  }

  /** Read, derive, write, read back; alone among the writes to this key in this window. */
  #update(key: ProfileKey, options: WriteOptions, derive: (current: VaultRead) => Next): Promise<Outcome> {
    const name = keyName(key);
    return this.#writes.run(name, async () => {
      const before = await this.#secrets.get(name);
      if (before.kind !== 'settled') return { kind: 'notDone', error: unreadable(before.kind).error };
      const current = this.#decode(name, before.value);
      if (current.kind === 'unreadable' && options.replaceUnreadable !== true)
        return { kind: 'notDone', error: current.error };
      const next = derive(current);
      if (next.kind === 'refuse') return { kind: 'notDone', error: next.error };
      if (next.text === before.value) return { kind: 'done', isNoop: true };
      return this.#writeAndReadBack(name, before.value, next.text);
    });
  }

  async #deleteAndReadBack(name: string): Promise<Outcome> {
    const before = await this.#secrets.get(name);
    const deleted = await this.#secrets.delete(name);
    const after = await this.#secrets.get(name);
    if (after.kind === 'settled' && after.value === undefined)
      return { kind: 'done', isNoop: before.kind === 'settled' && before.value === undefined };
    // A deletion that never answered may still land.
    if (deleted.kind !== 'timedOut' && after.kind === 'settled')
      return { kind: 'notDone', error: unreadable('failed').error };
    return { kind: 'unknown', error: new AppError('writeNotConfirmed', { side: 'vault' }) };
  }

  async #writeAndReadBack(name: string, before: string | undefined, text: string): Promise<Outcome> {
    const stored = await this.#secrets.store(name, text);
    const after = await this.#secrets.get(name);
    if (after.kind === 'settled' && after.value === text) return { kind: 'done', isNoop: false };
    // A store that never answered may still land; one that threw and left the earlier text did nothing.
    if (stored.kind === 'failed' && after.kind === 'settled' && after.value === before)
      return { kind: 'notDone', error: unreadable('failed').error };
    return { kind: 'unknown', error: new AppError('vaultNotConfirmed') };
  }

  /** What an envelope takes over from whatever stands under its key. */
  #deriveRest(current: VaultRead, credential: Credential): Pick<Envelope, 'issuedAt' | 'baseFingerprint' | 'previous'> {
    const held = heldIn(current);
    if (held?.fingerprint === fingerprintCredential(credential, this.#fingerprint)) return held;
    const removed = current.kind === 'deleted' ? current.tombstone : null;
    return {
      issuedAt: this.#clock.now(),
      baseFingerprint: held?.baseFingerprint ?? removed?.fingerprint ?? null,
      previous: held?.credential ?? removed?.previous ?? null,
    };
  }

  async #readNamed(name: string): Promise<VaultRead> {
    const reply = await this.#secrets.get(name);
    return reply.kind === 'settled' ? this.#decode(name, reply.value) : unreadable(reply.kind);
  }

  /** An envelope that stands under another profile's key is not that profile's. */
  #decode(name: string, text: string | undefined): VaultRead {
    const read = decodeStored(text, this.#fingerprint);
    const identity = identityOf(read);
    return identity === null || keyName(identity) === name ? read : unreadable('identityMismatch');
  }
}

function heldIn(read: VaultRead): Envelope | null {
  return read.kind === 'present' ? read.envelope : null;
}

/** What {@link PutOptions.seen} is compared with; a tombstone is neither a credential nor nothing. */
function seenIn(read: VaultRead): Fingerprint | null | undefined {
  return read.kind === 'absent' ? null : heldIn(read)?.fingerprint;
}

function identityOf(read: VaultRead): ProfileIdentity | null {
  if (read.kind === 'present') return read.envelope.identity;
  return read.kind === 'deleted' ? read.tombstone.identity : null;
}

function write(encode: () => string): Next {
  try {
    return { kind: 'write', text: encode() };
  } catch (thrown) {
    return { kind: 'refuse', error: AppError.from(thrown, 'credentialInvalid') };
  }
}
