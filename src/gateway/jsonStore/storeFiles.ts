import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJsonTree } from '../../domain/jsonTree.ts';
import { isAtLeast, type Release } from '../../domain/release.ts';
import { readTextFile, type ReadFile } from '../readFile.ts';

/** The files of one agent's store, as read. */
export interface StoreFiles {
  readonly credentialsPath: string;
  readonly statePath: string;
  readonly credentials: ReadFile;
  /** `missing` too where the release knows no such file. */
  readonly state: ReadFile;
}

export function credentialsPathOf(agentDir: string): string {
  return path.join(agentDir, 'auth-profiles.json');
}

export function statePathOf(agentDir: string): string {
  return path.join(agentDir, 'auth-state.json');
}

/** Reads both files. `release` null: an unknown one, which is read like the last with files (2026.6.1). */
export async function readStoreFiles(agentDir: string, release: Release | null): Promise<StoreFiles> {
  const credentialsPath = credentialsPathOf(agentDir);
  const statePath = statePathOf(agentDir);
  const readsState = release === null || isAtLeast(release, '2026.4.0');
  const read = writesInPlace(release) ? readSettled : readTextFile;
  const [credentials, state] = await Promise.all([
    read(credentialsPath),
    readsState ? read(statePath) : ({ kind: 'missing' } as const),
  ]);
  return { credentialsPath, statePath, credentials, state };
}

/**
 * True where the gateway writes the order to `auth-state.json`: seen from 2026.4.15 on, not in 2026.3.13. In between only if
 * the file is there; releases that have it read an order beside the credentials just as well.
 */
export function keepsOrderInState(release: Release, state: ReadFile): boolean {
  return isAtLeast(release, '2026.4.15') || (isAtLeast(release, '2026.4.0') && state.kind !== 'missing');
}

/**
 * 2026.2.x and 2026.3.x; 2026.4.29 and later replace the file in one step. There a file that cannot be parsed is broken for
 * good, and waiting for it would delay every reading of all agents.
 */
function writesInPlace(release: Release | null): boolean {
  return release !== null && !isAtLeast(release, '2026.4.29');
}

const SETTLE_TRIES = 6;
const SETTLE_PAUSE_MS = 20;

/** For a moment a file that is written in place is empty or cut off. */
async function readSettled(file: string): Promise<ReadFile> {
  let found = await readTextFile(file);
  for (let attempt = 1; attempt < SETTLE_TRIES && looksTorn(found); attempt += 1) {
    await sleep(SETTLE_PAUSE_MS);
    found = await readTextFile(file);
  }
  return found;
}

function looksTorn(read: ReadFile): boolean {
  if (read.kind !== 'ok') return read.kind === 'unreadable' && read.problem === 'notUtf8';
  const parsed = parseJsonTree(read.text, 'json');
  return parsed.kind === 'empty' || (parsed.kind === 'malformed' && parsed.problem === 'syntax');
}
