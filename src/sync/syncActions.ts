import type { Outcome } from '../domain/change.ts';
import { seenCredential } from '../domain/expectation.ts';
import { AppError } from '../domain/errors.ts';
import type { ProfileId } from '../domain/ids.ts';
import type { ApplyOptions } from '../gateway/service.ts';
import type { ProfileSync, Resolution } from './syncEngine.ts';
import { pullProfile, pushProfile, type TransferParts } from './transfer.ts';

/** Does what the table says of a profile. Whatever has changed since it was planned is a `changeConflict`. */
export function performAction(parts: TransferParts, item: ProfileSync, options: ApplyOptions): Promise<Outcome> {
  switch (item.action) {
    case 'push':
      return push(parts, item, options);
    case 'pull':
      return pull(parts, item, options);
    case 'remove':
      return removeFromStore(parts, item, options);
    case 'recordBase':
      return parts.vault.recordAgreement(item.identity, item.cell.vault === 'deleted' ? null : item.vaultPrint);
    case 'offer':
    case 'removalPending':
    case 'conflict':
      return Promise.resolve(changed());
  }
}

/** Does what the user decided about a conflict. No step loses a value: what is replaced was written elsewhere before. */
export function resolveConflict(
  parts: TransferParts,
  item: ProfileSync,
  resolution: Resolution,
  options: ApplyOptions,
): Promise<Outcome> {
  switch (resolution.keep) {
    case 'store':
      return pull(parts, item, options);
    case 'vault':
      return item.cell.vault === 'deleted' ? removeFromStore(parts, item, options) : push(parts, item, options);
    case 'both':
      return keepBoth(parts, item, resolution.otherId, options);
  }
}

function push(
  parts: TransferParts,
  { identity, profile, vaultPrint }: ProfileSync,
  options: ApplyOptions,
): Promise<Outcome> {
  return pushProfile(parts, identity, profile, { ...options, seenVault: vaultPrint });
}

function pull(parts: TransferParts, item: ProfileSync, options: ApplyOptions): Promise<Outcome> {
  const { identity, profile, vaultPrint, cell } = item;
  if (profile === null) return Promise.resolve(changed());
  // Over a tombstone only after the user said so: that is the one conflict with a tombstone.
  const seen = cell.vault === 'deleted' ? {} : { seenVault: vaultPrint };
  return pullProfile(parts, identity, profile, { ...options, ...seen });
}

async function removeFromStore(
  { gateway, vault, logger }: TransferParts,
  { identity, profile }: ProfileSync,
  options: ApplyOptions,
): Promise<Outcome> {
  const expected = seenCredential(profile);
  if (profile === null || expected === null) return changed();
  // It may have been entered again since.
  if ((await vault.read(identity)).kind !== 'deleted') return changed();
  const { agentId, profileId } = identity;
  const { provider } = profile;
  const outcome = await gateway.apply({ kind: 'removeProfile', agentId, profileId, provider, expected }, options);
  if (outcome.kind !== 'done') return outcome;
  const recorded = await vault.recordAgreement(identity, null);
  if (recorded.kind !== 'done') logger.warn('sync: removed, not recorded', { code: recorded.error.code });
  return outcome;
}

/** The vault's value to another id first, on both sides; only then is the store's taken over under this one. */
async function keepBoth(
  parts: TransferParts,
  item: ProfileSync,
  otherId: ProfileId,
  options: ApplyOptions,
): Promise<Outcome> {
  const read = await parts.vault.read(item.identity);
  if (read.kind !== 'present' || read.envelope.fingerprint !== item.vaultPrint) return changed();
  const other = { ...read.envelope.identity, profileId: otherId };
  const { credential, issuedAt, fingerprint } = read.envelope;
  // Twice the same id is the same copy: a try that failed half-way goes on.
  const there = await parts.vault.read(other);
  const isOurs = there.kind === 'present' && there.envelope.fingerprint === fingerprint;
  const kept = isOurs ? null : await parts.vault.put(other, credential, { issuedAt, seen: null });
  if (kept !== null && kept.kind !== 'done') return kept;
  const written = await pushProfile(parts, other, null, options);
  return written.kind === 'done' ? pull(parts, item, options) : written;
}

function changed(): Outcome {
  return { kind: 'notDone', error: new AppError('changeConflict', { side: 'vault' }) };
}
