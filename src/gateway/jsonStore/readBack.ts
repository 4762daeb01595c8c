import type { Change, Outcome } from '../../domain/change.ts';
import { AppError } from '../../domain/errors.ts';
import { planConfigEdit } from '../configWriter.ts';
import { isShown } from './plan.ts';
import { storeRevision } from './reader.ts';
import { readStoreFiles } from './storeFiles.ts';
import type { JsonWriteContext } from './writer.ts';

/** The store's version before a change that somebody else makes. */
export async function revisionBefore({ dirs, release }: JsonWriteContext): Promise<string> {
  return storeRevision(await readStoreFiles(dirs.agentDir, release));
}

/**
 * How a change ended whose writer died without an answer (`error`), told from the files: the store shows it, or it is as it was
 * before, or neither is certain. The writer must have ended. Never throws.
 */
export async function readBack(
  change: Change,
  context: JsonWriteContext,
  before: string,
  error: AppError,
): Promise<Outcome> {
  const { dirs, release, configPath } = context;
  try {
    const files = await readStoreFiles(dirs.agentDir, release);
    const isSame = storeRevision(files) === before;
    if (release !== null && isShown(change, files, release)) {
      // A configuration entry that stays beside another agent's profile is right, so only an addition is held against it.
      const isConfigured =
        change.kind !== 'putCredential' || (await planConfigEdit(configPath, change, release)) === null;
      if (isConfigured) return { kind: 'done', isNoop: isSame };
    } else if (isSame) return { kind: 'notDone', error };
  } catch (thrown) {
    return { kind: 'unknown', error: AppError.from(thrown) };
  }
  return { kind: 'unknown', error };
}
