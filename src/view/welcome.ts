import type { Welcome } from '../contributions.ts';
import type { AgentStatus, HostStatus } from '../domain/status.ts';

/** Which welcome text explains an empty tree; `none` when there are profiles to show, or what stands in their place. */
export function chooseWelcome({ agents }: HostStatus, hasOtherRows = false): Welcome {
  if (hasOtherRows || agents.some(hasContent)) return 'none';
  const broken = agents.filter(isStoreBroken);
  if (broken.length > 0) return broken.every(({ store }) => store.state === 'retired') ? 'storeRetired' : 'storeBroken';
  // Without an agent there is nothing to give a credential to, whether or not the program is there.
  return agents.length === 0 ? 'noOpenClaw' : 'noProfiles';
}

function hasContent({ providers, unreadable }: AgentStatus): boolean {
  return (
    providers.some(
      (provider) =>
        provider.profiles.length > 0 ||
        provider.winner.kind === 'environment' ||
        provider.winner.kind === 'modelConfig',
    ) || unreadable.length > 0
  );
}

/** The gateway gets nothing from this store as it stands. */
export function isStoreBroken({ store }: AgentStatus): boolean {
  return store.state === 'malformed' || store.state === 'unreadable' || store.state === 'retired';
}
