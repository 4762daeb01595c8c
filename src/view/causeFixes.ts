import type { CommandName } from '../contributions.ts';
import type { ErrorCause } from '../domain/errorExplainer.ts';

/** The commands that mend what an error comes from, the best first; none where only time does. */
export const CAUSE_FIXES = {
  claudeCodeOnly: ['addApiKey'],
  extraUsage: ['addApiKey'],
  migrationRequired: ['repair'],
  gatewayScope: ['runDoctor'],
  gatewayToken: ['runDoctor'],
  storeBusy: ['restartGateway'],
  notASetupToken: ['pasteToken', 'addApiKey'],
  noCredentials: ['pasteToken', 'addApiKey', 'showFindings'],
  refreshReused: ['runOnboard'],
  refreshFailed: ['runOnboard'],
  expired: ['renew', 'replace'],
  invalidKey: ['replace', 'renew'],
  billing: ['addApiKey', 'showFindings'],
  rateLimit: ['showFindings'],
  overloaded: [],
  missingScope: ['renew', 'runOnboard'],
  coolingDown: ['addApiKey', 'showFindings'],
} as const satisfies Record<ErrorCause, readonly CommandName[]>;

export type FixCommand = (typeof CAUSE_FIXES)[ErrorCause][number];
