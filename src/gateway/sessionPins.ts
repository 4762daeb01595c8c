import * as path from 'node:path';
import { parseSessionPins, type SessionPins } from '../domain/sessionPin.ts';
import { readTextFile } from './readFile.ts';
import type { HostReading } from './localReader.ts';

/** The pins of every agent whose sessions are a file; a file that is too large or not there has none. */
export async function readSessionPins({ snapshot, paths }: HostReading): Promise<SessionPins> {
  // From 2026.6.5 on sessions stand in a database of which this is not known.
  if (snapshot.era === 'sqlite' || snapshot.era === 'unknown') return null;
  const read = snapshot.agents.map(async ({ id }) => {
    const file = await readTextFile(path.join(paths.stateDir, 'agents', id, 'sessions', 'sessions.json'));
    return file.kind === 'ok' ? parseSessionPins(file.text, id) : [];
  });
  return (await Promise.all(read)).flat();
}
