import { diagnoseAccounts, diagnoseBilling, diagnoseConfig } from './diagnoseAccounts.ts';
import { diagnoseMachine } from './diagnoseMachine.ts';
import { diagnoseVariables } from './diagnoseVariables.ts';
import { FINDING_CODES, type Finding, type FindingCode, type Severity } from './findings.ts';
import { DAY_MS } from './health.ts';
import type { AgentId, ProfileId } from './ids.ts';
import type { AgentSnapshot, HostSnapshot, StoreState, UndoneChange } from './snapshot.ts';
import type { AgentStatus, ProfileStatus, ProviderStatus } from './status.ts';
import type { CredentialDoubt } from './tokenIntake.ts';

const SEVERITY_RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** What is wrong or soon will be, worst first. Takes the agents as derived from the same snapshot at `now` (Unix ms). */
export function diagnose(
  snapshot: HostSnapshot,
  agents: readonly AgentStatus[],
  now: number,
  clockOffsetMs = 0,
): Finding[] {
  const findings = [
    ...diagnoseHost(snapshot, agents),
    ...snapshot.undone.map(diagnoseUndone),
    ...diagnoseVariables(snapshot, agents),
    ...diagnoseMachine(snapshot, clockOffsetMs),
    ...diagnoseAccounts(snapshot),
    ...diagnoseConfig(snapshot),
    ...agents.flatMap((agent) => diagnoseAgent(snapshot, agent, now)),
  ];
  return withoutInherited(findings, agents).toSorted(
    (a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || codeRank(a.code) - codeRank(b.code),
  );
}

/** Among equals, what concerns the credential in use comes first: the order of the list of codes. */
function codeRank(code: FindingCode): number {
  return FINDING_CODES.indexOf(code);
}

/** What an agent inherits is mended where it stands: the same finding about the owner's profile says it once. */
function withoutInherited(findings: readonly Finding[], agents: readonly AgentStatus[]): Finding[] {
  const keyOf = (agentId: AgentId | null, profileId: ProfileId | null): string => JSON.stringify([agentId, profileId]);
  const inherited = new Set(
    agents.flatMap((agent) =>
      agent.providers
        .flatMap((provider) => provider.profiles)
        .filter((profile) => profile.origin === 'inherited')
        .map((profile) => keyOf(agent.id, profile.id)),
    ),
  );
  const isInherited = (finding: Finding): boolean => inherited.has(keyOf(finding.agentId, finding.profileId));
  const sameOf = ({ code, profileId }: Finding): string => JSON.stringify([code, profileId]);
  const owned = new Set(findings.filter((finding) => !isInherited(finding)).map(sameOf));
  return findings.filter((finding) => !isInherited(finding) || !owned.has(sameOf(finding)));
}

function diagnoseHost(snapshot: HostSnapshot, agents: readonly AgentStatus[]): Finding[] {
  if (snapshot.agents.length === 0) {
    return [found('stateDirMissing', 'error', {}, `No OpenClaw agents under ${snapshot.stateDir}.`)];
  }
  const { state, path } = snapshot.config;
  const findings: Finding[] = [];
  if (state === 'malformed' || state === 'unreadable') {
    findings.push(found('configUnreadable', 'error', {}, `${path} is ${state}.`));
  }
  const { release, laterRelease, era } = snapshot;
  if (laterRelease !== null) {
    const message = `OpenClaw ${laterRelease.text} wrote here, and ${release?.text ?? 'an unknown release'} is installed.`;
    findings.push(found('downgraded', era === 'unknown' ? 'error' : 'warning', {}, message));
  }
  const hasCredential = agents.some((agent) => agent.providers.some((provider) => provider.winner.kind !== 'none'));
  const hasFailure = agents.some((agent) => agent.providers.length > 0 || isBroken(agent.store.state));
  if (!hasCredential && !hasFailure)
    findings.push(found('noCredentials', 'error', {}, 'No credentials found for any agent.'));
  return findings;
}

function diagnoseUndone({ agentId, provider, profileId, isBack }: UndoneChange): Finding {
  const what = profileId === null ? `the order of ${quote(provider)}` : quote(profileId);
  const end = isBack ? 'it was made again' : 'and it is gone; make it again and restart the gateway';
  return {
    code: isBack ? 'changeReapplied' : 'changeUndone',
    severity: isBack ? 'info' : 'warning',
    agentId,
    provider,
    profileId,
    message: `${quote(agentId)}: The gateway undid the change to ${what}: ${end}.`,
  };
}

function isBroken(state: StoreState): boolean {
  return state === 'malformed' || state === 'unreadable' || state === 'retired';
}

function diagnoseAgent(snapshot: HostSnapshot, agent: AgentStatus, now: number): Finding[] {
  const source = snapshot.agents.find((candidate) => candidate.id === agent.id);
  return [
    ...diagnoseStore(agent),
    ...agent.unreadable.map((entry) =>
      found(
        'profileUnreadable',
        'warning',
        { agent, profileId: entry.id },
        `Profile ${quote(entry.id)} cannot be read: ${entry.why}.`,
      ),
    ),
    ...agent.providers.flatMap((provider) => [
      ...diagnoseWinner(agent, provider, now),
      ...diagnoseOthers(agent, provider),
      ...diagnoseBilling(agent, provider),
      ...(source ? diagnoseOrder(source, agent, provider) : []),
    ]),
  ];
}

const STORE_CODES: Partial<Record<StoreState, FindingCode>> = {
  malformed: 'storeMalformed',
  unreadable: 'storeUnreadable',
  retired: 'storeRetired',
};

function diagnoseStore(agent: AgentStatus): Finding[] {
  return [...diagnoseState(agent), ...diagnosePermissions(agent)];
}

/** Whoever may write the file, or put another in its place, chooses the gateway's credentials; whoever may read it has them. */
function diagnosePermissions(agent: AgentStatus): Finding[] {
  const { exposure } = agent.store;
  if (exposure == null) return [];
  const { path, mode, kind } = exposure;
  const isWritable = kind === 'writable';
  const name = quote(path);
  const evidence = `Other users may ${isWritable ? 'write' : 'read'} ${name} (mode ${mode.toString(8).padStart(4, '0')})`;
  const fix = isWritable ? `run chmod go-w on it` : 'run chmod go-rwx on it';
  return [found('storePermissions', 'warning', { agent }, `${evidence}; ${fix}.`)];
}

function diagnoseState(agent: AgentStatus): Finding[] {
  if (agent.store.problem === 'jsonBesideSqlite') {
    const message = `A retired auth-profiles.json stands beside the store ${quote(agent.store.path)} and is ignored.`;
    return [found('retiredFileBeside', 'warning', { agent }, message)];
  }
  const code = STORE_CODES[agent.store.state];
  if (!code) return [];
  const why = agent.store.problem === null ? '' : ` (${agent.store.problem})`;
  const fix = code === 'storeRetired' ? ' Run `openclaw doctor --fix`.' : '';
  return [found(code, 'error', { agent }, `Store ${quote(agent.store.path)} is ${agent.store.state}${why}.${fix}`)];
}

/** What the credential that is used next needs. */
function diagnoseWinner(agent: AgentStatus, provider: ProviderStatus, now: number): Finding[] {
  const about = { agent, provider };
  if (provider.winner.kind === 'environment' || provider.winner.kind === 'modelConfig') return [];
  // A store that cannot be read proves nothing about what a model needs; that it cannot be read is told in its place.
  if (provider.winner.kind === 'none')
    return isBroken(agent.store.state) && provider.profiles.length === 0 ? [] : [diagnoseNoWinner(agent, provider)];
  const winner = provider.profiles[0];
  if (!winner) return [];
  const name = quote(winner.id);
  const findings: Finding[] = [];
  if (winner.health === 'expiring' || winner.health === 'expired') {
    const left = (winner.expiresAt ?? now) - now;
    const [code, severity] = left > 0 ? (['tokenExpiring', 'warning'] as const) : (['tokenExpired', 'error'] as const);
    findings.push(found(code, severity, { ...about, profileId: winner.id }, `${name} ${inWords(left)}.`));
  }
  if (winner.health === 'unknown') {
    findings.push(
      found('noExpiryKnown', 'info', { ...about, profileId: winner.id }, `No expiry is recorded for ${name}.`),
    );
  }
  if (provider.profiles.every((profile) => isWaiting(profile))) {
    const message = `Every profile of ${quote(provider.id)} is cooling down or disabled.`;
    findings.push(found('allCoolingDown', 'warning', about, message));
  }
  return findings;
}

function isWaiting(profile: ProfileStatus): boolean {
  return profile.health === 'coolingDown' || profile.health === 'disabled';
}

function diagnoseNoWinner(agent: AgentStatus, provider: ProviderStatus): Finding {
  const expired = provider.profiles.find((profile) => profile.reason === 'expired');
  if (expired) {
    const about = { agent, provider, profileId: expired.id };
    return found('tokenExpired', 'error', about, `${quote(expired.id)} has expired and nothing else can be used.`);
  }
  return found('noCredentials', 'error', { agent, provider }, `No credentials found for ${quote(provider.id)}.`);
}

const DOUBTS: Record<CredentialDoubt, string> = {
  cut: 'holds a token that was cut off',
  oddLength: 'holds a token of an odd length',
  otherKind: 'holds a credential of another kind than its type says',
};

/** Profiles that may be counted on. */
function diagnoseOthers(agent: AgentStatus, provider: ProviderStatus): Finding[] {
  return provider.profiles.flatMap((profile): Finding[] => {
    const about = { agent, provider, profileId: profile.id };
    const name = quote(profile.id);
    if (profile.health === 'disabled') {
      return [
        found(
          'profileDisabled',
          'warning',
          about,
          `${name} is disabled (${profile.disabledReason ?? 'no reason given'}).`,
        ),
      ];
    }
    if (profile.origin === 'own' && profile.material.kind === 'value' && profile.material.doubt !== undefined) {
      const words = DOUBTS[profile.material.doubt];
      return [found('credentialMisshaped', 'warning', about, `${name} ${words}.`)];
    }
    if (profile.reason === 'missingCredential') {
      return [found('credentialMissing', 'warning', about, `${name} has no credential.`)];
    }
    if (profile.reason === 'invalidExpires') {
      return [found('invalidExpires', 'warning', about, `The expiry of ${name} is not a date.`)];
    }
    if (profile.reason === 'expired' && provider.winner.kind !== 'none') {
      return [found('tokenExpired', 'info', about, `${name} has expired; another credential is used.`)];
    }
    if (profile.reason === 'excludedByOrder' && profile.health === 'ok') {
      return [found('orderExcludesValid', 'info', about, `${name} is valid and not in the order.`)];
    }
    return [];
  });
}

/** Ids in an explicit order that no profile has. */
function diagnoseOrder(source: AgentSnapshot, agent: AgentStatus, provider: ProviderStatus): Finding[] {
  return provider.order.listed
    .filter((id) => !source.set.profiles.has(id))
    .map((id) =>
      found(
        'orderNamesMissingProfile',
        'warning',
        { agent, provider, profileId: id },
        `The order names ${quote(id)}, which is not there.`,
      ),
    );
}

interface About {
  readonly agent?: AgentStatus;
  readonly provider?: ProviderStatus;
  readonly profileId?: ProfileId;
}

function found(code: FindingCode, severity: Severity, about: About, message: string): Finding {
  const where = about.agent ? `${quote(about.agent.id)}: ` : '';
  return {
    code,
    severity,
    agentId: about.agent?.id ?? null,
    provider: about.provider?.id ?? null,
    profileId: about.profileId ?? null,
    message: where + message,
  };
}

const HOUR_MS = DAY_MS / 24;

function inWords(leftMs: number): string {
  const size = Math.abs(leftMs);
  const amount = size >= DAY_MS ? `${Math.floor(size / DAY_MS)} d` : `${Math.floor(size / HOUR_MS)} h`;
  return leftMs > 0 ? `expires in ${amount}` : `expired ${amount} ago`;
}

/** Ids and paths are data: one line each, whatever they hold. */
function quote(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
