import type { Ability, Target } from '../contributions.ts';
import { agentId, profileId, providerId, type AgentId, type ProfileId, type ProviderId } from '../domain/ids.ts';
import type { NodeOf, TreeNode } from './treeNodes.ts';

/** What VS Code hands to a command: a row (menu or key), ids (another command), or nothing (palette). */
export type Argument = TreeNode | Target | undefined;

/** What an argument narrows a command to; nothing in it: everything. */
export interface Wanted {
  readonly agentId?: AgentId | undefined;
  readonly provider?: ProviderId | undefined;
  readonly profileId?: ProfileId | undefined;
}

/** A profile of the store, or a copy that only the vault has. */
export type CredentialRow = NodeOf<'profile'> | NodeOf<'kept'>;

/** A key acts on the credential that is selected and on nothing else: it must not choose one for the user. */
export function isCredentialRow(node: TreeNode | undefined): node is CredentialRow {
  return node?.kind === 'profile' || node?.kind === 'kept';
}

/** Arguments come from any extension, so nothing about their shape is taken for granted. */
export function toTarget(argument: unknown): Target | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const names = ['agentId', 'provider', 'profileId', 'placeOf', 'hostId'] as const;
  const given = argument as Readonly<Record<string, unknown>>;
  const { toAgents } = given;
  return {
    ...Object.fromEntries(names.flatMap((name) => (typeof given[name] === 'string' ? [[name, given[name]]] : []))),
    ...(Array.isArray(toAgents) ? { toAgents: toAgents.filter((id) => typeof id === 'string') } : {}),
  };
}

/** The rows of a tree, at one moment. Built once for a command: deriving them takes time in proportion to their number. */
export class Rows {
  readonly #byId: ReadonlyMap<string, TreeNode>;
  readonly #credentials: readonly CredentialRow[];
  readonly #byProfile = new Map<string, CredentialRow[]>();
  readonly #providers: readonly NodeOf<'provider'>[];

  constructor(roots: readonly TreeNode[]) {
    const flatten = (node: TreeNode): TreeNode[] => [node, ...node.children.flatMap(flatten)];
    const all = roots.flatMap(flatten);
    this.#byId = new Map(all.map((node) => [node.id, node]));
    this.#credentials = all.filter(isCredentialRow);
    this.#providers = all.filter((row) => row.kind === 'provider');
    for (const row of this.#credentials) {
      const id = row.kind === 'kept' ? row.identity.profileId : row.profile.id;
      const known = this.#byProfile.get(id);
      if (known === undefined) this.#byProfile.set(id, [row]);
      else known.push(row);
    }
  }

  /** The row that the argument is. It may be older than these: what is done is decided by what is known now. */
  rowOf(argument: Argument): TreeNode | undefined {
    if (argument === undefined || !('kind' in argument)) return undefined;
    return this.#byId.get(argument.id) ?? argument;
  }

  wantedBy(argument: Argument): Wanted {
    const row = this.rowOf(argument);
    if (row !== undefined) return idsOfRow(row);
    if (argument === undefined || 'kind' in argument) return {};
    return {
      agentId: argument.agentId === undefined ? undefined : agentId(argument.agentId),
      provider: argument.provider === undefined ? undefined : providerId(argument.provider),
      profileId: argument.profileId === undefined ? undefined : profileId(argument.profileId),
    };
  }

  /** The profiles, and the copies that only the vault has, that can do `ability` among those that are wanted. */
  credentials(wanted: Wanted, ability: Ability): readonly CredentialRow[] {
    const named = wanted.profileId === undefined ? this.#credentials : (this.#byProfile.get(wanted.profileId) ?? []);
    return named.filter((row) => row.abilities.includes(ability) && matches(row, wanted));
  }

  providers(wanted: Wanted, ability: Ability): readonly NodeOf<'provider'>[] {
    return this.#providers.filter((row) => row.abilities.includes(ability) && matches(row, wanted));
  }

  /** Whether any row that is wanted can do `ability`. */
  isPossible(wanted: Wanted, ability: Ability): boolean {
    return this.credentials(wanted, ability).length > 0 || this.providers(wanted, ability).length > 0;
  }
}

function wantedOfFinding({ finding }: NodeOf<'finding'>): Wanted {
  const { agentId: agent, provider, profileId: profile } = finding;
  return { agentId: agent ?? undefined, provider: provider ?? undefined, profileId: profile ?? undefined };
}

function idsOfRow(row: TreeNode): Wanted {
  if (row.kind === 'finding') return wantedOfFinding(row);
  if (row.kind === 'host' || row.kind === 'consent' || row.kind === 'away' || row.kind === 'findings') return {};
  if (row.kind === 'kept') return row.identity;
  return {
    agentId: row.agent.id,
    provider: 'provider' in row ? row.provider.id : undefined,
    profileId: 'profile' in row ? row.profile.id : undefined,
  };
}

function matches(row: CredentialRow | NodeOf<'provider'>, wanted: Wanted): boolean {
  const has = idsOfRow(row);
  return (
    (wanted.agentId === undefined || has.agentId === wanted.agentId) &&
    (wanted.provider === undefined || has.provider === wanted.provider) &&
    (wanted.profileId === undefined || has.profileId === undefined || has.profileId === wanted.profileId)
  );
}
