import type { AgentId, ProfileId, ProviderId } from '../../domain/ids.ts';
import type { ProfileIdentity } from '../../vault/vault.ts';
import type { CommandContext } from './context.ts';

/** A slot for a credential in one agent's store. */
export interface Place {
  readonly agentId: AgentId;
  readonly provider: ProviderId;
  readonly profileId: ProfileId;
}

/** The profile as the vault names it. */
export function identityOf({ model }: CommandContext, { agentId, provider, profileId }: Place): ProfileIdentity {
  return { ...model.vaultKey(agentId, profileId), provider };
}
