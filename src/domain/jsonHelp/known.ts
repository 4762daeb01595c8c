import type { AgentStatus, HostStatus } from '../status.ts';
import { agentOfPath, helpedDocument } from './documents.ts';
import type { KnownAbout } from './problems.ts';

/** What the last reading of this machine's gateway says about a file; little where the file is not one of its own. */
export function knownAbout(status: HostStatus | null, path: string): KnownAbout {
  const kind = helpedDocument(path);
  if (status === null || kind === null) return { isRetired: false, profileIds: null };
  if (kind === 'config') {
    const isOwn = status.config.path === path;
    return { isRetired: false, profileIds: isOwn ? idsOf(status.agents) : null };
  }
  const isOwn = isBelow(path, status.stateDir);
  const agents = isOwn ? status.agents.filter(({ id }) => id === agentOfPath(path)) : [];
  return {
    isRetired: isOwn && status.era === 'sqlite',
    profileIds: agents.length === 0 ? null : idsOf(agents),
  };
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
}

function idsOf(agents: readonly AgentStatus[]): ReadonlySet<string> {
  const profiles = agents.flatMap(({ providers }) => providers.flatMap((provider) => provider.profiles));
  const unreadable = agents.flatMap((agent) => agent.unreadable);
  return new Set([...profiles, ...unreadable].map(({ id }) => id));
}
