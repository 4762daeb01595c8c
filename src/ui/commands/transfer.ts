import { l10n } from 'vscode';
import { seenCredential } from '../../domain/expectation.ts';
import { pullProfile, pushProfile } from '../../sync/transfer.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { concludeChange } from './concludeChange.ts';
import { noteChange, transferParts, type CommandContext } from './context.ts';
import type { Place } from './place.ts';
import { readReplaced, undoMarkOf } from './replaced.ts';
import { resolveCredential, resolveProfile } from './target.ts';
import { undoOfCopy, undoOfPush } from './undoParts.ts';

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
  const before = await readReplaced(context, place, profile);
  const undo = undoMarkOf(context, seenCredential(profile), before);
  const outcome = await context.messages.during(l10n.t('Storing {0}', name), (call) =>
    pushProfile(transferParts(context), key, profile, call),
  );
  const pushed = await context.vault.read(key);
  const provider = pushed.kind === 'present' ? pushed.envelope.identity.provider : profile?.provider;
  const subject = { ...key, ...(provider === undefined ? {} : { provider }), action: 'putCredential' } as const;
  const record = await noteChange(context, subject, undo, outcome);
  await concludeChange(context, { outcome, record }, l10n.t('{0} is stored and was read back.', name), () =>
    pushed.kind === 'present'
      ? undoOfPush(context, pushed.envelope.identity, { ...pushed.envelope, before, record })
      : null,
  );
}

/** Copies what the store holds into VS Code's secret storage. */
export async function pullToVault(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveProfile(context, argument, 'pull', l10n.t('Pull Credential from Store to VS Code'));
  if (target === null) return;
  const { key, profile } = sides(context, { agentId: target.agent.id, profileId: target.profile.id });
  if (profile === null) return;
  const identity = { ...key, provider: profile.provider };
  const before = await context.vault.read(key);
  const outcome = await pullProfile(transferParts(context), key, profile);
  const undo = before.kind === 'unreadable' ? 'valueUnknown' : 'offered';
  const record = await noteChange(context, { ...identity, action: 'keepCopy' }, undo, outcome);
  const done = l10n.t('VS Code keeps a copy of {0} now.', display(target.profile.id));
  const pulled = profile.material.kind === 'value' ? profile.material.fingerprint : null;
  await concludeChange(context, { outcome, record }, done, () =>
    pulled === null || before.kind === 'unreadable'
      ? null
      : undoOfCopy(context, identity, { before, after: pulled, record }),
  );
}

function sides({ model }: CommandContext, { agentId, profileId }: Pick<Place, 'agentId' | 'profileId'>) {
  return { key: model.vaultKey(agentId, profileId), profile: model.profile(agentId, profileId) };
}
