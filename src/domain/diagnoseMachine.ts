import type { Finding } from './findings.ts';
import { isAtLeast } from './release.ts';
import type { HostSnapshot } from './snapshot.ts';

const NOWHERE = { agentId: null, provider: null, profileId: null } as const;
/** Tokens expire by the host's clock, and so does the gateway's judgement of them. */
const CLOCK_LIMIT_MS = 60_000;
/** The first release that this is measured with. */
const FIRST_RELEASE = '2026.2.0';

/** By the published packages: 1.0.43 does not know the word, 1.0.44 does. */
const FIRST_WITH_SETUP_TOKEN = [1, 0, 44] as const;

/** What the host lacks: the programs, and a clock that is right. */
export function diagnoseMachine(snapshot: HostSnapshot, clockOffsetMs: number): Finding[] {
  const { cliPath, release, agents, hasClaude, claudeVersion } = snapshot;
  const findings: Finding[] = [];
  if (agents.length > 0 && cliPath === null) {
    const message = 'The openclaw program is not on PATH; what only it can do is not offered.';
    findings.push({ code: 'openclawMissing', severity: 'info', ...NOWHERE, message });
  }
  if (release !== null && !isAtLeast(release, FIRST_RELEASE)) {
    const message = `OpenClaw ${release.text} is older than ${FIRST_RELEASE}; it is read and never written.`;
    findings.push({ code: 'openclawTooOld', severity: 'warning', ...NOWHERE, message });
  }
  if (hasClaude === false && usesSetupToken(snapshot)) {
    const message = 'The claude program is not on PATH here, so a setup-token has to be made on another machine.';
    findings.push({ code: 'claudeMissing', severity: 'info', ...NOWHERE, message });
  }
  if (claudeVersion !== null && !hasSetupToken(claudeVersion) && usesSetupToken(snapshot)) {
    const message = `Claude Code ${claudeVersion} has no setup-token; ${FIRST_WITH_SETUP_TOKEN.join('.')} is the first that has.`;
    findings.push({ code: 'claudeTooOld', severity: 'info', ...NOWHERE, message });
  }
  if (Math.abs(clockOffsetMs) > CLOCK_LIMIT_MS) {
    const amount = `${Math.round(Math.abs(clockOffsetMs) / 1000).toString()} s`;
    const message = `The host's clock is ${amount} ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} the editor's; tokens expire by it.`;
    findings.push({ code: 'clockOff', severity: 'warning', ...NOWHERE, message });
  }
  return findings;
}

function hasSetupToken(version: string): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const differs = FIRST_WITH_SETUP_TOKEN.findIndex((wanted, at) => (parts[at] ?? 0) !== wanted);
  return differs < 0 || (parts[differs] ?? 0) > (FIRST_WITH_SETUP_TOKEN[differs] ?? 0);
}

function usesSetupToken({ agents }: HostSnapshot): boolean {
  return agents.some(({ set }) =>
    [...set.profiles.values()].some(({ type, provider }) => type === 'token' && provider === 'anthropic'),
  );
}
