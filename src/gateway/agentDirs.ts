import { readdir, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { MAIN_AGENT, normalizeAgentId, type AgentRoster } from '../domain/agentRoster.ts';
import type { AgentId } from '../domain/ids.ts';
import type { GatewayPaths } from './paths.ts';

/** One agent and where its store lies. */
export interface AgentPlace {
  readonly id: AgentId;
  readonly agentDir: string;
  readonly isDefault: boolean;
  /** The agent whose credentials the others inherit: always `main`, whichever is the default. */
  readonly isShared: boolean;
  /** A link leads out of the state directory although nothing in the configuration says so: not read, not written. */
  readonly isOutside: boolean;
}

/**
 * Every agent that has a folder or that the configuration names, the default agent first, then by id. Empty when there is no
 * state directory. A folder whose name is not an agent id is not an agent.
 */
export async function listAgents(
  paths: GatewayPaths,
  roster: AgentRoster,
  expandHome: (text: string) => string,
): Promise<readonly AgentPlace[]> {
  const root = await realpathOrNull(paths.stateDir);
  if (root === null) return [];
  const found = await listFolders(path.join(paths.stateDir, 'agents'));
  const ids = new Set([MAIN_AGENT, ...found, ...roster.entries.map((entry) => entry.id)]);
  // `main` exists without a folder; with other agents and no trace of its own it is not one that anybody uses.
  if (!found.includes(MAIN_AGENT) && roster.entries.length > 0 && !isNamed(roster, MAIN_AGENT)) ids.delete(MAIN_AGENT);
  const places = [...ids].map((id) => locate(id, paths, roster, expandHome, root));
  return (await Promise.all(places)).toSorted(byDefaultThenId);
}

async function locate(
  id: AgentId,
  paths: GatewayPaths,
  roster: AgentRoster,
  expandHome: (text: string) => string,
  root: string,
): Promise<AgentPlace> {
  const configured = roster.entries.find((entry) => entry.id === id)?.agentDir ?? null;
  const isShared = id === MAIN_AGENT;
  const usual = path.join(paths.stateDir, 'agents', id, 'agent');
  const explicit = isShared ? paths.movedAgentDir : null;
  const agentDir = explicit ?? (configured === null ? usual : expandHome(configured));
  const isOutside = agentDir === usual && !isInside(root, (await realpathOrNull(agentDir)) ?? root);
  return { id, agentDir, isDefault: id === roster.defaultId, isShared, isOutside };
}

function isNamed(roster: AgentRoster, id: string): boolean {
  return roster.entries.some((entry) => entry.id === id);
}

async function listFolders(folder: string): Promise<readonly AgentId[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => {
      const id = entry.isDirectory() || entry.isSymbolicLink() ? normalizeAgentId(entry.name) : null;
      // A folder of another spelling is not one that the gateway uses.
      return id === null || id !== entry.name ? [] : [id];
    });
  } catch {
    return [];
  }
}

function isInside(root: string, real: string): boolean {
  const relative = path.relative(root, real);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

async function realpathOrNull(target: string): Promise<string | null> {
  try {
    return await realpath(target);
  } catch {
    return null;
  }
}

function byDefaultThenId(a: AgentPlace, b: AgentPlace): number {
  if (a.isDefault !== b.isDefault) return a.isDefault ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
