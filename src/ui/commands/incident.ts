import { commands, l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { Outcome } from '../../domain/change.ts';
import type { AgentId, ProfileId } from '../../domain/ids.ts';
import { isLoss } from '../../sync/incidents.ts';
import type { IncidentSync } from '../../sync/syncEngine.ts';
import type { ProfileIdentity } from '../../vault/vault.ts';
import { display } from '../../view/display.ts';
import { isRemovable } from '../../view/treeModel.ts';
import type { Argument } from '../../view/targets.ts';
import { presentError, presentUnknown } from '../presentError.ts';
import { incidentWords } from '../syncWords.ts';
import { noteChange, type CommandContext } from './context.ts';
import { pickMany, pickOne } from './pick.ts';
import { agentOf } from './target.ts';
import { undoOfPush } from './undoParts.ts';

interface Loss {
  readonly agentId: AgentId;
  readonly incident: IncidentSync;
}

/** Puts back what a store has lost, as far as VS Code has a copy of it: all of it, or what the user picks. */
export async function restoreStore(context: CommandContext, argument: Argument, which: 'all' | 'some'): Promise<void> {
  const loss = await resolveLoss(context, argument, l10n.t('Restore Profiles'));
  if (loss === null) return;
  const { agentId, incident } = loss;
  const said = incidentWords(incident, display(agentId));
  if (!isLoss(incident)) {
    void context.messages.warn(l10n.t('{0} It has to be repaired before anything can be put back.', said), [
      { label: l10n.t('Run doctor in Terminal'), run: () => commands.executeCommand<undefined>(COMMANDS.runDoctor) },
    ]);
    return;
  }
  if (incident.restorable.length === 0) {
    void context.messages.warn(l10n.t('{0} VS Code has no copy of what is gone.', said), [takeAsItIs(agentId)]);
    return;
  }
  const chosen = which === 'all' ? incident.restorable : await pickRestorable(loss);
  if (chosen !== undefined && chosen.length > 0) await restore(context, loss, chosen);
}

/** The user knows of the loss and leaves the store alone; what VS Code keeps of it stays there. */
export async function dismissLoss(context: CommandContext, argument: Argument): Promise<void> {
  const loss = await resolveLoss(context, argument, l10n.t('Take the Store As It Is'));
  if (loss === null) return;
  await context.engine.dismiss(loss.agentId);
  await context.model.reload();
  void context.messages.inform(
    l10n.t('The store of agent {0} is taken as it is. VS Code’s copies stay.', display(loss.agentId)),
  );
}

async function resolveLoss(context: CommandContext, argument: Argument, title: string): Promise<Loss | null> {
  const wanted = agentOf(context, argument);
  const found = [...context.engine.state.agents].flatMap(([agentId, { incident }]) =>
    incident === null || (wanted !== undefined && wanted !== agentId) ? [] : [{ agentId, incident }],
  );
  if (found.length === 0) {
    void context.messages.inform(
      context.engine.state.consent === null || context.engine.state.consent === 'off'
        ? l10n.t('VS Code keeps nothing of this host, so it does not notice what a store loses.')
        : l10n.t('No store has lost anything.'),
      [
        {
          label: l10n.t('Choose What VS Code Keeps…'),
          run: () => commands.executeCommand<undefined>(COMMANDS.chooseConsent),
        },
      ],
    );
    return null;
  }
  const options = found.map((value) => ({
    label: display(value.agentId),
    description: incidentWords(value.incident, display(value.agentId)),
    value,
  }));
  return (await pickOne(title, l10n.t('Choose an agent'), options)) ?? null;
}

function pickRestorable({ agentId, incident }: Loss): Promise<readonly ProfileIdentity[] | undefined> {
  return pickMany(
    l10n.t('Restore Profiles of Agent {0}', display(agentId)),
    l10n.t('Choose what to put back'),
    incident.restorable.map((value) => ({
      label: display(value.profileId),
      description: display(value.provider),
      picked: true,
      value,
    })),
  );
}

async function restore(
  context: CommandContext,
  { agentId, incident }: Loss,
  chosen: readonly ProfileIdentity[],
): Promise<void> {
  const title = l10n.t('Restoring the profiles of agent {0}', display(agentId));
  const outcomes = await context.messages.during(title, (call) =>
    context.engine.restore(
      agentId,
      chosen.map(({ profileId }) => profileId),
      call,
    ),
  );
  await context.model.reload();
  const status = context.model.status();
  const mark = status !== null && isRemovable(status) ? 'offered' : 'noRemoval';
  const parts = [];
  for (const identity of chosen) {
    const outcome = outcomes.get(identity.profileId);
    if (outcome === undefined) continue;
    const record = await noteChange(context, { ...identity, action: 'putCredential' }, mark, outcome);
    const read = await context.vault.read(identity);
    if (outcome.kind === 'done' && mark === 'offered' && read.kind === 'present')
      parts.push(undoOfPush(context, identity, { credential: read.envelope.credential, before: null, record }));
  }
  report(context, { agentId, incident }, outcomes, parts, mark);
}

/** One message for all: VS Code shows no more than three. */
function report(
  context: CommandContext,
  { agentId, incident }: Loss,
  outcomes: ReadonlyMap<ProfileId, Outcome>,
  parts: Parameters<CommandContext['undo']['offer']>[1],
  mark: 'offered' | 'noRemoval',
): void {
  const failed = [...outcomes].flatMap(([id, outcome]) => {
    if (outcome.kind === 'done') return [];
    const present = outcome.kind === 'notDone' ? presentError : presentUnknown;
    return [`${display(id)}: ${present(outcome.error).message}`];
  });
  const back = outcomes.size - failed.length;
  const words = [
    l10n.t('{0} of {1} profiles of agent {2} are back.', back, incident.gone.length, display(agentId)),
    ...lostWords(incident),
  ].join(' ');
  const undo = mark === 'offered' ? context.undo.offer(words, parts) : context.undo.refuse(words, mark);
  if (failed.length === 0) {
    void context.messages.inform(words, undo);
    return;
  }
  const again = {
    label: l10n.t('Try Again'),
    run: () => commands.executeCommand<undefined>(COMMANDS.restore, { agentId }),
  };
  void context.messages.warn([words, ...failed].join(' '), [again, ...undo]);
}

/** OAuth logins are never copied, so they have to be made anew. */
function lostWords({ gone, restorable }: IncidentSync): string[] {
  const lost = gone.filter((id) => !restorable.some(({ profileId }) => profileId === id));
  if (lost.length === 0) return [];
  const names = lost.map((id) => display(id)).join(', ');
  return [l10n.t('VS Code has no copy of {0}: log in again with openclaw, or add them anew.', names)];
}

function takeAsItIs(agentId: AgentId) {
  return {
    label: l10n.t('Take the Store As It Is'),
    run: () => commands.executeCommand<undefined>(COMMANDS.dismissLoss, { agentId }),
  };
}
