import { l10n } from 'vscode';
import { pinsOf } from '../../domain/sessionPin.ts';
import { listWhatIfs } from '../../domain/whatIf.ts';
import type { Argument } from '../../view/targets.ts';
import { buildWhyPage } from '../whyPage.ts';
import type { CommandContext } from './context.ts';
import { resolveProviderRow } from './target.ts';

/** Shows why a provider's credential is the one that an agent uses next. */
export async function explainChoice(context: CommandContext, argument: Argument): Promise<void> {
  const { model, documents } = context;
  const row = await resolveProviderRow(context, argument, 'why', l10n.t('Why This Credential?'));
  const [host, snapshot] = [model.status(), model.state.kind === 'ready' ? model.state.snapshot : null];
  if (row === null || host === null || snapshot === null) return;
  const { agent, provider } = row;
  const now = model.now();
  const whatIfs = listWhatIfs(snapshot, agent.id, provider.id, now);
  // The page is right without them.
  const pins = await context.gateway.sessions().then(pinsOf, () => []);
  await documents.show(buildWhyPage({ host, agent, provider, whatIfs, pins, now }));
}
