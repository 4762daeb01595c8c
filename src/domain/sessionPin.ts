import { profileId, type AgentId, type ProfileId } from './ids.ts';
import { field, isRecord, textOf } from './jsonValue.ts';

/**
 * Who tied a session to a profile. `user`: a person, with `/model x@profile` or a link to an account; it holds until somebody
 * changes it. `auto`: the gateway, to stay with one credential; it moves on by itself. `unknown`: the entry says something else.
 */
export type PinSource = 'user' | 'auto' | 'unknown';

/** A session of an agent, as the gateway keeps it. Keys and names are anybody's text. */
export interface AgentSession {
  readonly agentId: AgentId;
  readonly sessionKey: string;
  /** What the gateway calls it, else its key. */
  readonly displayName: string;
  /** The profile that it is tied to; `null`: none. */
  readonly profileId: ProfileId | null;
  readonly source: PinSource;
  /** `provider/model`, chosen for the session or last used in it; `null`: it does not say. */
  readonly model: string | null;
  /** Unix ms. */
  readonly updatedAt: number | null;
}

/** A session that is tied to a profile. */
export interface SessionPin extends AgentSession {
  readonly profileId: ProfileId;
}

export interface HostSessions {
  /** Those with a profile first, then the latest first; per agent at most `MAX_SESSIONS`. */
  readonly sessions: readonly AgentSession[];
  /** Agents whose sessions could not be read. */
  readonly unread: readonly AgentId[];
  /** Some agent has more sessions than are listed. */
  readonly isCut: boolean;
}

/** Of one agent. */
export const MAX_SESSIONS = 500;
const MAX_TEXT = 1024;

/** The fields of a session's entry that are read (2026.2.3 to 2026.9.6). The rest may quote a conversation, and is left alone. */
export const SESSION_FIELDS = [
  ...['authProfileOverride', 'authProfileOverrideSource', 'authProfileOverrideCompactionCount'],
  ...['providerOverride', 'modelOverride', 'modelProvider', 'model'],
  ...['displayName', 'label', 'subject', 'updatedAt'],
] as const;

/** Takes whatever is there; `null` for what is no entry. */
export function toSession(agentId: AgentId, sessionKey: string, entry: unknown): AgentSession | null {
  if (!isRecord(entry) || sessionKey.length > MAX_TEXT) return null;
  const pinned = shortText(entry, 'authProfileOverride');
  return {
    agentId,
    sessionKey,
    displayName:
      shortText(entry, 'displayName') ?? shortText(entry, 'label') ?? shortText(entry, 'subject') ?? sessionKey,
    profileId: pinned === null ? null : profileId(pinned),
    source: sourceOf(entry),
    model: modelOf(entry, 'providerOverride', 'modelOverride') ?? modelOf(entry, 'modelProvider', 'model'),
    updatedAt: timeOf(field(entry, 'updatedAt')),
  };
}

/** The pins first, then by time; more than the limit is cut. */
export function arrangeSessions(sessions: readonly AgentSession[]): {
  readonly sessions: readonly AgentSession[];
  readonly isCut: boolean;
} {
  const arranged = sessions.toSorted(
    (a, b) =>
      Number(b.profileId !== null) - Number(a.profileId !== null) ||
      (b.updatedAt ?? 0) - (a.updatedAt ?? 0) ||
      (a.sessionKey < b.sessionKey ? -1 : 1),
  );
  return { sessions: arranged.slice(0, MAX_SESSIONS), isCut: arranged.length > MAX_SESSIONS };
}

export function pinsOf({ sessions }: Pick<HostSessions, 'sessions'>): readonly SessionPin[] {
  return sessions.flatMap((session) =>
    session.profileId === null ? [] : [{ ...session, profileId: session.profileId }],
  );
}

/** Without a source a count of compactions tells that the gateway chose, as in the gateway itself (2026.2.3 to 2026.9.6). */
function sourceOf(entry: unknown): PinSource {
  const source = field(entry, 'authProfileOverrideSource');
  if (source === 'user' || source === 'user-link') return 'user';
  if (source === 'auto') return 'auto';
  if (source !== undefined && source !== null && source !== '') return 'unknown';
  return typeof field(entry, 'authProfileOverrideCompactionCount') === 'number' ? 'auto' : 'user';
}

function modelOf(entry: unknown, providerField: string, modelField: string): string | null {
  const [provider, model] = [shortText(entry, providerField), shortText(entry, modelField)];
  // What the gateway itself says in a session counts as a model of `openclaw`, which nobody can choose.
  return provider === null || model === null || provider === 'openclaw' ? null : `${provider}/${model}`;
}

function shortText(entry: unknown, name: string): string | null {
  const text = textOf(field(entry, name));
  return text === null || text.length > MAX_TEXT ? null : text;
}

function timeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
