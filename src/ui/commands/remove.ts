import { l10n } from 'vscode';
import { AppError } from '../../domain/errors.ts';
import { seenCredential, seenOrder } from '../../domain/expectation.ts';
import { pinsOf } from '../../domain/sessionPin.ts';
import { findUndo, type Undo } from '../../sync/removal.ts';
import { display } from '../../view/display.ts';
import { findUses } from '../../view/explain.ts';
import type { Argument } from '../../view/targets.ts';
import type { ProfileIdentity } from '../../vault/vault.ts';
import { concludeChange } from './concludeChange.ts';
import { applyChange, noteChange, transferParts, type CommandContext } from './context.ts';
import { identityOf } from './place.ts';
import { resolveCredential, type ProfileTarget } from './target.ts';
import { undoOfCopy, undoOfRemoval } from './undoParts.ts';

/** Says what relies on the profile, removes it after a question, and offers undo where the value is known. */
export async function removeProfile(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveCredential(context, argument, 'remove', l10n.t('Remove Profile'));
  if (target === null) return;
  if (target.kind === 'kept') return removeCopy(context, target.identity);
  const place = { agentId: target.agent.id, provider: target.profile.provider, profileId: target.profile.id };
  const profile = context.model.profile(place.agentId, place.profileId);
  if (profile === null) return context.messages.report(new AppError('profileMissing', { side: 'store' }));
  const expected = seenCredential(profile) ?? 'hidden';
  const identity = identityOf(context, place);
  const { era } = target.host;
  const undo = await findUndo(transferParts(context), identity, profile, { era, now: context.clock.now() });
  const name = display(place.profileId);
  const question = l10n.t('Remove {0} from agent {1}?', name, display(place.agentId));
  const detail = describeUses(target, undo, await pinningSessions(context, target));
  if (!(await context.messages.confirm(question, detail, l10n.t('Remove')))) return;

  const title = l10n.t('Removing {0}', name);
  const before = 'credential' in undo ? undo.credential : null;
  const mark = before !== null ? 'offered' : undo.kind === 'expired' ? 'expired' : 'valueUnknown';
  const changed = await context.messages.during(title, (call) =>
    applyChange(context, { kind: 'removeProfile', ...place, expected }, mark, call),
  );
  if (changed.outcome.kind === 'done') {
    const kept =
      context.engine.state.consent === 'off'
        ? await context.vault.forget(identity)
        : await context.vault.remove(identity, before === null ? {} : { previous: before });
    if (kept.kind !== 'done') void context.messages.report(kept.error);
  }
  // The removal also took the profile out of the order that was set for the agent.
  const order = { provider: target.provider.id, listed: seenOrder(target.provider.order) };
  await concludeChange(context, changed, l10n.t('{0} was removed.', name), () =>
    before === null ? null : undoOfRemoval(context, identity, { before, order, record: changed.record }),
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
  const read = await context.vault.read(identity);
  if (read.kind === 'unreadable') return context.messages.report(read.error);
  if (read.kind !== 'present') return context.messages.report(new AppError('profileMissing', { side: 'vault' }));
  if (!(await context.messages.confirm(question, detail, l10n.t('Remove')))) return;
  const outcome = await context.vault.remove(identity, { forgets: true });
  const record = await noteChange(context, { ...identity, action: 'dropCopy' }, 'offered', outcome);
  await concludeChange(context, { outcome, record }, l10n.t('{0} was removed.', name), () =>
    undoOfCopy(context, identity, { before: read, after: 'deleted', record }),
  );
}

const MAX_NAMED = 5;

/** Sessions that a person has tied to the profile, by name. `null`: they could not be read, which must not keep anybody from removing. */
async function pinningSessions(
  { gateway }: CommandContext,
  { host, agent, profile }: ProfileTarget,
): Promise<readonly string[] | null> {
  try {
    const found = await gateway.sessions();
    const heirs = new Set<string>([agent.id, ...findUses(host, agent.id, profile.id).inheritedBy]);
    if (found.unread.some((id) => heirs.has(id))) return null;
    const pins = pinsOf(found).filter((pin) => pin.profileId === profile.id && heirs.has(pin.agentId));
    return pins.filter(({ source }) => source !== 'auto').map(({ displayName }) => displayName);
  } catch {
    return null;
  }
}

function pinWords(sessions: readonly string[] | null): readonly string[] {
  if (sessions === null) return [l10n.t('Sessions that pin it with /model will fall back to another profile.')];
  if (sessions.length === 0) return [];
  const named = sessions.slice(0, MAX_NAMED).map(display).join(', ');
  return [
    sessions.length > MAX_NAMED
      ? l10n.t('{0} sessions pin it and will fall back to another profile, among them: {1}', sessions.length, named)
      : l10n.t('These sessions pin it and will fall back to another profile: {0}', named),
  ];
}

function describeUses(
  { host, agent, profile, provider: { order } }: ProfileTarget,
  undo: Undo,
  sessions: readonly string[] | null,
): string {
  const uses = findUses(host, agent.id, profile.id);
  const names = (ids: readonly string[]): string => ids.map((id) => display(id)).join(', ');
  return [
    ...(uses.winnerOf.length > 0 ? [l10n.t('It is in use for: {0}', names(uses.winnerOf))] : []),
    ...(uses.inOrderOf.length > 0 ? [l10n.t('It stands in the order of: {0}', names(uses.inOrderOf))] : []),
    ...(uses.inheritedBy.length > 0 ? [l10n.t('It is inherited by: {0}', names(uses.inheritedBy))] : []),
    ...pinWords(sessions),
    ...(order.listedIn === 'config' && order.listed.includes(profile.id)
      ? [l10n.t('Its place in auth.order of openclaw.json goes with it, for good.')]
      : []),
    undoWords(undo),
  ].join('\n');
}

function undoWords({ kind }: Undo): string {
  const words: Record<Undo['kind'], string> = {
    same: l10n.t('It can be undone: a copy stays in VS Code’s secret storage.'),
    uncompared: l10n.t('Undoing it brings back VS Code’s copy, which could not be compared with the store.'),
    expired: l10n.t('It cannot be undone: it has expired, and this OpenClaw release takes no expired token.'),
    unknown: l10n.t('It cannot be undone: its value is not known here.'),
  };
  return words[kind];
}
