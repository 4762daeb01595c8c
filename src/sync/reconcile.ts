import { fingerprintCredential, type Profile } from '../domain/credential.ts';
import type { Fingerprint, Fingerprinter } from '../domain/ids.ts';
import type { Envelope, VaultRead } from '../vault/vault.ts';

/** What the user allowed for a host. `keepMine`: copies of what is entered here, nothing else. Not asked yet counts as `off`. */
export const CONSENTS = ['sync', 'keepMine', 'off'] as const;
export type Consent = (typeof CONSENTS)[number];

/** Who may write a value: either side; the gateway alone (OAuth); somebody else (refs, inherited, dormant and unknown entries). */
export type Authority = 'both' | 'gateway' | 'managed';

export type VaultSide = VaultRead['kind'];

/**
 * What the store holds of the profile. `same`, `earlier` and `other` compare with the vault: its value, the value that it held
 * before, or any other. Where the vault holds nothing every value is `other`. `hidden`: there, and the value cannot be read.
 */
export type StoreSide = 'absent' | 'unreadable' | 'hidden' | 'same' | 'earlier' | 'other';

/** What the last agreement was about: nothing known, the vault's value, the store's, both (they are equal), or neither. */
export type Base = 'none' | 'vault' | 'store' | 'both' | 'other';

/** One situation of one profile. For a tombstone the base is what the user saw when removing. */
export interface Cell {
  readonly consent: Consent;
  readonly authority: Authority;
  readonly vault: VaultSide;
  readonly store: StoreSide;
  readonly base: Base;
}

/**
 * What follows. Done by the engine: `push`, `pull`, `remove` (from the store), `recordBase` (no value moves). Only shown: `offer`
 * (a push is one click), `removalPending` (a removal is one click), `conflict` (the user decides).
 */
export type Action = 'none' | 'offer' | 'push' | 'pull' | 'recordBase' | 'remove' | 'removalPending' | 'conflict';

/** The three-way decision. Every cell stands in docs/sync.md, with its reason. */
export function reconcile(cell: Cell): Action {
  if (cell.consent === 'off' || cell.authority !== 'both' || cell.store === 'unreadable') return 'none';
  const action = decide(cell);
  return cell.consent === 'sync' ? action : forOwnCopies(action);
}

function decide({ vault, store, base }: Cell): Action {
  switch (vault) {
    case 'unreadable':
      return 'none';
    case 'absent':
      return store === 'absent' || store === 'hidden' ? 'none' : 'pull';
    case 'deleted':
      return decideRemoved(store, base);
    case 'present':
      return decideKept(store, base);
  }
}

/** The only way in which something leaves the store: the user removed it, and what they saw is what stands there. */
function decideRemoved(store: StoreSide, base: Base): Action {
  if (store === 'absent') return base === 'none' ? 'none' : 'recordBase';
  if (store === 'hidden') return base === 'none' ? 'none' : 'removalPending';
  return base === 'store' ? 'remove' : 'conflict';
}

function decideKept(store: StoreSide, base: Base): Action {
  switch (store) {
    case 'absent':
      return 'offer';
    case 'hidden':
      return base === 'vault' ? 'none' : 'offer';
    case 'same':
      return base === 'both' ? 'none' : 'recordBase';
    case 'earlier':
      return base === 'store' ? 'push' : 'conflict';
    case 'other':
    case 'unreadable':
      if (base === 'vault') return 'pull';
      return base === 'store' ? 'push' : 'conflict';
  }
}

/** Copies of what is entered here: bases are kept, values move by command only, and nothing is a conflict. */
function forOwnCopies(action: Action): Action {
  if (action === 'recordBase' || action === 'offer' || action === 'removalPending') return action;
  if (action === 'push') return 'offer';
  return action === 'remove' ? 'removalPending' : 'none';
}

/** A profile in the store, an entry that cannot be read, or null for none. */
export type StoreEntry = Profile | 'unreadable' | null;

/** The situation that a reading shows. */
export function deriveCell(
  consent: Consent,
  read: VaultRead,
  entry: StoreEntry,
  fingerprintOf: Fingerprinter,
): Cell & { readonly vaultPrint: Fingerprint | null; readonly storePrint: Fingerprint | null } {
  const storePrint = printOf(entry);
  const envelope = read.kind === 'present' ? read.envelope : null;
  const vaultPrint = envelope?.fingerprint ?? null;
  const store = storePrint === null ? withoutValue(entry) : compare(storePrint, envelope, fingerprintOf);
  // What was agreed on for another provider says nothing about this one.
  const isOtherProvider = envelope !== null && isProfile(entry) && entry.provider !== envelope.identity.provider;
  const base = isOtherProvider ? 'other' : baseOf(read, storePrint);
  const authority = authorityOf(entry);
  return {
    consent,
    authority,
    vault: read.kind,
    store: isOtherProvider ? 'other' : store,
    base,
    vaultPrint,
    storePrint,
  };
}

function authorityOf(entry: StoreEntry): Authority {
  if (!isProfile(entry)) return 'both';
  const { type, material, origin, dormancy } = entry;
  if (type === 'unknown' || material.kind === 'ref' || origin === 'inherited') return 'managed';
  if (type === 'oauth') return 'gateway';
  return dormancy === null ? 'both' : 'managed';
}

function printOf(entry: StoreEntry): Fingerprint | null {
  return isProfile(entry) && entry.material.kind === 'value' ? entry.material.fingerprint : null;
}

function withoutValue(entry: StoreEntry): 'absent' | 'unreadable' | 'hidden' {
  if (entry === 'unreadable') return 'unreadable';
  return entry?.material.kind === 'hidden' ? 'hidden' : 'absent';
}

function compare(storePrint: Fingerprint, envelope: Envelope | null, fingerprintOf: Fingerprinter): StoreSide {
  if (envelope?.fingerprint === storePrint) return 'same';
  const previous = envelope?.previous ?? null;
  return previous !== null && fingerprintCredential(previous, fingerprintOf) === storePrint ? 'earlier' : 'other';
}

function baseOf(read: VaultRead, storePrint: Fingerprint | null): Base {
  const base =
    read.kind === 'present'
      ? read.envelope.baseFingerprint
      : read.kind === 'deleted'
        ? read.tombstone.fingerprint
        : null;
  if (base === null) return 'none';
  const isVaults = read.kind === 'present' && read.envelope.fingerprint === base;
  if (storePrint === base) return isVaults ? 'both' : 'store';
  return isVaults ? 'vault' : 'other';
}

function isProfile(entry: StoreEntry): entry is Profile {
  return entry !== null && entry !== 'unreadable';
}
