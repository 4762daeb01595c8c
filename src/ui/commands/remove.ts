import { l10n } from 'vscode';
import type { Credential } from '../../domain/credential.ts';
import { AppError } from '../../domain/errors.ts';
import { seenCredential, seenOrder } from '../../domain/expectation.ts';
import { display } from '../../view/display.ts';
import { findUses } from '../../view/explain.ts';
import type { ProfileIdentity } from '../../vault/vault.ts';
import { applyChange, concludeChange, noteChange, type CommandContext } from './context.ts';
import { identityOf, type Place } from './place.ts';
import { findKeptCopy, resolveProfile, type Argument, type ProfileTarget } from './target.ts';
import { undoOfCopy, undoOfRemoval } from './undoParts.ts';

/** Says what relies on the profile, removes it after a question, and offers undo where the value is known. */
export async function removeProfile(context: CommandContext, argument: Argument): Promise<void> {
  const copy = findKeptCopy(context, argument);
  if (copy !== null) return removeCopy(context, copy.identity);
  const target = await resolveProfile(context, argument, 'remove', l10n.t('Remove Profile'));
  if (target === null) return;
  const place = { agentId: target.agent.id, provider: target.profile.provider, profileId: target.profile.id };
  const expected = seenCredential(context.model.profile(place.agentId, place.profileId)) ?? 'hidden';
  const before = await findValue(context, place);
  const name = display(place.profileId);
  const question = l10n.t('Remove {0} from agent {1}?', name, display(place.agentId));
  if (!(await context.messages.confirm(question, describeUses(target, before !== null), l10n.t('Remove')))) return;

  const title = l10n.t('Removing {0}', name);
  const undo = before === null ? 'valueUnknown' : 'offered';
  const changed = await context.messages.during(title, (call) =>
    applyChange(context, { kind: 'removeProfile', ...place, expected }, undo, call),
  );
  if (changed.outcome.kind === 'done') {
    const kept = await context.vault.remove(identityOf(context, place), before === null ? {} : { previous: before });
    if (kept.kind !== 'done') void context.messages.report(kept.error);
  }
  const { provider } = target;
  const order = { provider: provider.id, listed: seenOrder(provider.order) };
  await concludeChange(context, changed, l10n.t('{0} was removed.', name), () =>
    before === null ? null : undoOfRemoval(context, place, before, order, changed.record),
  );
}

/** Removes a copy that only VS Code keeps. */
async function removeCopy(context: CommandContext, identity: ProfileIdentity): Promise<void> {
  const name = display(identity.profileId);
  const question = l10n.t('Remove VS Code’s copy of {0}?', name);
  const detail = l10n.t(
    'The store of agent {0} has no such profile: it may be the last copy.',
    display(identity.agentId),
  );
  const before = await context.vault.read(identity);
  if (!(await context.messages.confirm(question, detail, l10n.t('Remove')))) return;
  const outcome = await context.vault.remove(identity);
  const undo = before.kind === 'present' ? 'offered' : 'valueUnknown';
  const record = await noteChange(context, { ...identity, action: 'dropCopy' }, undo, outcome);
  await concludeChange(context, { outcome, record }, l10n.t('{0} was removed.', name), async () =>
    undoOfCopy(context, identity, before, await context.vault.read(identity), record),
  );
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
