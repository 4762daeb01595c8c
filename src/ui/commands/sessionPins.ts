import { env, l10n } from 'vscode';
import type { ProfileId } from '../../domain/ids.ts';
import { clearingLine, pinLine } from '../../domain/pinRules.ts';
import { parseRelease, type Release } from '../../domain/release.ts';
import type { AgentSession, HostSessions, PinSource } from '../../domain/sessionPin.ts';
import type { HostStatus, ProfileStatus } from '../../domain/status.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { canPin, changePin, hasModel } from './changePin.ts';
import type { CommandContext } from './context.ts';
import { pickOne, type Option } from './pick.ts';
import { rowsNow } from './target.ts';

/** What is done with a session that was chosen: the gateway is told where it can be, or the chat's line is copied. */
type Act = 'pinOther' | 'letGo' | 'copySame' | 'copyOther' | 'copyClearing';

/** Lists the sessions of a host, those that are tied to a profile first, and changes that, or copies the chat message that does. */
export async function showSessions(context: CommandContext, argument: Argument): Promise<void> {
  const host = context.model.status();
  if (host === null) return;
  const title = l10n.t('Sessions That Pin a Profile');
  const wanted = rowsNow(context).wantedBy(argument);
  const found = await context.messages.during(l10n.t('Reading the sessions'), ({ signal }) =>
    context.gateway.sessions({ signal }),
  );
  const sessions = found.sessions.filter(
    ({ agentId, profileId }) =>
      (wanted.agentId === undefined || agentId === wanted.agentId) &&
      (wanted.profileId === undefined || profileId === wanted.profileId),
  );
  if (sessions.length === 0) {
    void context.messages.inform(emptyWords(found, wanted.profileId));
    return;
  }
  const session = await pickOne(title, placeholderOf(found, sessions), sessionOptions(sessions));
  if (session === undefined) return;
  const act = await pickOne(display(session.displayName), pinWords(session), actsFor(host, session));
  if (act === 'pinOther' || act === 'letGo') await changeByGateway(context, host, session, act);
  else if (act !== undefined) await copyLine(context, host, session, act);
}

async function changeByGateway(
  context: CommandContext,
  host: HostStatus,
  session: AgentSession,
  act: 'pinOther' | 'letGo',
): Promise<void> {
  if (!hasModel(session)) return;
  if (act === 'letGo') return changePin(context, session, null);
  const profile = await chooseProfile(host, session);
  if (profile !== undefined) await changePin(context, session, profile.id);
}

export function sessionOptions<T extends AgentSession>(sessions: readonly T[]): readonly Option<T>[] {
  return sessions.map((value) => ({ ...wordsOf(value), value }));
}

function emptyWords({ unread }: HostSessions, profileId?: ProfileId): string {
  if (unread.length > 0) return l10n.t('The sessions could not be read of: {0}', unread.map(display).join(', '));
  return profileId === undefined
    ? l10n.t('There are no sessions yet. A session begins with the first message to an agent.')
    : l10n.t('No session pins {0}. To pin it, copy its /model line and send it in the session.', display(profileId));
}

function placeholderOf(found: HostSessions, sessions: readonly AgentSession[]): string {
  const pinned = sessions.filter(({ profileId }) => profileId !== null).length;
  return [
    l10n.t('{0} of {1} sessions pin a profile.', pinned, sessions.length),
    ...(found.isCut ? [l10n.t('Older ones are not listed.')] : []),
    ...(found.unread.length === 0 ? [] : [emptyWords(found)]),
  ].join(' ');
}

function wordsOf(session: AgentSession): Pick<Option<AgentSession>, 'label' | 'description' | 'detail'> {
  const { displayName, agentId, model } = session;
  return {
    label: display(displayName),
    description: [display(agentId), ...(model === null ? [] : [display(model)])].join(' · '),
    detail: pinWords(session),
  };
}

function pinWords({ profileId, source }: AgentSession): string {
  if (profileId === null) return l10n.t('No profile is pinned');
  const name = display(profileId);
  if (source === 'auto') return l10n.t('Stays with {0}, chosen by the gateway; it may move on', name);
  return source === 'user' ? l10n.t('Pinned to {0}', name) : l10n.t('Tied to {0}, by whom is not known', name);
}

function actsFor(host: HostStatus, session: AgentSession): readonly Option<Act>[] {
  const { profileId, model, source } = session;
  const isPinned = profileId !== null;
  const clearing = isPinned && model !== null ? clearingLine(releaseOf(host.release), model) : null;
  const isTellable = model !== null && canPin(host);
  return [
    ...(isTellable
      ? [
          {
            label: isPinned ? l10n.t('Pin to Another Profile…') : l10n.t('Pin to a Profile…'),
            value: 'pinOther' as const,
          },
        ]
      : []),
    ...(isTellable && isPinned ? [{ label: l10n.t('Let It Go…'), value: 'letGo' as const }] : []),
    {
      label: isPinned ? l10n.t('Copy /model Line for Another Profile…') : l10n.t('Copy /model Line to Pin a Profile…'),
      value: 'copyOther',
    },
    ...(isPinned ? [{ label: sameLabel(profileId, source), value: 'copySame' as const }] : []),
    ...(clearing === null
      ? []
      : [{ label: l10n.t('Copy /model Line That Clears the Pin'), detail: clearing, value: 'copyClearing' as const }]),
  ];
}

function sameLabel(profileId: ProfileId, source: PinSource): string {
  const name = display(profileId);
  return source === 'auto' ? l10n.t('Copy /model Line to Keep {0}', name) : l10n.t('Copy /model Line for {0}', name);
}

function releaseOf(text: string | null): Release | null {
  return text === null ? null : parseRelease(text);
}

async function copyLine(
  context: CommandContext,
  host: HostStatus,
  session: AgentSession,
  act: Exclude<Act, 'pinOther' | 'letGo'>,
): Promise<void> {
  const model = session.model ?? l10n.t('<alias>');
  const line =
    act === 'copyClearing' ? clearingLine(releaseOf(host.release), model) : await lineFor(host, session, act, model);
  if (line === undefined) return;
  if (line === null) {
    void context.messages.warn(l10n.t('A profile id with white space cannot be pinned with /model.'));
    return;
  }
  await env.clipboard.writeText(line);
  void context.messages.inform(
    session.model === null
      ? l10n.t('The pin is in the clipboard. Put a model or alias in place of <alias> and send it in a chat.')
      : l10n.t('The line is in the clipboard. Send it in the chat of {0}.', display(session.displayName)),
  );
}

/** `undefined`: the user gave up; `null`: it cannot be said in a line. */
async function lineFor(
  host: HostStatus,
  session: AgentSession,
  act: Act,
  model: string,
): Promise<string | null | undefined> {
  if (act === 'copySame') return session.profileId === null ? undefined : pinLine(model, session.profileId);
  const profile = await chooseProfile(host, session);
  return profile === undefined ? undefined : pinLine(model, profile.id);
}

function chooseProfile(host: HostStatus, session: AgentSession): Promise<ProfileStatus | undefined> {
  const options = profilesFor(host, session).map((value) => ({ label: display(value.id), value }));
  return pickOne(display(session.displayName), l10n.t('Choose a profile'), options);
}

/** Of the session's model's provider where there are some, else all of its agent. */
function profilesFor(host: HostStatus, { agentId, model }: AgentSession): readonly ProfileStatus[] {
  const providers = host.agents.find(({ id }) => id === agentId)?.providers ?? [];
  const own = providers.filter(({ id }) => model?.startsWith(`${id}/`) === true).flatMap(({ profiles }) => profiles);
  return own.length > 0 ? own : providers.flatMap(({ profiles }) => profiles);
}
