import { l10n } from 'vscode';
import type { Outcome } from '../../domain/change.ts';
import type { ChangeRecord } from '../../domain/changeRecord.ts';
import type { Profile } from '../../domain/credential.ts';
import type { AgentId } from '../../domain/ids.ts';
import type { HostSnapshot } from '../../domain/snapshot.ts';
import {
  copyProfile,
  type CopyPlan,
  type CopyResult,
  type CopyTarget,
  isWritten,
  planCopy,
} from '../../sync/copyProfile.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { effectWords, refusalWords } from '../copyWords.ts';
import type { Choice } from '../messages.ts';
import { presentError, presentUnknown } from '../presentError.ts';
import { noteChange, transferParts, type CommandContext } from './context.ts';
import { pickMany } from './pick.ts';
import { undoMarkOf } from './replaced.ts';
import { resolveProfile } from './target.ts';
import { undoOfPush, undoOfStore } from './undoParts.ts';

/** A profile as it was shown, and what copying it would do. */
interface Preview {
  readonly snapshot: HostSnapshot;
  readonly from: AgentId;
  readonly profile: Profile;
  readonly plan: Extract<CopyPlan, { kind: 'planned' }>;
}

/** Copies a profile to chosen agents of the host, after a preview of what will change for each. */
export async function copyToAgents(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Copy to Other Agents');
  const target = await resolveProfile(context, argument, 'copyToAgents', title);
  const preview = target && look(context, target.agent.id, target.profile);
  if (preview === null) return;
  const chosen = await pickMany(
    title,
    l10n.t('Choose the agents that get {0} of agent {1}', display(preview.profile.id), display(preview.from)),
    preview.plan.targets.map((value) => ({
      ...{ label: display(value.agentId), description: effectWords(value), value },
      picked: isWritten(value) && isChosenBefore(argument, value.agentId),
    })),
  );
  if (chosen !== undefined) await confirmAndRun(context, preview, chosen);
}

/** By whoever calls the command, as the agents side by side do. */
function isChosenBefore(argument: Argument, id: AgentId): boolean {
  return argument !== undefined && 'toAgents' in argument && argument.toAgents.includes(id);
}

/** As the stores are shown now; says so when there is nothing to copy. */
function look({ model, messages }: CommandContext, from: AgentId, { id }: Pick<Profile, 'id'>): Preview | null {
  const profile = model.profile(from, id);
  if (profile === null || model.state.kind !== 'ready') {
    void messages.inform(l10n.t('The profile is no longer there. Nothing was changed.'));
    return null;
  }
  const { snapshot } = model.state;
  const plan = planCopy(profile, from, snapshot.agents);
  if (plan.kind === 'planned') return { snapshot, from, profile, plan };
  void messages.inform(refusalWords(plan.reason));
  return null;
}

async function confirmAndRun(context: CommandContext, preview: Preview, chosen: readonly CopyTarget[]): Promise<void> {
  const { snapshot, from, profile } = preview;
  const name = display(profile.id);
  const written = chosen.filter(isWritten);
  if (written.length === 0) {
    void context.messages.inform([l10n.t('There is nothing to copy.'), ...chosen.map(lineOf)].join(' '));
    return;
  }
  const question = l10n.t('Copy {0} to these agents?', name);
  const facts = [
    l10n.t('Gateway host: {0}, user: {1}', display(snapshot.hostName), display(snapshot.userName)),
    l10n.t('State directory: {0}', display(snapshot.stateDir)),
    l10n.t('From agent: {0}', display(from)),
    ...chosen.map(lineOf),
  ];
  if (await context.messages.confirm(question, facts.join('\n'), l10n.t('Copy'))) await run(context, preview, written);
}

function lineOf(target: CopyTarget): string {
  return l10n.t('{0}: {1}', display(target.agentId), effectWords(target));
}

/** How it ended for one agent, and its record in the history. */
interface Ended extends CopyResult {
  readonly record: ChangeRecord;
}

async function run(context: CommandContext, preview: Preview, targets: readonly CopyTarget[]): Promise<void> {
  const { snapshot, from, profile, plan } = preview;
  const source = { hostId: snapshot.hostId, agentId: from, profile, fingerprint: plan.fingerprint };
  const ended: Ended[] = [];
  await context.messages.during(l10n.t('Copying {0}', display(profile.id)), (call) =>
    copyProfile(transferParts(context), source, targets, {
      ...call,
      onTarget: ({ agentId }) =>
        call.onStep(l10n.t('agent {0}, {1} of {2}', display(agentId), ended.length + 1, targets.length)),
      onResult: async (result) => void ended.push({ ...result, record: await note(context, profile, result) }),
    }),
  );
  await context.model.reload();
  report(context, preview, ended);
}

function note(
  context: CommandContext,
  { id, provider }: Profile,
  { target, written, outcome }: CopyResult,
): Promise<ChangeRecord> {
  const subject = { action: 'putCredential', agentId: target.agentId, provider, profileId: id } as const;
  return noteChange(context, subject, undoMarkOf(context, target.expected, written?.before ?? null), outcome);
}

/** One message for all agents: VS Code shows no more than three. */
function report(context: CommandContext, preview: Preview, ended: readonly Ended[]): void {
  const name = display(preview.profile.id);
  const done = ended.filter(({ outcome }) => outcome.kind === 'done');
  const failed = ended.filter(({ outcome }) => outcome.kind !== 'done');
  const agents = done.map(({ target }) => display(target.agentId)).join(', ');
  const words =
    failed.length === 0
      ? l10n.t('{0} was copied and read back for: {1}.', name, agents)
      : l10n.t('{0} was copied for {1} of {2} agents.', name, done.length, ended.length);
  const undo = offerUndo(context, preview, done, words);
  if (failed.length === 0) {
    void context.messages.inform(words, undo);
    return;
  }
  const why = failed.map(({ target, outcome }) => `${display(target.agentId)}: ${failureWords(outcome)}`);
  const again = { label: l10n.t('Try Again'), run: () => tryAgain(context, preview, failed) };
  void context.messages.warn([words, ...why].join(' '), [again, ...undo]);
}

function failureWords(outcome: Outcome): string {
  if (outcome.kind === 'done') return '';
  return (outcome.kind === 'notDone' ? presentError(outcome.error) : presentUnknown(outcome.error)).message;
}

function offerUndo(
  context: CommandContext,
  { profile }: Preview,
  done: readonly Ended[],
  words: string,
): readonly Choice[] {
  const [first] = done;
  if (first === undefined) return [];
  const parts = done.flatMap(({ target, written, record }) => {
    if (written === null || record.undo !== 'offered') return [];
    const place = { agentId: target.agentId, provider: profile.provider, profileId: profile.id };
    const undoOf = written.isKept ? undoOfStore : undoOfPush;
    return [undoOf(context, place, { ...written, record })];
  });
  const mark = first.record.undo;
  if (parts.length > 0 || mark === 'offered') return context.undo.offer(words, parts);
  return context.undo.refuse(words, mark);
}

/** Only where it failed, as the stores are now: what is no longer as it was shown is asked for anew. */
async function tryAgain(context: CommandContext, before: Preview, failed: readonly Ended[]): Promise<void> {
  await context.model.reload();
  const preview = look(context, before.from, before.profile);
  if (preview === null) return;
  const shown = failed.map(({ target }) => target);
  const targets = preview.plan.targets.filter(({ agentId }) => shown.some((target) => target.agentId === agentId));
  const isAsShown =
    preview.plan.fingerprint === before.plan.fingerprint && JSON.stringify(targets) === JSON.stringify(shown);
  await (isAsShown ? run(context, preview, targets) : confirmAndRun(context, preview, targets));
}
