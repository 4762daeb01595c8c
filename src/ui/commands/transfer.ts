import { l10n } from 'vscode';
import type { Outcome } from '../../domain/change.ts';
import type { Profile } from '../../domain/credential.ts';
import { AppError } from '../../domain/errors.ts';
import { pullProfile, pushProfile } from '../../sync/transfer.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import type { Envelope } from '../../vault/vault.ts';
import type { Choice } from '../messages.ts';
import { conclude, transferParts, type CommandContext } from './context.ts';
import type { Place } from './storeCredential.ts';
import { resolveCredential, resolveProfile } from './target.ts';

/** Writes the copy that VS Code keeps to the store. */
export async function pushToStore(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveCredential(context, argument, 'push', l10n.t('Push Copy from VS Code to Store'));
  if (target === null) return;
  const place = target.kind === 'kept' ? target.identity : { agentId: target.agent.id, profileId: target.profile.id };
  const name = display(place.profileId);
  const question = l10n.t('Write VS Code’s copy of {0} to the store?', name);
  // As the user sees it now: what changes while the question is open is a conflict.
  const { key, profile } = sides(context, place);
  const replaced =
    profile === null
      ? l10n.t('Agent: {0}. The store has no such profile.', display(place.agentId))
      : l10n.t('Agent: {0}. What the store holds now is replaced.', display(place.agentId));
  if (!(await context.messages.confirm(question, replaced, l10n.t('Write')))) return;
  const outcome = await context.messages.during(l10n.t('Storing {0}', name), (call) =>
    pushProfile(transferParts(context), key, profile, call),
  );
  await conclude(context, outcome, l10n.t('{0} is stored and was read back.', name));
}

/** Copies what the store holds into VS Code's secret storage. */
export async function pullToVault(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveProfile(context, argument, 'pull', l10n.t('Pull Credential from Store to VS Code'));
  if (target === null) return;
  const { key, profile } = sides(context, { agentId: target.agent.id, profileId: target.profile.id });
  if (profile === null) return;
  const before = await context.vault.read(key);
  const outcome: Outcome = await pullProfile(transferParts(context), key, profile);
  const name = display(target.profile.id);
  const undo = before.kind === 'present' ? [undoOf(context, before.envelope, profile)] : [];
  await conclude(context, outcome, l10n.t('VS Code keeps a copy of {0} now.', name), undo);
}

/** The copy before, which may be what the user had entered and not yet pushed; only in the place of what was pulled. */
function undoOf(context: CommandContext, { identity, credential }: Envelope, { material }: Profile): Choice {
  const run = async (): Promise<void> => {
    const now = await context.vault.read(identity);
    const isPulled =
      now.kind === 'present' && material.kind === 'value' && now.envelope.fingerprint === material.fingerprint;
    const outcome: Outcome = isPulled
      ? await context.vault.put(identity, credential)
      : { kind: 'notDone', error: new AppError('changeConflict', { side: 'vault' }) };
    await conclude(context, outcome, l10n.t('VS Code’s copy of {0} is as before.', display(identity.profileId)));
  };
  return { label: l10n.t('Undo'), run };
}

function sides({ model }: CommandContext, { agentId, profileId }: Pick<Place, 'agentId' | 'profileId'>) {
  return { key: model.vaultKey(agentId, profileId), profile: model.profile(agentId, profileId) };
}
