import { l10n } from 'vscode';
import type { Outcome } from '../../domain/change.ts';
import type { ChangeRecord } from '../../domain/changeRecord.ts';
import type { SecretRef } from '../../domain/credential.ts';
import { seenCredential } from '../../domain/expectation.ts';
import {
  canAddReference,
  isReferenceAlias,
  isReferenceId,
  REFERENCE_SOURCES,
  type ReferenceSource,
} from '../../domain/reference.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { isRemovable } from '../../view/treeModel.ts';
import { reportEcho } from '../gatewayEcho.ts';
import type { UndoPart } from '../undo.ts';
import { noteChange, type CommandContext } from './context.ts';
import { askPlace } from './credentials.ts';
import { askText, pickOne } from './pick.ts';
import type { Place } from './place.ts';

/** Adds a profile whose key stands elsewhere: the gateway finds it there, and the store has no value of it. */
export async function addReference(context: CommandContext, argument: Argument): Promise<void> {
  const { messages, model, gateway } = context;
  const title = l10n.t('Add Key as Reference');
  if (model.state.kind === 'ready' && !canAddReference(model.state.snapshot.release)) {
    void messages.inform(l10n.t('This OpenClaw release knows no references. Add the key itself, or put it into .env.'));
    return;
  }
  const place = await askPlace(context, argument, title);
  if (place === null) return;
  const ref = await askReference(title);
  if (ref === null || !(await confirmPlace(context, place, ref))) return;
  const outcome = await messages.during(l10n.t('Adding {0}', display(place.profileId)), (call) =>
    gateway.putReference({ ...place, ref }, call),
  );
  const canUndo = removable(context);
  const subject = { action: 'putCredential', ...place } as const;
  const record = await noteChange(context, subject, canUndo ? 'offered' : 'noRemoval', outcome);
  await model.reload();
  if (outcome.kind !== 'done') return messages.reportOutcome(outcome);
  const done = l10n.t(
    '{0} of agent {1} is a reference now, and was read back.',
    display(place.profileId),
    place.agentId,
  );
  if (outcome.notices?.includes('reloadNeeded') === true) reportEcho(messages, 'reloadNeeded', place);
  const { undo } = context;
  void messages.inform(
    done,
    canUndo ? undo.offer(done, [undoPart(context, place, record)]) : undo.refuse(done, 'noRemoval'),
  );
}

async function askReference(title: string): Promise<SecretRef | null> {
  const words: Record<ReferenceSource, readonly [string, string]> = {
    env: [l10n.t('A variable'), l10n.t('of the gateway’s environment, or of its .env')],
    file: [l10n.t('A file'), l10n.t('that secrets.providers in openclaw.json declares')],
    exec: [l10n.t('A program'), l10n.t('that secrets.providers in openclaw.json declares')],
  };
  const options = REFERENCE_SOURCES.map((value) => ({ label: words[value][0], description: words[value][1], value }));
  const source = await pickOne(title, l10n.t('Where does the key stand?'), options);
  if (source === undefined) return null;
  const provider = source === 'env' ? 'default' : await askAlias(title);
  if (provider === undefined) return null;
  const prompt =
    source === 'env'
      ? l10n.t('Name of the variable, such as OPENROUTER_API_KEY')
      : l10n.t('What the provider of secrets calls the key');
  const id = await askText(title, prompt, '', (text) =>
    isReferenceId(source, text)
      ? undefined
      : source === 'env'
        ? l10n.t('Use capital letters, digits and underscores, and begin with a letter.')
        : l10n.t('Enter its name, without white space around it.'),
  );
  return id === undefined ? null : { source, provider, id };
}

function askAlias(title: string): Thenable<string | undefined> {
  return askText(title, l10n.t('Name under secrets.providers in openclaw.json'), '', (text) =>
    isReferenceAlias(text) ? undefined : l10n.t('Use small letters, digits, hyphens and underscores.'),
  );
}

function confirmPlace({ model, messages }: CommandContext, place: Place, ref: SecretRef): Promise<boolean> {
  const status = model.status();
  const facts = [
    l10n.t('Gateway host: {0}, user: {1}', display(status?.hostName ?? ''), display(status?.userName ?? '')),
    l10n.t('Profile: {0} of agent {1}', display(place.profileId), display(place.agentId)),
    l10n.t('Reference: {0} {1}', ref.source, display(ref.id)),
    l10n.t('OpenClaw follows it first; where it finds no key, nothing is written. The key itself stays where it is.'),
    ...(ref.source === 'exec' ? [l10n.t('The program is run once for that.')] : []),
  ];
  return messages.confirm(l10n.t('Add this reference?'), facts.join('\n'), l10n.t('Add'));
}

function removable({ model }: CommandContext): boolean {
  const status = model.status();
  return status !== null && isRemovable(status);
}

function undoPart(context: CommandContext, place: Place, record: ChangeRecord): UndoPart {
  const { gateway, model } = context;
  const found = () => model.profile(place.agentId, place.profileId);
  return {
    record,
    subject: l10n.t('{0} of agent {1}', display(place.profileId), display(place.agentId)),
    whenDone: () => l10n.t('{0} was removed again.', display(place.profileId)),
    isUntouched: () => found()?.material.kind === 'ref',
    run: async (call): Promise<Outcome> => {
      const expected = seenCredential(found()) ?? 'hidden';
      const outcome = await gateway.apply({ kind: 'removeProfile', ...place, expected }, call);
      const author = { ...context.author, undoes: record.id };
      await noteChange({ ...context, author }, { action: 'removeProfile', ...place }, 'never', outcome);
      return outcome;
    },
  };
}
