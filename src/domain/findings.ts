import type { AgentId, ProfileId, ProviderId } from './ids.ts';

/** What a person may have to deal with. Codes are stable: scripts match on them. */
export const FINDING_CODES = [
  'noCredentials',
  'changeUndone',
  'changeReapplied',
  'tokenExpired',
  'tokenExpiring',
  'noExpiryKnown',
  'allCoolingDown',
  'profileDisabled',
  'orderNamesMissingProfile',
  'orderExcludesValid',
  'credentialMissing',
  'credentialMisshaped',
  'meteredWinner',
  'duplicateAccount',
  'configDisagrees',
  'invalidExpires',
  'profileUnreadable',
  'storeMalformed',
  'storeUnreadable',
  'storeRetired',
  'retiredFileBeside',
  'downgraded',
  'storePermissions',
  'daemonLacksVariable',
  'variableShadowed',
  'restartNeeded',
  'configUnreadable',
  'stateDirMissing',
  'openclawMissing',
  'openclawTooOld',
  'claudeMissing',
  'claudeTooOld',
  'clockOff',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/**
 * `error`: requests fail now or a store cannot be read. `warning`: they will fail soon, or a credential is left out that
 * the user may count on. `info`: worth knowing.
 */
export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly agentId: AgentId | null;
  readonly provider: ProviderId | null;
  readonly profileId: ProfileId | null;
  /** Name of the variable that it is about. */
  readonly variable?: string;
  /** English, for the headless report and the log; the editor words findings itself, by code. */
  readonly message: string;
}

/** Exit code of `check`: 1 when something is expired, missing or unreadable, 2 when something is expiring, else 0. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some((finding) => finding.severity === 'error')) return 1;
  return findings.some((finding) => finding.code === 'tokenExpiring' && finding.severity === 'warning') ? 2 : 0;
}
