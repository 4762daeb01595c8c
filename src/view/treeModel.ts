import { ABILITIES, type Ability } from '../contributions.ts';
import type { AppError } from '../domain/errors.ts';
import type { AgentId, ProfileId } from '../domain/ids.ts';
import { canRemoveProfile, parseRelease } from '../domain/release.ts';
import type { UnsureChange } from '../domain/unsureChanges.ts';
import type { AgentStatus, HostStatus, ProviderStatus } from '../domain/status.ts';
import type { Agreement } from '../sync/agreement.ts';
import type { IncidentSync, SyncState } from '../sync/syncEngine.ts';
import type { ProfileIdentity } from '../vault/vault.ts';
import { listMoves } from './reorder.ts';
import type { HostPlace, NodeOf, TreeNode } from './treeNodes.ts';
import { chooseWelcome, isStoreBroken } from './welcome.ts';

/** Whether vault and store agree about a profile. */
export type AgreementOf = (agentId: AgentId, profileId: ProfileId) => Agreement;

/** The profiles of an agent that only the vault has. */
export type KeptOf = (agentId: AgentId) => readonly ProfileIdentity[];

/** What the rows are about beside the status of the host. */
interface Shown {
  readonly host: HostStatus;
  readonly agreementOf: AgreementOf;
  readonly keptOf: KeptOf;
  readonly sync: SyncState;
  readonly place: HostPlace;
}

const HERE: HostPlace = { label: null, awayBecause: null, unsure: [] };

/** The rows of one host. Empty when there is nothing to show on this machine, so that the welcome text is. */
export function buildTree(
  host: HostStatus,
  agreementOf: AgreementOf,
  keptOf: KeptOf,
  sync: SyncState,
  place: HostPlace = HERE,
): readonly TreeNode[] {
  const hasKeptCopies = host.agents.some((agent) => keptOf(agent.id).length > 0);
  const hasIncident = [...sync.agents.values()].some(({ incident }) => incident !== null && isShown(incident));
  if (place.label === null && chooseWelcome(host, hasKeptCopies || hasIncident) !== 'none') return [];
  return [buildHost({ host, agreementOf, keptOf, sync, place })];
}

/** The row of a host of which nothing is known. */
export function buildAway(id: string, label: string, because: AppError | null): TreeNode {
  return leaf({ kind: 'away', id, parent: null, abilities: ['manageHost'], label, because });
}

/** The host's own row above any other. */
export function rootOf(node: TreeNode): TreeNode {
  return node.parent === null ? node : rootOf(node.parent);
}

function buildHost(shown: Shown): TreeNode {
  const { host, sync, place } = shown;
  const abilities: Ability[] = place.label === null ? ['choose'] : ['choose', 'manageHost'];
  return grow({ kind: 'host', id: host.hostId, parent: null, abilities, host, place }, (self) => [
    ...(sync.consent === null
      ? [leaf({ kind: 'consent', id: childId(self, '', 'consent'), parent: self, abilities: ['choose'], host })]
      : []),
    ...buildFindings(host, self),
    ...host.agents.map((agent) => buildAgent(shown, agent, self)),
  ]);
}

/** More of them do not fit beside the credentials; the list of all is one click away. */
const MAX_FINDINGS = 20;

function buildFindings(host: HostStatus, parent: TreeNode): TreeNode[] {
  if (host.findings.length === 0) return [];
  const id = childId(parent, '', 'findings');
  return [
    grow({ kind: 'findings', id, parent, abilities: [], host }, (self) =>
      host.findings.slice(0, MAX_FINDINGS).map((finding) => {
        const { code, agentId, provider, profileId, variable } = finding;
        const key = childId(self, code, agentId ?? '', provider ?? '', profileId ?? '', variable ?? '');
        return leaf({ kind: 'finding', id: key, parent: self, abilities: [], host, finding });
      }),
    ),
  ];
}

function buildAgent(shown: Shown, agent: AgentStatus, parent: TreeNode): TreeNode {
  const { host, keptOf } = shown;
  const { incident, isOneWay } = shown.sync.agents.get(agent.id) ?? { incident: null, isOneWay: false };
  const id = childId(parent, agent.id);
  return grow({ kind: 'agent', id, parent, abilities: ['addToken'], host, agent, isOneWay }, (self) => [
    ...(incident !== null && isShown(incident) ? [buildIncident(agent, incident, self)] : []),
    ...shown.place.unsure
      .filter(({ agentId }) => agentId === agent.id)
      .map((change) => buildUnsure(agent, change, self)),
    ...(isStoreShown(agent)
      ? [leaf({ kind: 'store', id: childId(self, 'store'), parent: self, abilities: [], agent })]
      : []),
    ...agent.providers.map((provider) => buildProvider(shown, agent, provider, self)),
    ...agent.unreadable.map((entry) =>
      leaf({
        kind: 'unreadable',
        id: childId(self, 'unreadable', entry.id),
        parent: self,
        abilities: [],
        agent,
        entry,
      }),
    ),
    ...keptOf(agent.id).map((identity) =>
      leaf({
        kind: 'kept',
        id: childId(self, 'kept', identity.profileId),
        parent: self,
        abilities: ['remove', 'push'],
        agent,
        identity,
      }),
    ),
  ]);
}

/** A store that nothing is known to be gone from says by itself what is wrong with it. */
function isShown({ gone, isDismissed }: IncidentSync): boolean {
  return gone.length > 0 && !isDismissed;
}

function buildIncident(agent: AgentStatus, incident: IncidentSync, parent: TreeNode): TreeNode {
  const id = childId(parent, 'incident');
  return leaf({ kind: 'incident', id, parent, abilities: ['restore'], agent, incident });
}

function buildUnsure(agent: AgentStatus, change: UnsureChange, parent: TreeNode): TreeNode {
  const id = childId(parent, 'unsure', change.provider, change.profileId ?? '');
  return leaf({ kind: 'unsure', id, parent, abilities: [], agent, change });
}

function isStoreShown(agent: AgentStatus): boolean {
  return agent.store.problem !== null || isStoreBroken(agent);
}

function buildProvider(
  { host, agreementOf, sync }: Shown,
  agent: AgentStatus,
  provider: ProviderStatus,
  parent: TreeNode,
): TreeNode {
  const abilities: Ability[] =
    provider.order.listedIn === 'stored' ? ['addToken', 'why', 'clearOrder'] : ['addToken', 'why'];
  const id = childId(parent, 'provider', provider.id);
  const canMove = listMoves(provider);
  return grow({ kind: 'provider', id, parent, abilities, agent, provider }, (self) => [
    ...buildEnvironment(agent, provider, self),
    ...provider.profiles.map((profile): TreeNode => {
      const agreement = agreementOf(agent.id, profile.id);
      const own = profile.origin === 'own' ? (sync.agents.get(agent.id)?.profiles.get(profile.id) ?? null) : null;
      return leaf({
        kind: 'profile',
        id: childId(self, profile.id),
        parent: self,
        abilities: abilitiesOf(host, provider, { profile, agreement, sync: own }, canMove),
        host,
        agent,
        provider,
        profile,
        agreement,
        sync: own,
      });
    }),
    buildWhy(agent, provider, self),
  ]);
}

function buildWhy(agent: AgentStatus, provider: ProviderStatus, parent: TreeNode): TreeNode {
  const id = childId(parent, 'why', '');
  return grow({ kind: 'why', id, parent, abilities: ['why'], agent, provider }, (self) =>
    provider.steps
      .filter(({ state }) => state !== 'absent')
      .map((step) =>
        leaf({ kind: 'step', id: childId(self, step.rule), parent: self, abilities: [], agent, provider, step }),
      ),
  );
}

function buildEnvironment(agent: AgentStatus, provider: ProviderStatus, parent: TreeNode): TreeNode[] {
  const { winner } = provider;
  if (winner.kind === 'modelConfig')
    return [leaf({ kind: 'modelKey', id: childId(parent, 'modelKey', ''), parent, abilities: [], agent, provider })];
  if (winner.kind !== 'environment') return [];
  const { variable } = winner;
  return [leaf({ kind: 'environment', id: childId(parent, 'env', variable), parent, abilities: [], agent, variable })];
}

/** What can be done with a profile. An inherited one is changed where it stands, except for its place in this agent's order. */
function abilitiesOf(
  host: HostStatus,
  provider: ProviderStatus,
  { profile, agreement, sync }: Pick<NodeOf<'profile'>, 'profile' | 'agreement' | 'sync'>,
  canMove: ReturnType<typeof listMoves>,
): Ability[] {
  const isOwn = profile.origin === 'own';
  const isValue = isOwn && (profile.type === 'token' || profile.type === 'api_key') && profile.material.kind !== 'ref';
  const isReadable = profile.material.kind === 'value' && profile.health !== 'invalid';
  const can: Record<Ability, boolean> = {
    renew: isValue && profile.type === 'token' && provider.id === 'anthropic',
    replace: isValue,
    recordExpiry: isValue && profile.type === 'token' && profile.expirySource !== 'store' && isReadable,
    remove: isOwn && isRemovable(host),
    makeFirst: canMove(profile.id, 'first'),
    moveUp: canMove(profile.id, 'up'),
    moveDown: canMove(profile.id, 'down'),
    clearOrder: false,
    push: isValue && PUSHABLE.has(agreement),
    pull: isValue && PULLABLE.has(agreement),
    copyToAgents: isOwn && host.agents.length > 1,
    copy: true,
    addToken: false,
    choose: false,
    restore: false,
    resolve: sync !== null && sync.conflict !== null,
    manageHost: false,
    why: false,
  };
  return ABILITIES.filter((ability) => can[ability]);
}

/** Whether the release of the host can remove one profile. */
export function isRemovable({ release, era }: HostStatus): boolean {
  return canRemoveProfile(release === null ? null : parseRelease(release), era);
}

const PUSHABLE: ReadonlySet<Agreement> = new Set<Agreement>(['differ', 'vaultOnly']);
const PULLABLE: ReadonlySet<Agreement> = new Set<Agreement>(['differ', 'storeOnly']);

/** Ids are free text, so the parts are told apart by JSON. */
function childId(parent: TreeNode, ...parts: readonly string[]): string {
  return JSON.stringify([parent.id, ...parts]);
}

type Seed = TreeNode extends infer Node ? (Node extends TreeNode ? Omit<Node, 'children'> : never) : never;

function leaf(seed: Seed): TreeNode {
  return { ...seed, children: [] };
}

/** A node whose children know it; written once, here, and read-only from then on. */
function grow(seed: Seed, childrenOf: (self: TreeNode) => readonly TreeNode[]): TreeNode {
  const children: TreeNode[] = [];
  const node: TreeNode = { ...seed, children };
  children.push(...childrenOf(node));
  return node;
}
