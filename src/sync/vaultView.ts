import type { ProfileIdentity, ProfileKey, Vault, VaultListing, VaultRead } from '../vault/vault.ts';

/** What the vault holds, as of one moment. */
export interface VaultView {
  readonly readOf: (key: ProfileKey) => VaultRead;
  /** Every profile that was listed, of all hosts: copies and tombstones. */
  readonly listed: readonly ProfileIdentity[];
  /** Copies of profiles that their store has lost. */
  readonly kept: readonly ProfileIdentity[];
}

const ABSENT: VaultRead = { kind: 'absent' };

/**
 * Lists the vault once, however many profiles there are: what it does not list is absent. Only where a key cannot be read, and
 * so names no profile, each of `keys` that was not listed is asked for. Never throws.
 */
export async function readVaultView(
  vault: Vault,
  keys: readonly ProfileKey[],
  isLost: (identity: ProfileIdentity) => boolean,
): Promise<VaultView> {
  const listing = await vault.list();
  if (listing.kind === 'unreadable') return { readOf: () => listing, listed: [], kept: [] };
  const reads = readsOf(listing);
  if (listing.unreadableCount > 0) {
    const unlisted = keys.filter((key) => !reads.has(textOf(key)));
    const found = await Promise.all(unlisted.map(async (key) => [textOf(key), await vault.read(key)] as const));
    for (const [text, read] of found) reads.set(text, read);
  }
  const copies = listing.envelopes.map(({ identity }) => identity);
  const listed = [...copies, ...listing.tombstones.map(({ identity }) => identity)];
  return { readOf: (key) => reads.get(textOf(key)) ?? ABSENT, listed, kept: copies.filter(isLost) };
}

function readsOf({ envelopes, tombstones }: Extract<VaultListing, { kind: 'listed' }>): Map<string, VaultRead> {
  return new Map<string, VaultRead>([
    ...envelopes.map((envelope) => [textOf(envelope.identity), { kind: 'present', envelope }] as const),
    ...tombstones.map((tombstone) => [textOf(tombstone.identity), { kind: 'deleted', tombstone }] as const),
  ]);
}

function textOf({ hostId, agentId, profileId }: ProfileKey): string {
  return JSON.stringify([hostId, agentId, profileId]);
}
