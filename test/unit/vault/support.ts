import { createHash } from 'node:crypto';
import type { Credential } from '../../../src/domain/credential.ts';
import { agentId, fingerprint, type Fingerprinter, hostId, profileId, providerId } from '../../../src/domain/ids.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import { Secret } from '../../../src/platform/secret.ts';
import { createVault } from '../../../src/vault/secretStorageVault.ts';
import type { ProfileIdentity, Vault } from '../../../src/vault/vault.ts';
import { MemorySecretStore } from '../../fakes/memorySecretStore.ts';

export const ISSUED = 1_700_000_000_000;

/** Unkeyed, so that tests can foretell it. */
export const testFingerprint: Fingerprinter = (text) =>
  fingerprint(createHash('sha256').update(text).digest('hex').slice(0, 12));

export function identity(name = 'work'): ProfileIdentity {
  return {
    hostId: hostId('local'),
    agentId: agentId('main'),
    profileId: profileId(`anthropic:${name}`),
    provider: providerId('anthropic'),
  };
}

export function token(tail: string, expiresAt: number | null = null): Credential {
  return { type: 'token', secret: Secret.of(`sk-ant-oat01-${'FAKE'.repeat(24)}${tail}`), expiresAt };
}

export interface VaultBench {
  readonly secrets: MemorySecretStore;
  readonly vault: Vault;
  now: number;
}

/** A vault over a fake SecretStorage that gives up after 5 ms. */
export function vaultBench(): VaultBench {
  const secrets = new MemorySecretStore();
  const bench = { secrets, now: ISSUED };
  const clock = { now: () => bench.now };
  const vault = createVault({ secrets, clock, logger: silentLogger, fingerprint: testFingerprint, timeoutMs: 5 });
  return Object.assign(bench, { vault });
}
