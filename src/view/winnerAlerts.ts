import { billingOfWinner, type Billing } from '../domain/billing.ts';
import type { AgentId, HostId, ProfileId, ProviderId } from '../domain/ids.ts';
import type { ProfileReason, Winner } from '../domain/selection.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../domain/status.ts';
import { isMetered, nameOf } from './winnerChange.ts';

/** What is used for a provider, and what its use costs; `null`: nothing is used. */
export interface Used {
  readonly winner: Winner;
  readonly billing: Billing | null;
}

/**
 * Why another credential is used. Of the one before: `expired`, `coolingDown`, `disabled`, `notUsable`, `removed`, `replaced` by one of another kind.
 * Of the one now: `added`, `back`. `inTurn`: no order is set, and the gateway uses those of one type in turn. Times are Unix ms, gateway host's clock.
 */
export type WinnerReason =
  | { readonly kind: 'expired' }
  | { readonly kind: 'coolingDown' | 'disabled'; readonly until: number | null; readonly because: string | null }
  | { readonly kind: 'notUsable'; readonly reason: ProfileReason }
  | { readonly kind: 'removed' | 'replaced' | 'added' | 'back' }
  | { readonly kind: 'order' | 'inTurn' | 'environment' | 'configuration' };

export interface WinnerAlert {
  readonly hostId: HostId;
  readonly provider: ProviderId;
  /** Those for whom it changed in the same way; the first is the one to act on. */
  readonly agents: readonly [AgentId, ...AgentId[]];
  readonly from: Used;
  readonly to: Used;
  readonly reason: WinnerReason;
  /** A profile that is still usable and could be put first again; `null`: none. */
  readonly former: ProfileId | null;
  /** From a subscription to something that is billed per use. */
  readonly isMetered: boolean;
  /** The same whenever the same takes the place of the same. */
  readonly pair: string;
}

/**
 * The changes of the credential in use between two readings of one host, those that cost most first. A store that could not be
 * read says nothing, and neither does a provider that was not there before.
 */
export function deriveWinnerAlerts(before: HostStatus, after: HostStatus): readonly WinnerAlert[] {
  if (before.hostId !== after.hostId) return [];
  const alerts = new Map<string, WinnerAlert>();
  for (const agent of after.agents) {
    const earlier = before.agents.find(({ id }) => id === agent.id);
    if (earlier === undefined || !isRead(earlier) || !isRead(agent)) continue;
    for (const provider of earlier.providers) {
      const found = compare(provider, agent.providers.find(({ id }) => id === provider.id) ?? gone(provider));
      if (found === null) continue;
      const { hostId } = after;
      const key = JSON.stringify([provider.id, nameOf(found.from.winner), nameOf(found.to.winner)]);
      const agents = [...(alerts.get(key)?.agents ?? []), agent.id] as [AgentId, ...AgentId[]];
      const alert = { ...found, hostId, provider: provider.id, agents, pair: JSON.stringify([hostId, key]) };
      alerts.set(key, { ...alert, ...alerts.get(key), agents });
    }
  }
  return [...alerts.values()].toSorted((a, b) => Number(b.isMetered) - Number(a.isMetered));
}

type Found = Pick<WinnerAlert, 'from' | 'to' | 'reason' | 'former' | 'isMetered'>;

function compare(before: ProviderStatus, after: ProviderStatus): Found | null {
  const [from, to] = [usedOf(before), usedOf(after)];
  const isSameName = nameOf(from.winner) === nameOf(to.winner);
  if (isSameName && from.billing === to.billing) return null;
  const reason: WinnerReason = isSameName ? { kind: 'replaced' } : reasonOf(before, after);
  if (reason.kind === 'inTurn' && from.billing === to.billing) return null;
  return { from, to, reason, former: formerOf(before, after), isMetered: isMetered(before, after) };
}

function usedOf(provider: ProviderStatus): Used {
  return { winner: provider.winner, billing: billingOfWinner(provider) };
}

function isRead({ store }: AgentStatus): boolean {
  return store.state === 'ok' || store.state === 'empty' || store.state === 'missing';
}

function gone({ id }: ProviderStatus): ProviderStatus {
  const order = { source: 'default', profileIds: [], listed: [], listedIn: null } as const;
  return { id, order, winner: { kind: 'none' }, steps: [], profiles: [] };
}

function formerOf({ winner }: ProviderStatus, after: ProviderStatus): ProfileId | null {
  const profile = profileOf(after, winner);
  return profile !== null && (profile.reason === 'fallback' || profile.reason === 'excludedByOrder')
    ? profile.id
    : null;
}

/** What befell the one before; else what befell the one now; else the order. */
function reasonOf(before: ProviderStatus, after: ProviderStatus): WinnerReason {
  return reasonOfFormer(before, after) ?? reasonOfPresent(before, after) ?? reasonOfOrder(before, after);
}

function reasonOfFormer(before: ProviderStatus, after: ProviderStatus): WinnerReason | null {
  const { winner } = before;
  if (winner.kind !== 'profile') return isStill(after, winner) ? null : sourceOf(winner);
  const [was, is] = [profileOf(before, winner), profileOf(after, winner)];
  if (is === null) return { kind: 'removed' };
  if (was?.health !== is.health) {
    const worse = conditionOf(is);
    if (worse !== null) return worse;
  }
  return isLeftOut(is.reason) ? { kind: 'notUsable', reason: is.reason } : null;
}

function conditionOf(profile: ProfileStatus): WinnerReason | null {
  const { health, cooldownUntil, cooldownReason, disabledUntil, disabledReason } = profile;
  if (health === 'expired') return { kind: 'expired' };
  if (health === 'disabled') return { kind: 'disabled', until: disabledUntil, because: disabledReason };
  return health === 'coolingDown' ? { kind: 'coolingDown', until: cooldownUntil, because: cooldownReason } : null;
}

const OWN_REASONS: ReadonlySet<ProfileReason> = new Set<ProfileReason>([
  ...(['missingCredential', 'invalidExpires', 'unresolvedRef', 'modeMismatch', 'dormant', 'unknownType'] as const),
]);

/** For a reason of its own, not for its place in the order. */
function isLeftOut(reason: ProfileReason): boolean {
  return OWN_REASONS.has(reason);
}

function reasonOfPresent(before: ProviderStatus, after: ProviderStatus): WinnerReason | null {
  const { winner } = after;
  if (winner.kind !== 'profile') return sourceOf(winner);
  const was = profileOf(before, winner);
  if (was === null) return { kind: 'added' };
  const wasUnusable = conditionOf(was) !== null || isLeftOut(was.reason);
  const is = profileOf(after, winner);
  return wasUnusable && is?.health !== was.health ? { kind: 'back' } : null;
}

function reasonOfOrder(before: ProviderStatus, after: ProviderStatus): WinnerReason {
  const isSame =
    before.order.source === after.order.source &&
    JSON.stringify(before.order.listed) === JSON.stringify(after.order.listed);
  const isFree = after.order.listedIn === null && before.winner.kind === 'profile';
  return { kind: isSame && isFree ? 'inTurn' : 'order' };
}

/** Of a variable, or of the key in the configuration: it came or went. */
function sourceOf(winner: Winner): WinnerReason | null {
  if (winner.kind === 'environment') return { kind: 'environment' };
  return winner.kind === 'modelConfig' ? { kind: 'configuration' } : null;
}

/** Whether it is still there, behind what is used now. */
function isStill({ steps }: ProviderStatus, winner: Winner): boolean {
  const rule = winner.kind === 'environment' ? 'environment' : 'modelConfig';
  const step = steps.find((candidate) => candidate.rule.startsWith(rule));
  const name = winner.kind === 'environment' ? winner.variable : step?.names[0];
  return winner.kind === 'none' || (name !== undefined && step?.names.includes(name) === true);
}

function profileOf({ profiles }: ProviderStatus, winner: Winner): ProfileStatus | null {
  return winner.kind === 'profile' ? (profiles.find(({ id }) => id === winner.profileId) ?? null) : null;
}
