import { env, l10n } from 'vscode';
import type { Outcome } from '../../domain/change.ts';
import type { ChangeRecord } from '../../domain/changeRecord.ts';
import { providerId, type ProfileId } from '../../domain/ids.ts';
import { pinLine, pinningRules, providerOfModel } from '../../domain/pinRules.ts';
import { parseRelease } from '../../domain/release.ts';
import type { AgentSession } from '../../domain/sessionPin.ts';
import type { HostStatus } from '../../domain/status.ts';
import type { ApplyOptions } from '../../gateway/service.ts';
import { display } from '../../view/display.ts';
import type { UndoPart } from '../undo.ts';
import { noteChange, type CommandContext } from './context.ts';

/** A session whose model is known. */
export interface KnownSession extends AgentSession {
  readonly model: string;
}

export function hasModel(session: AgentSession): session is KnownSession {
  return session.model !== null;
}

/** Whether the gateway of the release can be told to tie a session, or to let it go. */
export function canPin({ release }: HostStatus): boolean {
  return pinningRules(release === null ? null : parseRelease(release)) !== null;
}

/** Ties a session through the gateway that runs, or (`null`) lets it go, after the user has confirmed what that does. */
export async function changePin(context: CommandContext, session: KnownSession, to: ProfileId | null): Promise<void> {
  const { messages, undo } = context;
  const name = display(session.displayName);
  if (!(await isSure(context, session, to))) return;
  const title = to === null ? l10n.t('Letting {0} go', name) : l10n.t('Pinning {0} to {1}', name, display(to));
  const { outcome, record } = await messages.during(title, (call) => tell(context, session, session, to, call));
  if (outcome.kind !== 'done') return messages.reportOutcome(outcome);
  const done =
    to === null ? l10n.t('{0} is not pinned any more.', name) : l10n.t('{0} is pinned to {1}.', name, display(to));
  const part = undoOf(context, session, to, record);
  void messages.inform(done, outcome.isNoop ? [] : undo.offer(done, [part]));
}

/** The line for the chat, where the gateway is not to be told. */
export async function copyPinLine({ messages }: CommandContext, session: KnownSession, to: ProfileId): Promise<void> {
  const line = pinLine(session.model, to);
  if (line === null) {
    void messages.warn(l10n.t('A profile id with white space cannot be pinned with /model.'));
    return;
  }
  await env.clipboard.writeText(line);
  const name = display(session.displayName);
  void messages.inform(
    l10n.t(
      'On this OpenClaw release only the chat can pin. The line is in the clipboard: send it in the chat of {0}.',
      name,
    ),
  );
}

async function isSure({ messages }: CommandContext, session: KnownSession, to: ProfileId | null): Promise<boolean> {
  const [name, model] = [display(session.displayName), display(session.model)];
  if (to === null) {
    const detail = [
      l10n.t(
        'OpenClaw has no direct way: the gateway puts the session on a model that does not exist, then on {0} again.',
        model,
      ),
      l10n.t('A message that comes within these seconds fails. A session that is at work is left alone.'),
    ];
    return messages.confirm(l10n.t('Let {0} go from its profile?', name), detail.join('\n'), l10n.t('Let Go'));
  }
  const before =
    session.profileId === null
      ? l10n.t('It is pinned to no profile now.')
      : l10n.t('It is tied to {0} now.', display(session.profileId));
  const detail = [
    before,
    l10n.t('From its next message on the session uses this profile and no other, also when it is cooling down.'),
    l10n.t('Its model stays {0}, and counts as chosen. A run that is under way goes on, with either profile.', model),
  ];
  return messages.confirm(l10n.t('Pin {0} to {1}?', name, display(to)), detail.join('\n'), l10n.t('Pin'));
}

/** `seen`: the session as it is expected to be. */
async function tell(
  context: CommandContext,
  session: KnownSession,
  seen: Pick<AgentSession, 'profileId'>,
  to: ProfileId | null,
  { signal }: ApplyOptions,
): Promise<{ readonly outcome: Outcome; readonly record: ChangeRecord }> {
  const { agentId, sessionKey, model } = session;
  const pinning = { agentId, sessionKey, model, profileId: to, expected: seen.profileId };
  const outcome = await context.gateway.pinSession(pinning, signal === undefined ? {} : { signal });
  const about = to ?? seen.profileId;
  const subject = {
    agentId,
    provider: providerId(providerOfModel(model)),
    ...(about === null ? {} : { profileId: about }),
  };
  const action = to === null ? 'unpinSession' : 'pinSession';
  const mark = context.author.undoes === null ? 'offered' : 'never';
  return { outcome, record: await noteChange(context, { ...subject, action }, mark, outcome) };
}

/** What the gateway chose by itself does not come back: it chooses again. */
function undoOf(context: CommandContext, session: KnownSession, to: ProfileId | null, record: ChangeRecord): UndoPart {
  const before = session.source === 'auto' ? null : session.profileId;
  const own: CommandContext = { ...context, author: { command: 'undo', undoes: record.id } };
  const name = display(session.displayName);
  return {
    record,
    subject: l10n.t('session {0}', name),
    whenDone: () =>
      before === null
        ? l10n.t('{0} is not pinned any more.', name)
        : l10n.t('{0} is pinned to {1}.', name, display(before)),
    isUntouched: async () => {
      const { sessions } = await context.gateway.sessions();
      const isSame = ({ agentId, sessionKey }: AgentSession): boolean =>
        agentId === session.agentId && sessionKey === session.sessionKey;
      return sessions.find(isSame)?.profileId === to;
    },
    run: async (call) => (await tell(own, session, { profileId: to }, before, call)).outcome,
  };
}
