import { fingerprintCredential } from '../../../src/domain/credential.ts';
import type { Fingerprinter } from '../../../src/domain/ids.ts';
import type { Held } from '../../simulation/ledger.ts';
import { credentialOf, keyOf } from './soakWindow.ts';

interface Stored {
  readonly identity: { readonly agentId: string; readonly profileId: string };
  readonly credential?: { readonly value: string };
  readonly previous: { readonly value: string } | null;
  readonly baseFingerprint?: string | null;
  readonly tombstone?: { readonly fingerprint: string | null };
}

/** What stands under a key of the vault, with fingerprints in the place of values. */
export function heldIn(text: string, print: Fingerprinter): { readonly key: string; readonly held: Held } {
  const { identity, credential, baseFingerprint, previous, tombstone } = JSON.parse(text) as Stored;
  const printOf = (value: string): string => fingerprintCredential(credentialOf(value), print);
  const held: Held =
    credential === undefined
      ? { kind: 'tombstone', seen: tombstone?.fingerprint ?? null }
      : {
          kind: 'credential',
          value: printOf(credential.value),
          base: baseFingerprint ?? null,
          previous: previous === null ? null : printOf(previous.value),
        };
  return { key: keyOf(identity.agentId, identity.profileId), held };
}
