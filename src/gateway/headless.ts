import type { ProviderId } from '../domain/ids.ts';
import type { AgentStatus, HostStatus, ProfileStatus, ProviderStatus } from '../domain/status.ts';
import type { Winner } from '../domain/selection.ts';
import type { Finding, FindingCode } from '../domain/findings.ts';
import type { CheckFormat } from './headlessArgs.ts';

/** The part of a status that concerns one agent; `null` where there is no such agent. */
export function narrowToAgent(status: HostStatus, wanted: string): HostStatus | null {
  const agents = status.agents.filter((agent) => agent.id === wanted);
  if (agents.length === 0 && status.agents.length > 0) return null;
  const findings = status.findings.filter((finding) => finding.agentId === null || finding.agentId === wanted);
  return { ...status, agents, findings };
}

/** The document that `status --json` prints. Its keys are fixed; more may come. No secret and no account name in it. */
export function toDocument(status: HostStatus): object {
  const { release, era, stateDir, readAt } = status;
  return {
    schema: 1,
    release,
    era,
    stateDir,
    readAt,
    agents: status.agents.map(toAgent),
    findings: status.findings.map(toFinding),
  };
}

function toAgent({ id, isDefault, store, providers }: AgentStatus): object {
  const { kind, path, state, problem } = store;
  return { id, isDefault, store: { kind, path, state, problem }, providers: providers.map(toProvider) };
}

function toProvider({ id, order, winner, profiles }: ProviderStatus): object {
  const { source, profileIds } = order;
  return { id, order: { source, profileIds }, winner, profiles: profiles.map(toProfile) };
}

function toProfile(profile: ProfileStatus): object {
  const { id, type, origin, health, expiresAt, cooldownUntil, disabledUntil, disabledReason, reason } = profile;
  return { id, type, origin, health, expiresAt, cooldownUntil, disabledUntil, disabledReason, reason };
}

function toFinding({ code, severity, agentId, provider, profileId, message }: Finding): object {
  return { code, severity, agentId, provider, profileId, message };
}

/** A timer or a job has a short PATH, so what it does not find there says nothing of the gateway. */
const NOT_TOLD: ReadonlySet<FindingCode> = new Set<FindingCode>(['openclawMissing', 'claudeMissing', 'claudeTooOld']);

/** One line per finding, worst first. Ids may hold anything, also line breaks and escape sequences. */
export function formatFindings(status: HostStatus, format: CheckFormat): string {
  const told = status.findings.filter(({ code }) => !NOT_TOLD.has(code));
  return told.map((finding) => `${placeOf(status, finding, format)}${formatFinding(finding)}\n`).join('');
}

/** A file that an editor can open: not a database. */
function placeOf({ agents, config }: HostStatus, { agentId }: Finding, format: CheckFormat): string {
  if (format === 'lines') return '';
  const store = agents.find(({ id }) => id === agentId)?.store;
  return `${oneLine(store?.kind === 'json' ? store.path : config.path)}:1:1: `;
}

function formatFinding({ severity, code, message }: Finding): string {
  return oneLine(`${severity} ${code}: ${message}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return `\\u{${hex}}`;
  });
}

const OK = 0;
const ACT_NOW = 1;
const ACT_SOON = 2;

/** 0 fine, 1 expired or missing, 2 expiring: what the winner of each provider in use needs; what is worse wins. */
export function deriveExitCode(status: HostStatus, inUse: ReadonlySet<ProviderId>): number {
  if (status.agents.length === 0) return ACT_NOW;
  const codes = status.agents.flatMap((agent) => agentCodes(agent, inUse));
  if (codes.length === 0 || codes.includes(ACT_NOW)) return ACT_NOW;
  return codes.includes(ACT_SOON) ? ACT_SOON : OK;
}

function agentCodes(agent: AgentStatus, inUse: ReadonlySet<ProviderId>): number[] {
  const { state } = agent.store;
  if (state === 'malformed' || state === 'unreadable' || state === 'retired') return [ACT_NOW];
  return agent.providers.filter((provider) => isInUse(provider, inUse)).map(providerCode);
}

function isInUse(provider: ProviderStatus, inUse: ReadonlySet<ProviderId>): boolean {
  return inUse.size === 0 ? provider.profiles.length > 0 : inUse.has(provider.id);
}

function providerCode({ winner, profiles }: ProviderStatus): number {
  if (winner.kind !== 'profile') return winner.kind === 'none' ? ACT_NOW : OK;
  switch (winnerOf(winner, profiles)?.health) {
    case 'expired':
    case 'invalid':
    case undefined:
      return ACT_NOW;
    case 'expiring':
      return ACT_SOON;
    default:
      return OK;
  }
}

function winnerOf(winner: Extract<Winner, { kind: 'profile' }>, profiles: readonly ProfileStatus[]) {
  return profiles.find((profile) => profile.id === winner.profileId);
}
