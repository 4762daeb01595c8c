import { l10n } from 'vscode';
import type { SeenOrder } from '../../domain/change.ts';
import { seenOrder } from '../../domain/expectation.ts';
import type { ProfileId } from '../../domain/ids.ts';
import { display } from '../../view/display.ts';
import { moveInOrder, type Move } from '../../view/reorder.ts';
import type { Argument } from '../../view/targets.ts';
import { conclude, type CommandContext } from './context.ts';
import { resolveProfile, resolveProviderRow } from './target.ts';

const ABILITY_OF = { first: 'makeFirst', up: 'moveUp', down: 'moveDown' } as const;

/** Sets an order for the agent in which the profile has moved. */
export async function moveProfile(context: CommandContext, argument: Argument, move: Move): Promise<void> {
  const target = await resolveProfile(context, argument, ABILITY_OF[move], l10n.t('Change Order'));
  if (target === null) return;
  const { agent, provider, profile } = target;
  const profileIds = moveInOrder(provider, profile.id, move);
  if (profileIds === null) return;
  const before = seenOrder(provider.order);
  const title = l10n.t('Setting the order of {0} for agent {1}', display(provider.id), display(agent.id));
  const outcome = await context.messages.during(title, (call) =>
    context.gateway.apply(
      { kind: 'setOrder', agentId: agent.id, provider: provider.id, profileIds, expected: before },
      call,
    ),
  );
  await context.model.reload();
  if (outcome.kind !== 'done') {
    void context.messages.reportOutcome(outcome);
    return;
  }
  void context.messages.reportNotices(outcome.notices);
  const place = profileIds.indexOf(profile.id) + 1;
  void context.messages.inform(
    l10n.t('{0} is now number {1} for agent {2}.', display(profile.id), place, display(agent.id)),
    [{ label: l10n.t('Undo'), run: () => setOrder(context, target, before, profileIds) }],
  );
}

/** Removes the order that was set for the agent, so that `openclaw.json` or the types decide again. */
export async function clearOrder(context: CommandContext, argument: Argument): Promise<void> {
  const row = await resolveProviderRow(context, argument, 'clearOrder', l10n.t('Clear Order'));
  if (row === null) return;
  const { agent, provider } = row;
  const title = l10n.t('Clearing the order of {0} for agent {1}', display(provider.id), display(agent.id));
  const outcome = await context.messages.during(title, (call) =>
    context.gateway.apply(
      { kind: 'clearOrder', agentId: agent.id, provider: provider.id, expected: seenOrder(provider.order) },
      call,
    ),
  );
  await context.model.reload();
  if (outcome.kind !== 'done') {
    void context.messages.reportOutcome(outcome);
    return;
  }
  void context.messages.reportNotices(outcome.notices);
  void context.messages.inform(
    l10n.t('The order of {0} is cleared for agent {1}.', display(provider.id), display(agent.id)),
    [{ label: l10n.t('Undo'), run: () => setOrder(context, row, provider.order.listed, null) }],
  );
}

type OrderOwner = Pick<NonNullable<Awaited<ReturnType<typeof resolveProviderRow>>>, 'agent' | 'provider'>;

/** `expected` is what was written before: undoing it must not undo what somebody else did since. */
async function setOrder(
  context: CommandContext,
  { agent, provider }: OrderOwner,
  profileIds: readonly ProfileId[] | null,
  expected: SeenOrder,
): Promise<void> {
  const where = { agentId: agent.id, provider: provider.id, expected };
  const title = l10n.t('Restoring the order of {0}', display(provider.id));
  const outcome = await context.messages.during(title, (call) =>
    context.gateway.apply(
      profileIds === null ? { kind: 'clearOrder', ...where } : { kind: 'setOrder', ...where, profileIds },
      call,
    ),
  );
  await conclude(context, outcome, l10n.t('The order of {0} is as before.', display(provider.id)));
}
