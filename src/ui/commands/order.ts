import { l10n } from 'vscode';
import { seenOrder } from '../../domain/expectation.ts';
import { display } from '../../view/display.ts';
import type { ProfileId } from '../../domain/ids.ts';
import { moveInOrder, takePlace, type Move } from '../../view/reorder.ts';
import type { Argument } from '../../view/targets.ts';
import { concludeChange } from './concludeChange.ts';
import { applyChange, type CommandContext } from './context.ts';
import { pickOne } from './pick.ts';
import { resolveProfile, resolveProviderRow, type ProfileTarget } from './target.ts';
import { undoOfOrder } from './undoParts.ts';

const ABILITY_OF = { first: 'makeFirst', up: 'moveUp', down: 'moveDown' } as const;

/** Sets an order for the agent in which the profile has moved. */
export async function moveProfile(context: CommandContext, argument: Argument, move: Move): Promise<void> {
  const target = await resolveProfile(context, argument, ABILITY_OF[move], l10n.t('Change Order'));
  if (target === null) return;
  const { provider, profile } = target;
  const profileIds = moveInOrder(provider, profile.id, move);
  if (profileIds !== null) await setOrder(context, target, profileIds);
}

/** As above, to the place of another profile, which the argument names or the user picks. */
export async function moveProfileTo(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Move to Another Place');
  const target = await resolveProfile(context, argument, 'copy', title);
  if (target === null) return;
  const { provider, profile } = target;
  const named = argument !== undefined && !('kind' in argument) ? argument.placeOf : undefined;
  const places = provider.profiles.filter(({ id }) => takePlace(provider, profile.id, id) !== null);
  const options = places.map(({ id }, at) => ({ label: display(id), description: String(at + 1), value: id }));
  if (named !== undefined && !places.some(({ id }) => id === named)) {
    const text = l10n.t('{0} is not in the order, so nothing can take its place.', display(named));
    return context.messages.inform(text);
  }
  const placeOf =
    places.find(({ id }) => id === named)?.id ?? (await pickOne(title, l10n.t('Choose whose place it takes'), options));
  const profileIds = placeOf === undefined ? null : takePlace(provider, profile.id, placeOf);
  if (profileIds !== null) await setOrder(context, target, profileIds);
}

async function setOrder(
  context: CommandContext,
  { agent, provider, profile }: ProfileTarget,
  profileIds: readonly ProfileId[],
): Promise<void> {
  const place = { agentId: agent.id, provider: provider.id };
  const before = seenOrder(provider.order);
  const title = l10n.t('Setting the order of {0} for agent {1}', display(provider.id), display(agent.id));
  const changed = await context.messages.during(title, (call) =>
    applyChange(context, { kind: 'setOrder', ...place, profileIds, expected: before }, 'offered', call),
  );
  const number = profileIds.indexOf(profile.id) + 1;
  const done = l10n.t('{0} is now number {1} for agent {2}.', display(profile.id), number, display(agent.id));
  await concludeChange(context, changed, done, () =>
    undoOfOrder(context, place, { before, after: profileIds, record: changed.record }),
  );
}

/** Removes the order that was set for the agent, so that `openclaw.json` or the types decide again. */
export async function clearOrder(context: CommandContext, argument: Argument): Promise<void> {
  const row = await resolveProviderRow(context, argument, 'clearOrder', l10n.t('Clear Order'));
  if (row === null) return;
  const { agent, provider } = row;
  const place = { agentId: agent.id, provider: provider.id };
  const before = seenOrder(provider.order);
  const title = l10n.t('Clearing the order of {0} for agent {1}', display(provider.id), display(agent.id));
  const changed = await context.messages.during(title, (call) =>
    applyChange(context, { kind: 'clearOrder', ...place, expected: before }, 'offered', call),
  );
  const done = l10n.t('The order of {0} is cleared for agent {1}.', display(provider.id), display(agent.id));
  await concludeChange(context, changed, done, () =>
    undoOfOrder(context, place, { before, after: null, record: changed.record }),
  );
}
