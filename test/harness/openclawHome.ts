import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eraOf, parseRelease } from '../../src/domain/release.ts';
import { importScript } from './openclaw.ts';

/** The two documents of one agent; null where there is none. */
export interface AgentDocuments {
  readonly store: Readonly<Record<string, unknown>> | null;
  readonly state: Readonly<Record<string, unknown>> | null;
}

/** A whole home: `openclaw.json` beside the roster, and the documents by agent. `main` is the one that others inherit from. */
export interface HomeSpec {
  readonly config: Readonly<Record<string, unknown>>;
  readonly agents: Readonly<Record<string, AgentDocuments>>;
}

interface Texts {
  readonly store: string | null;
  readonly state: string | null;
}

interface SqliteScript {
  rosterConfig(release: string, agentIds: readonly string[]): Record<string, unknown>;
  createSqliteState(stateDir: string, release: string, config: object): Promise<void>;
  putSharedDocuments(stateDir: string, release: string, documents: Texts): Promise<void>;
  putAgentDocuments(stateDir: string, release: string, agentId: string, documents: Texts): Promise<void>;
}

/** Stands for the number 1e400, which JavaScript cannot hold and a store can. */
export const BEYOND_NUMBERS = '#1e400#';

/** Writes the home as the release would have it, and returns its state directory and configuration. */
export async function writeHome(
  home: string,
  release: string,
  spec: HomeSpec,
): Promise<{ stateDir: string; config: Record<string, unknown> }> {
  const stateDir = path.join(home, '.openclaw');
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const isSqlite = eraOf(parseRelease(release)) === 'sqlite';
  const config = { ...spec.config, ...(await rosterOf(release, isSqlite, Object.keys(spec.agents))) };
  if (isSqlite) await writeSqlite(stateDir, release, config, spec);
  else await writeJson(stateDir, release, config, spec);
  return { stateDir, config };
}

export const agentDirOf = (stateDir: string, agentId: string): string =>
  path.join(stateDir, 'agents', agentId, 'agent');

const sqlite = async (): Promise<SqliteScript> => (await importScript('lib/demo/sqliteTemplate.mjs')) as SqliteScript;

async function rosterOf(release: string, isSqlite: boolean, ids: readonly string[]): Promise<Record<string, unknown>> {
  if (isSqlite) return (await sqlite()).rosterConfig(release, ids);
  return { agents: { list: ids.map((id) => (id === 'main' ? { id, default: true } : { id })) } };
}

async function writeSqlite(stateDir: string, release: string, config: object, spec: HomeSpec): Promise<void> {
  const script = await sqlite();
  await script.createSqliteState(stateDir, release, config);
  for (const [id, documents] of Object.entries(spec.agents)) {
    const texts = { store: textOf(documents.store), state: textOf(documents.state) };
    if (id === 'main') await script.putSharedDocuments(stateDir, release, texts);
    else if (documents.store !== null) await script.putAgentDocuments(stateDir, release, id, texts);
  }
}

async function writeJson(stateDir: string, release: string, config: object, spec: HomeSpec): Promise<void> {
  const meta = { lastTouchedVersion: release };
  await writeFile(path.join(stateDir, 'openclaw.json'), `${JSON.stringify({ ...config, meta }, null, 2)}\n`);
  for (const [id, { store, state }] of Object.entries(spec.agents)) {
    if (store === null) continue;
    const folder = agentDirOf(stateDir, id);
    await mkdir(folder, { recursive: true });
    // One file up to 2026.3, two from 2026.4 on.
    const isOneFile = /^2026\.[23]\./.test(release);
    const document = isOneFile && state !== null ? { ...store, ...state } : store;
    await writeFile(path.join(folder, 'auth-profiles.json'), `${textOf(document) ?? ''}\n`, { mode: 0o600 });
    if (!isOneFile && state !== null) await writeFile(path.join(folder, 'auth-state.json'), `${textOf(state) ?? ''}\n`);
  }
}

function textOf(document: Readonly<Record<string, unknown>> | null): string | null {
  return document === null ? null : JSON.stringify(document, null, 2).replaceAll(`"${BEYOND_NUMBERS}"`, '1e400');
}
