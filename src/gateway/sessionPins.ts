import * as path from 'node:path';
import { isRecord } from '../domain/jsonValue.ts';
import { arrangeSessions, toSession, type AgentSession, type HostSessions } from '../domain/sessionPin.ts';
import { parseJson } from '../platform/json.ts';
import type { AgentPlace } from './agentDirs.ts';
import { readTextFile } from './readFile.ts';
import { agentDatabasePath } from './sqliteStore.ts';
import type { ReadSessionRows } from './sqliteSessions.ts';

/** An entry has about 15 KB, most of it the list of skills. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/**
 * The sessions of every agent: `session_nodes` in the agent's database where there is that table (2026.9.6), else
 * `agents/<id>/sessions/sessions.json` (2026.2.3 to 2026.6.1). A store that the configuration moves (`session.store`) is not
 * looked for. Never throws.
 */
export async function readSessions(
  stateDir: string,
  places: readonly AgentPlace[],
  readRows: ReadSessionRows,
): Promise<HostSessions> {
  const all = await Promise.all(
    places.map(async (place) => ({ place, sessions: await readAgent(stateDir, place, readRows) })),
  );
  const arranged = all.flatMap(({ sessions }) => (sessions === null ? [] : [arrangeSessions(sessions)]));
  return {
    sessions: arranged.flatMap(({ sessions }) => sessions),
    unread: all.flatMap(({ place, sessions }) => (sessions === null ? [place.id] : [])),
    isCut: arranged.some(({ isCut }) => isCut),
  };
}

/** `null`: they could not be read. */
async function readAgent(
  stateDir: string,
  place: AgentPlace,
  readRows: ReadSessionRows,
): Promise<readonly AgentSession[] | null> {
  if (place.isOutside) return null;
  const rows = await readRows(agentDatabasePath(place.agentDir)).catch(() => null);
  if (rows?.kind === 'problem') return null;
  if (rows?.kind === 'rows') return rows.rows.flatMap(({ key, entry }) => toSession(place.id, key, entry) ?? []);
  const file = await readTextFile(path.join(stateDir, 'agents', place.id, 'sessions', 'sessions.json'), MAX_FILE_BYTES);
  // Where no database can be read, a missing file says nothing.
  if (file.kind === 'missing') return rows === null ? null : [];
  const entries = file.kind === 'ok' ? parseJson(file.text) : undefined;
  if (!isRecord(entries)) return null;
  return Object.entries(entries).flatMap(([key, entry]) => toSession(place.id, key, entry) ?? []);
}
