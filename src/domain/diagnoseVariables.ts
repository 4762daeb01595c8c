import type { Finding } from './findings.ts';
import type { ProviderId } from './ids.ts';
import type { HostSnapshot } from './snapshot.ts';
import type { AgentStatus } from './status.ts';
import { isRestartNeeded, judgeVariable, type VariableSeen } from './variables.ts';

/** What is wrong with the variables that a gateway is given; of a provider only where something asks for it. */
export function diagnoseVariables({ variables }: HostSnapshot, agents: readonly AgentStatus[]): Finding[] {
  const isMissed = (provider: ProviderId): boolean =>
    agents.some(({ providers }) => providers.some(({ id, winner }) => id === provider && winner.kind === 'none'));
  const found = variables.variables.flatMap((variable): Finding[] => {
    const [provider] = variable.providers.filter(isMissed);
    const { problem } = judgeVariable(variable, variables);
    if (problem === 'lacks')
      return [of(variable, 'daemonLacksVariable', provider, 'stands in a shell only, so the gateway does not have it')];
    if (problem === null) return [];
    const why = problem === 'shadowed' ? 'has another value in .env, which is not used' : 'was changed in the service';
    return [of(variable, problem === 'stale' ? 'restartNeeded' : 'variableShadowed', provider, why)];
  });
  const hasStale = found.some(({ code }) => code === 'restartNeeded');
  if (hasStale || !isRestartNeeded(variables)) return found;
  const message = 'The gateway runs for longer than its .env or its service has stood as it stands; restart it.';
  const restart: Finding = { code: 'restartNeeded', severity: 'info', ...NOWHERE, provider: null, message };
  return [...found, restart];
}

const NOWHERE = { agentId: null, profileId: null } as const;

function of(
  { name, providers }: VariableSeen,
  code: 'daemonLacksVariable' | 'variableShadowed' | 'restartNeeded',
  missed: ProviderId | undefined,
  why: string,
): Finding {
  const provider = missed ?? providers[0] ?? null;
  const severity = missed === undefined && code === 'daemonLacksVariable' ? 'info' : 'warning';
  return { code, severity, ...NOWHERE, provider, variable: name, message: `The variable ${name} ${why}.` };
}
