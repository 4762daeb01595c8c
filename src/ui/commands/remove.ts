import { l10n } from 'vscode';
import type { Credential } from '../../domain/credential.ts';
import { AppError } from '../../domain/errors.ts';
import { seenCredential } from '../../domain/expectation.ts';
import { display } from '../../view/display.ts';
import { findUses } from '../../view/explain.ts';
import type { Argument } from '../../view/targets.ts';
import type { ProfileIdentity } from '../../vault/vault.ts';
import { conclude, type CommandContext } from './context.ts';
import { identityOf, type Place } from './storeCredential.ts';
import { resolveCredential, type ProfileTarget } from './target.ts';

/** Says what relies on the profile, removes it after a question, and offers undo where the value is known. */
export async function removeProfile(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveCredential(context, argument, 'remove', l10n.t('Remove Profile'));
  if (target === null) return;
  if (target.kind === 'kept') return removeCopy(context, target.identity);
  const place = { agentId: target.agent.id, provider: target.profile.provider, profileId: target.profile.id };
  const expected = seenCredential(context.model.profile(place.agentId, place.profileId)) ?? 'hidden';
  const before = await findValue(context, place);
  const name = display(place.profileId);
  const question = l10n.t('Remove {0} from agent {1}?', name, display(place.agentId));
  if (!(await context.messages.confirm(question, describeUses(target, before !== null), l10n.t('Remove')))) return;

  const title = l10n.t('Removing {0}', name);
  const outcome = await context.messages.during(title, (call) =>
    context.gateway.apply({ kind: 'removeProfile', ...place, expected }, call),
  );
  if (outcome.kind !== 'done') {
    await conclude(context, outcome, '');
    return;
  }
  const identity = identityOf(context, place);
  const kept = await context.vault.remove(identity, before === null ? {} : { previous: before });
  if (kept.kind !== 'done') void context.messages.report(kept.error);
  await context.model.reload();
  void context.messages.reportNotices(outcome.notices);
  const undo = before === null ? [] : [{ label: l10n.t('Undo'), run: () => restore(context, place, before, target) }];
  void context.messages.inform(l10n.t('{0} was removed.', name), undo);
}

/** Removes a copy that only VS Code keeps. */
async function removeCopy(context: CommandContext, identity: ProfileIdentity): Promise<void> {
  const name = display(identity.profileId);
  const question = l10n.t('Remove VS Code’s copy of {0}?', name);
  const detail = l10n.t(
    'The store of agent {0} has no such profile: it may be the last copy.',
    display(identity.agentId),
  );
  const read = await context.vault.read(identity);
  if (!(await context.messages.confirm(question, detail, l10n.t('Remove')))) return;
  const outcome = await context.vault.remove(identity);
  await context.model.reload();
  if (outcome.kind !== 'done') return context.messages.reportOutcome(outcome);
  const undo = async (): Promise<void> => {
    if (read.kind !== 'present') return;
    const restored = await context.vault.put(identity, read.envelope.credential);
    await conclude(context, restored, l10n.t('{0} is back.', name));
  };
  void context.messages.inform(l10n.t('{0} was removed.', name), [{ label: l10n.t('Undo'), run: undo }]);
}

/** The value that would be lost: the store's where it can be read, else the vault's. */
async function findValue(context: CommandContext, place: Place): Promise<Credential | null> {
  const stored = await context.gateway.readCredential(place.agentId, place.profileId).catch((thrown: unknown) => {
    context.log.warn('the value could not be read before removal', { code: AppError.from(thrown).code });
    return null;
  });
  if (stored !== null) return stored;
  const read = await context.vault.read(identityOf(context, place));
  return read.kind === 'present' ? read.envelope.credential : null;
}

async function restore(
  context: CommandContext,
  place: Place,
  credential: Credential,
  target: ProfileTarget,
): Promise<void> {
  const title = l10n.t('Restoring {0}', display(place.profileId));
  const outcome = await context.messages.during(title, async (call) => {
    await context.vault.put(identityOf(context, place), credential);
    const written = await context.gateway.apply({ kind: 'putCredential', ...place, credential, expected: null }, call);
    const { listedIn, listed } = target.provider.order;
    // The removal also took the profile out of the order that was set for the agent.
    if (written.kind !== 'done' || listedIn !== 'stored' || !listed.includes(place.profileId)) return written;
    const { agentId } = place;
    const rest = listed.filter((id) => id !== place.profileId);
    const expected = rest.length === 0 ? null : rest;
    return context.gateway.apply(
      { kind: 'setOrder', agentId, provider: target.provider.id, profileIds: listed, expected },
      call,
    );
  });
  await conclude(context, outcome, l10n.t('{0} is back.', display(place.profileId)));
}

function describeUses({ host, profile, provider: { order } }: ProfileTarget, isValueKnown: boolean): string {
  const uses = findUses(host, profile.id);
  const names = (ids: readonly string[]): string => ids.map((id) => display(id)).join(', ');
  return [
    ...(uses.winnerOf.length > 0 ? [l10n.t('It is in use for: {0}', names(uses.winnerOf))] : []),
    ...(uses.inOrderOf.length > 0 ? [l10n.t('It stands in the order of: {0}', names(uses.inOrderOf))] : []),
    ...(uses.inheritedBy.length > 0 ? [l10n.t('It is inherited by: {0}', names(uses.inheritedBy))] : []),
    l10n.t('Sessions that pin it with /model will fall back to another profile.'),
    ...(order.listedIn === 'config' && order.listed.includes(profile.id)
      ? [l10n.t('Its place in auth.order of openclaw.json goes with it, for good.')]
      : []),
    isValueKnown
      ? l10n.t('It can be undone: a copy stays in VS Code’s secret storage.')
      : l10n.t('It cannot be undone: its value is not known here.'),
  ].join('\n');
}
