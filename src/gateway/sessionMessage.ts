import * as z from 'zod';
import { agentId, profileId } from '../domain/ids.ts';
import type { HostSessions } from '../domain/sessionPin.ts';

/** Sessions on their way from a worker on another host. That may be anybody, so all of it is checked on arrival. */
const agent = z.string().transform(agentId);
const sessions = z.strictObject({
  sessions: z.array(
    z.strictObject({
      ...{ agentId: agent, sessionKey: z.string(), displayName: z.string(), model: z.string().nullable() },
      profileId: z
        .string()
        .nullable()
        .transform((id) => (id === null ? null : profileId(id))),
      source: z.enum(['user', 'auto', 'unknown']),
      updatedAt: z.number().nullable(),
    }),
  ),
  unread: z.array(agent),
  isCut: z.boolean(),
});

export type SessionsMessage = z.input<typeof sessions>;

export function encodeSessions(found: HostSessions): SessionsMessage {
  return { sessions: [...found.sessions], unread: [...found.unread], isCut: found.isCut };
}

/** `null` for what are no sessions. */
export function decodeSessions(message: unknown): HostSessions | null {
  return sessions.safeParse(message).data ?? null;
}
