import { keyedHash } from '../platform/keyedHash.ts';
import type { Secret } from '../platform/secret.ts';
import { fingerprint, type Fingerprinter } from './ids.ts';

/** Fingerprints under a key, which makes them worthless to whoever does not have it. */
export function keyedFingerprinter(key: Secret): Fingerprinter {
  return (text) => fingerprint(keyedHash(key, text));
}
