import type { SeenCredential } from '../../domain/change.ts';
import type { UndoMark } from '../../domain/changeRecord.ts';
import { type Credential, fingerprintCredential, type Profile } from '../../domain/credential.ts';
import { AppError } from '../../domain/errors.ts';
import { seenCredential } from '../../domain/expectation.ts';
import type { CallOptions } from '../../gateway/service.ts';
import { isRefusedAsExpired } from '../../sync/removal.ts';
import { isRemovable } from '../../view/treeModel.ts';
import type { CommandContext } from './context.ts';
import type { Place } from './place.ts';

/** The credential that a write is about to replace, for undo; null where there is none, or it is not what the user saw. */
export async function readReplaced(
  context: CommandContext,
  { agentId, profileId }: Pick<Place, 'agentId' | 'profileId'>,
  seen: Profile | null,
  options?: CallOptions,
): Promise<Credential | null> {
  const expected = seenCredential(seen);
  if (expected === null) return null;
  const stored = await context.gateway.readCredential(agentId, profileId, options).catch((thrown: unknown) => {
    context.log.warn('the value could not be read before it is replaced', { code: AppError.from(thrown).code });
    return null;
  });
  return stored !== null && fingerprintCredential(stored, context.fingerprint) === expected ? stored : null;
}

/** Whether a write over `seen` can be taken back, when `before` is what is known of it. */
export function undoMarkOf(
  { model, clock }: CommandContext,
  seen: SeenCredential | null,
  before: Credential | null,
): UndoMark {
  const status = model.status();
  if (before !== null)
    return status !== null && isRefusedAsExpired(before, status.era, clock.now()) ? 'expired' : 'offered';
  if (seen !== null) return 'valueUnknown';
  return status !== null && isRemovable(status) ? 'offered' : 'noRemoval';
}
