import { l10n } from 'vscode';
import type { Outcome } from '../../domain/change.ts';
import { LOCAL_HOST } from '../../domain/ids.ts';
import { pullProfile, pushProfile } from '../../sync/transfer.ts';
import { display } from '../../view/display.ts';
import { conclude, transferParts, type CommandContext } from './context.ts';
import { resolveProfile, type Argument, type ProfileTarget } from './target.ts';

/** Writes the copy that VS Code keeps to the store. */
export async function pushToStore(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveProfile(context, argument, 'push', l10n.t('Push Copy from VS Code to Store'));
  if (target === null) return;
  const name = display(target.profile.id);
  const question = l10n.t('Write VS Code’s copy of {0} to the store?', name);
  const detail = l10n.t('Agent: {0}. What the store holds now is replaced.', display(target.agent.id));
  if (!(await context.messages.confirm(question, detail, l10n.t('Write')))) return;
  const outcome = await context.messages.during(l10n.t('Storing {0}', name), (signal) => {
    const { key, profile } = sides(context, target);
    return pushProfile(transferParts(context), key, profile, { signal });
  });
  await conclude(context, outcome, l10n.t('{0} is stored and was read back.', name));
}

/** Copies what the store holds into VS Code's secret storage. */
export async function pullToVault(context: CommandContext, argument: Argument): Promise<void> {
  const target = await resolveProfile(context, argument, 'pull', l10n.t('Pull Credential from Store to VS Code'));
  if (target === null) return;
  const { key, profile } = sides(context, target);
  if (profile === null) return;
  const outcome: Outcome = await pullProfile(transferParts(context), key, profile);
  await conclude(context, outcome, l10n.t('VS Code keeps a copy of {0} now.', display(target.profile.id)));
}

function sides(context: CommandContext, { agent, profile }: ProfileTarget) {
  const key = { hostId: LOCAL_HOST, agentId: agent.id, profileId: profile.id };
  return { key, profile: context.model.profile(agent.id, profile.id) };
}
