import JSON5 from 'json5';
import { agentId, type AgentId } from './ids.ts';
import { field, isRecord, textOf } from './jsonValue.ts';

export interface RosterEntry {
  readonly id: AgentId;
  /** `agentDir` as written, `~` not expanded. */
  readonly agentDir: string | null;
}

/** The agents that `openclaw.json` names. */
export interface AgentRoster {
  readonly entries: readonly RosterEntry[];
  /** The agent that answers where none is named. */
  readonly defaultId: AgentId;
}

/** The agent that exists without any configuration, and whose store the others inherit (2026.2.3 to 2026.9.6). */
export const MAIN_AGENT = agentId('main');

/** The id that every release makes of a name: safe as a folder. `null` where nothing is left of it. */
export function normalizeAgentId(text: string): AgentId | null {
  const id = text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  return id === '' ? null : agentId(id);
}

/**
 * `agents.entries` (keyed, from 2026.8) or `agents.list`. The default is the marked one, else `agents.defaults.systemAgent`,
 * else the first (2026.2.3 to 2026.9.6). A configuration that cannot be read names nobody.
 */
export function parseAgentRoster(configText: string | null): AgentRoster {
  const agents = field(parse(configText), 'agents');
  const raw = rawEntries(agents);
  const entries = raw.flatMap(({ id, entry }): RosterEntry[] => {
    const valid = normalizeAgentId(id);
    return valid === null ? [] : [{ id: valid, agentDir: textOf(field(entry, 'agentDir')) }];
  });
  const marked = raw.find(({ entry }) => field(entry, 'default') === true)?.id;
  const system = textOf(field(field(field(agents, 'defaults'), 'systemAgent'), 'agentId'));
  const wanted = normalizeAgentId(marked ?? system ?? '');
  return { entries, defaultId: wanted ?? entries[0]?.id ?? MAIN_AGENT };
}

function rawEntries(agents: unknown): { readonly id: string; readonly entry: unknown }[] {
  const keyed = field(agents, 'entries');
  if (isRecord(keyed)) return Object.entries(keyed).map(([id, entry]) => ({ id, entry }));
  const list = field(agents, 'list');
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const id = textOf(field(entry, 'id'));
    return id === null ? [] : [{ id, entry }];
  });
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON5.parse<unknown>(text);
  } catch {
    return null;
  }
}
