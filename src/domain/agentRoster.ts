import JSON5 from 'json5';
import { agentId, type AgentId } from './ids.ts';

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

const MAIN = agentId('main');
const VALID_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/** `null` for a name that no release uses as an agent's folder: it must not become a path. */
export function parseAgentId(text: string): AgentId | null {
  return VALID_ID.test(text) ? agentId(text.toLowerCase()) : null;
}

/**
 * `agents.entries` (keyed, from 2026.8) or `agents.list`. The default is the marked one, else `agents.defaults.systemAgent`,
 * else the first (2026.2.3 to 2026.9.6). A configuration that cannot be read names nobody.
 */
export function parseAgentRoster(configText: string | null): AgentRoster {
  const agents = field(parse(configText), 'agents');
  const raw = rawEntries(agents);
  const entries = raw.flatMap(({ id, entry }): RosterEntry[] => {
    const valid = parseAgentId(id.trim());
    return valid === null ? [] : [{ id: valid, agentDir: textOf(field(entry, 'agentDir')) }];
  });
  const marked = raw.find(({ entry }) => field(entry, 'default') === true)?.id;
  const system = textOf(field(field(field(agents, 'defaults'), 'systemAgent'), 'agentId'));
  const wanted = parseAgentId((marked ?? system ?? '').trim());
  return { entries, defaultId: wanted ?? entries[0]?.id ?? MAIN };
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
    return text === null ? null : (JSON5.parse(text) as unknown);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
