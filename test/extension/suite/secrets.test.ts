import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Credential } from '../../../src/domain/credential.ts';
import { agentId, fingerprint, hostId, profileId, providerId } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { createVault } from '../../../src/vault/secretStorageVault.ts';
import type { ProfileIdentity, Vault } from '../../../src/vault/vault.ts';

const PROBE = 'openclaw-auth-tests.context-probe';
const FIRST = `sk-ant-oat01-${'FAKE'.repeat(23)}one`;
const SECOND = `sk-ant-oat01-${'FAKE'.repeat(23)}two`;

const identity: ProfileIdentity = {
  hostId: hostId('local'),
  agentId: agentId('main'),
  profileId: profileId('anthropic:$(touch x)\n"work"'),
  provider: providerId('anthropic'),
};

function token(text: string): Credential {
  return { type: 'token', secret: Secret.of(text), expiresAt: 1_900_000_000_000 };
}

function openVault(secrets: vscode.SecretStorage): Vault {
  return createVault({
    secrets,
    clock: { now: () => 1_700_000_000_000 },
    logger: silentLogger,
    fingerprint: (text) => fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12)),
  });
}

async function readText(vault: Vault): Promise<string> {
  const read = await vault.read(identity);
  return read.kind === 'present' ? read.envelope.credential.secret.reveal() : read.kind;
}

describe('vault in the real SecretStorage', () => {
  let secrets: vscode.SecretStorage;

  before(async () => {
    const probe = vscode.extensions.getExtension<vscode.ExtensionContext>(PROBE);
    assert.ok(probe, 'the probe extension is there');
    secrets = (await probe.activate()).secrets;
  });

  afterEach(async () => {
    for (const key of await secrets.keys()) await secrets.delete(key);
  });

  it('gives back what it was given, also through another vault on the same storage', async () => {
    assert.deepEqual(await openVault(secrets).put(identity, token(FIRST)), { kind: 'done', isNoop: false });
    const read = await openVault(secrets).read(identity);
    assert.ok(read.kind === 'present');
    assert.equal(read.envelope.credential.secret.reveal(), FIRST);
    assert.equal(read.envelope.identity.profileId, identity.profileId);
    assert.deepEqual(
      read.envelope.credential.type === 'token' && read.envelope.credential.expiresAt,
      1_900_000_000_000,
    );
  });

  it('lists it, and names no profile in the key', async () => {
    await openVault(secrets).put(identity, token(FIRST));
    const listing = await openVault(secrets).list();
    assert.ok(listing.kind === 'listed');
    assert.deepEqual(
      listing.envelopes.map((envelope) => envelope.identity.profileId),
      [identity.profileId],
    );
    assert.doesNotMatch((await secrets.keys()).join(), /anthropic|work|main/);
  });

  it('keeps what was replaced, and leaves a tombstone for what was removed', async () => {
    const vault = openVault(secrets);
    await vault.put(identity, token(FIRST));
    await vault.put(identity, token(SECOND));
    const replaced = await vault.read(identity);
    assert.ok(replaced.kind === 'present');
    assert.equal(replaced.envelope.previous?.secret.reveal(), FIRST);
    await vault.remove(identity);
    const removed = await vault.read(identity);
    assert.ok(removed.kind === 'deleted');
    assert.equal(removed.tombstone.previous?.secret.reveal(), SECOND);
    await vault.put(identity, token(SECOND));
    assert.equal(await readText(vault), SECOND);
  });

  it('says absent, unreadable and deleted where they are', async () => {
    const vault = openVault(secrets);
    assert.equal(await readText(vault), 'absent');
    await vault.put(identity, token(FIRST));
    const [key = ''] = await secrets.keys();
    await secrets.store(key, '{"half an envelo');
    assert.equal(await readText(vault), 'unreadable');
    assert.equal((await vault.put(identity, token(SECOND))).kind, 'notDone');
  });

  it('tells of changes', async () => {
    const vault = openVault(secrets);
    let listener: vscode.Disposable | undefined;
    const changed = new Promise<void>((resolve) => {
      listener = vault.onDidChange(resolve);
    });
    await vault.put(identity, token(FIRST));
    await changed;
    listener?.dispose();
  });
});
