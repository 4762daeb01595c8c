import type { SharedMarks } from '../platform/sharedMarks.ts';
import type { FingerprintKeyOrigin } from './fingerprintKey.ts';

/** Starts in a row at which the storage had nothing: a first start and one loss are not yet a storage that keeps nothing. */
const EMPTY_STARTS = 3;

/**
 * Whether the editor's secret storage keeps over restarts what it is given, as far as is known at this start. `forgets`: it was
 * empty at several starts in a row. VS Code falls back to memory where the system has no keyring, and says so nowhere that an
 * extension could read. `machine`: the computer on which the editor runs; several may be connected to one remote machine.
 */
export async function probePersistence(
  origin: FingerprintKeyOrigin,
  marks: SharedMarks,
  machine: string,
): Promise<'keeps' | 'forgets' | 'unknown'> {
  const name = `empty starts on ${machine}`;
  if (origin === 'unknown') return 'unknown';
  if (origin === 'kept') {
    await marks.take(name);
    return 'keeps';
  }
  const count = Number((await marks.read(name)) ?? 0) + 1;
  await marks.put(name, String(count));
  return count >= EMPTY_STARTS ? 'forgets' : 'unknown';
}
