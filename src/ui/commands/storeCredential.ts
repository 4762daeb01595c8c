import { commands, env, l10n } from 'vscode';
import { COMMANDS, type Target } from '../../contributions.ts';
import type { Credential, Profile } from '../../domain/credential.ts';
import { seenCredential } from '../../domain/expectation.ts';
import { isPasted } from '../../domain/tokenIntake.ts';
import { hostLabel } from '../../hosts/hostSpec.ts';
import { storeEntered } from '../../sync/transfer.ts';
import { display } from '../../view/display.ts';
import type { Choice } from '../messages.ts';
import { dateTime } from '../words.ts';
import { concludeChange } from './concludeChange.ts';
import { noteChange, transferParts, type CommandContext } from './context.ts';
import { identityOf, type Place } from './place.ts';
import { readReplaced, undoMarkOf } from './replaced.ts';
import { undoOfStore } from './undoParts.ts';

/**
 * Keeps the credential in the vault, writes it to the store, reads it back, and says how it ended. The vault comes first: a
 * store that fails half-way then has a copy to be mended from. `seen` is the profile as it was when the user chose it, null when
 * there was none: what has changed since is a conflict, not something to write over.
 */
export async function storeCredential(
  context: CommandContext,
  place: Place,
  credential: Credential,
  seen: Profile | null,
): Promise<boolean> {
  if (!(await confirmTarget(context, place, credential))) return false;
  const title = l10n.t('Storing {0} for agent {1}', display(place.profileId), display(place.agentId));
  const { changed, before, isKept } = await context.messages.during(title, async (call) => {
    const before = await readReplaced(context, place, seen, call);
    const identity = identityOf(context, place);
    const keeps = context.engine.state.consent !== 'off';
    const options = { ...call, keeps };
    const { kept, written } = await storeEntered(transferParts(context), identity, credential, seen, options);
    if (kept !== null && kept.kind !== 'done') void context.messages.report(kept.error);
    const undo = undoMarkOf(context, seenCredential(seen), before);
    const record = await noteChange(context, { ...place, action: 'putCredential' }, undo, written);
    return { changed: { outcome: written, record }, before, isKept: kept?.kind === 'done' };
  });
  const isDone = await concludeChange(
    context,
    changed,
    doneWords(context, place, credential),
    () => undoOfStore(context, place, { credential, before, record: changed.record }),
    context.engine.state.consent === null ? [choose(context)] : [],
  );
  if (isDone) void offerToClearClipboard(context, credential);
  else if (isKept && changed.outcome.kind === 'notDone') void offerToPush(context, place);
  return isDone;
}

/** The first write to an agent names host, user, directory and agent: the wrong one is a common and costly mistake. */
async function confirmTarget(context: CommandContext, place: Place, credential: Credential): Promise<boolean> {
  const status = context.model.status();
  if (status === null) return false;
  const key = JSON.stringify([status.hostId, status.userName, status.hostName, place.agentId]);
  if (context.confirmedTargets.has(key)) return true;
  const facts = [
    l10n.t('Gateway host: {0}, user: {1}', display(status.hostName), display(status.userName)),
    l10n.t('State directory: {0}', display(status.stateDir)),
    l10n.t('Agent: {0}', display(place.agentId)),
    l10n.t('Profile: {0}', display(place.profileId)),
    ...('expiresAt' in credential
      ? [
          credential.expiresAt === null
            ? l10n.t('Expiry: not recorded')
            : l10n.t('Expiry: {0}', dateTime(credential.expiresAt)),
        ]
      : []),
  ];
  const isSure = await context.messages.confirm(
    l10n.t('Store the credential here?'),
    facts.join('\n'),
    l10n.t('Store'),
  );
  if (isSure) context.confirmedTargets.add(key);
  return isSure;
}

function doneWords({ remote }: CommandContext, { profileId }: Place, credential: Credential): string {
  const id = display(profileId);
  const name = remote === null ? id : l10n.t('{0} on {1}', id, hostLabel(remote.spec));
  return 'expiresAt' in credential && credential.expiresAt !== null
    ? l10n.t('{0} is stored and was read back. It expires {1}.', name, dateTime(credential.expiresAt))
    : l10n.t('{0} is stored and was read back.', name);
}

/** What was entered need not be entered again: the vault has it. */
async function offerToPush(context: CommandContext, { agentId, profileId }: Place): Promise<void> {
  const target: Target = { agentId, profileId, hostId: context.model.rootId };
  await context.messages.inform(
    l10n.t(
      'The store was not written. VS Code keeps the credential of {0}, so it can be written later.',
      display(profileId),
    ),
    [{ label: l10n.t('Try Again'), run: () => commands.executeCommand(COMMANDS.push, target) }],
  );
}

/** The first copy is when the user should know that there are copies. */
function choose({ model }: CommandContext): Choice {
  return {
    label: l10n.t('Choose What VS Code Keeps…'),
    run: () => commands.executeCommand<undefined>(COMMANDS.chooseConsent, { hostId: model.rootId }),
  };
}

/** Only what is still the credential is cleared; the user may have copied something else by now. */
async function offerToClearClipboard(context: CommandContext, credential: Credential): Promise<void> {
  // A browser need not hand it out.
  const isThere = async (): Promise<boolean> =>
    env.clipboard.readText().then(
      (text) => isPasted(text, credential.secret),
      () => false,
    );
  if (!(await isThere())) return;
  await context.messages.inform(l10n.t('The credential is still in the clipboard.'), [
    {
      label: l10n.t('Clear Clipboard'),
      run: async () => {
        if (await isThere()) await env.clipboard.writeText('');
      },
    },
  ]);
}
