import * as path from 'node:path';
import { parseEnv } from 'node:util';
import type { Outcome } from '../domain/change.ts';
import { removeVariable, setVariable } from '../domain/dotenv.ts';
import { AppError } from '../domain/errors.ts';
import type { Fingerprint, Fingerprinter } from '../domain/ids.ts';
import type { Secret } from '../platform/secret.ts';
import { replaceFile } from './jsonStore/replaceFile.ts';
import { readTextFile } from './readFile.ts';

/** An entry of `<stateDir>/.env`, which the gateway reads when it starts, also as a service. */
export interface VariableWrite {
  readonly name: string;
  /** `null`: without it. */
  readonly value: Secret | null;
  /** Of what the user saw there; `null`: no such entry. */
  readonly expected: Fingerprint | null;
}

/**
 * Writes the entry and reads it back. Mode 0600; comments and every other entry stay byte for byte. Errors: `changeConflict` where
 * another value stands there, `credentialInvalid` for a value that cannot be quoted, `storeUnreadable`, and those of `replaceFile`.
 * Nobody locks this file, so a program that writes it at the same moment may still win; then it is not confirmed.
 */
export async function writeVariable(
  stateDir: string,
  { name, value, expected }: VariableWrite,
  fingerprint: Fingerprinter,
): Promise<Outcome> {
  const file = path.join(stateDir, '.env');
  try {
    const read = await readTextFile(file);
    if (read.kind === 'unreadable') throw new AppError('storeUnreadable', { path: file, problem: read.problem });
    const before = read.kind === 'ok' ? read : null;
    const was = before?.text ?? '';
    if (seenIn(was, name, fingerprint) !== expected)
      throw new AppError('changeConflict', { path: file, reason: 'changed' });
    const text = value === null ? removeVariable(was, name) : setVariable(was, name, value);
    if (text === was) return { kind: 'done', isNoop: true };
    const wasExposed = await replaceFile({ path: file, before, text, checkStill: () => Promise.resolve() });
    return { kind: 'done', isNoop: false, ...(wasExposed ? { notices: ['tightened'] } : {}) };
  } catch (thrown) {
    const error = AppError.from(thrown);
    return { kind: error.code === 'writeNotConfirmed' ? 'unknown' : 'notDone', error };
  }
}

function seenIn(text: string, name: string, fingerprint: Fingerprinter): Fingerprint | null {
  const value = (parseEnv(text)[name] ?? '').trim();
  return value === '' ? null : fingerprint(value);
}
