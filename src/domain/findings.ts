import type { AgentId, ProfileId, ProviderId } from './ids.ts';

/** Something that needs a person. Codes are stable: scripts match on them. */
export const FINDING_CODES = [
  'noCredentials',
  'tokenExpired',
  'tokenExpiring',
  'noExpiryKnown',
  'allCoolingDown',
  'profileDisabled',
  'orderNamesMissingProfile',
  'orderExcludesValid',
  'credentialMissing',
  'invalidExpires',
  'profileUnreadable',
  'storeMalformed',
  'storeUnreadable',
  'storeRetired',
  'configUnreadable',
  'cliMissing',
  'stateDirMissing',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning' | 'info';
  readonly agentId: AgentId | null;
  readonly provider: ProviderId | null;
  readonly profileId: ProfileId | null;
  /** English, for the headless report and the log; the editor words findings itself, by code. */
  readonly message: string;
}
