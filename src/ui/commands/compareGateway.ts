import { commands, l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { askingRules, compareWithGateway, type AskingRules, type GatewayTruth } from '../../domain/gatewayTruth.ts';
import type { AgentId } from '../../domain/ids.ts';
import { parseRelease, type Release } from '../../domain/release.ts';
import type { HostStatus } from '../../domain/status.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { buildGatewayTruthPage } from '../gatewayTruthPage.ts';
import { noAnswerWords } from '../gatewayWords.ts';
import type { Choice } from '../messages.ts';
import { allowAskingGateway } from '../settings.ts';
import type { CommandContext } from './context.ts';
import { resolveAgent } from './target.ts';

/** Asks the gateway that runs for its credentials, once the user allows it, and shows them beside those of the store. */
export async function compareGateway(context: CommandContext, argument: Argument): Promise<void> {
  const { messages, model } = context;
  const host = model.status();
  if (host === null) return;
  const rules = askingRules(releaseOf(host));
  if (!rules.isOffered) return messages.inform(noAnswerWords({ kind: 'notOffered' }, host.release));
  const agentId = rules.takesAgent ? await chooseAgent(context, argument) : defaultAgent(host);
  if (agentId !== null && (await mayAsk(context, rules))) await compare(context, agentId, rules, false);
}

async function chooseAgent(context: CommandContext, argument: Argument): Promise<AgentId | null> {
  return (await resolveAgent(context, argument, l10n.t('Compare with Running Gateway')))?.id ?? null;
}

/** Of whom the releases speak that cannot be asked about another. */
function defaultAgent({ agents }: HostStatus): AgentId | null {
  return (agents.find(({ isDefault }) => isDefault) ?? agents[0])?.id ?? null;
}

async function compare(
  context: CommandContext,
  agentId: AgentId,
  rules: AskingRules,
  loadsAgain: boolean,
): Promise<void> {
  const { messages, gateway, model, documents } = context;
  const answer = await messages.during(l10n.t('Asking the running gateway'), ({ signal }) =>
    gateway.askGateway({ agentId, loadsAgain }, { signal }),
  );
  // What changed meanwhile is no difference.
  await model.reload();
  const host = model.status();
  const agent = host?.agents.find(({ id }) => id === agentId);
  if (host === null || agent === undefined) return;
  if (answer.kind !== 'answered') {
    void messages.warn(noAnswerWords(answer, host.release));
    return;
  }
  const truth = compareWithGateway(agent, answer.providers, rules);
  await documents.show(buildGatewayTruthPage({ agent, truth, ageMs: answer.ageMs, now: model.now() }));
  say(context, agentId, rules, truth, loadsAgain);
}

function say(
  context: CommandContext,
  agentId: AgentId,
  rules: AskingRules,
  { differences, rows }: GatewayTruth,
  hasLoaded: boolean,
): void {
  const { messages, model } = context;
  if (differences === 0) {
    const isSilent = rows.some(({ difference }) => difference === 'silent');
    void messages.inform(
      isSilent
        ? l10n.t('The running gateway has what the store has, as far as this release says.')
        : l10n.t('The running gateway has what the store has.'),
    );
    return;
  }
  const again: Choice = {
    label: l10n.t('Have It Load Again'),
    run: () => compare(context, agentId, rules, true),
  };
  const restart: Choice = {
    label: l10n.t('Restart Gateway'),
    run: () => commands.executeCommand<undefined>(COMMANDS.restartGateway, { hostId: model.rootId }),
  };
  const text = l10n.t('The running gateway differs from the store of agent {0}: {1}.', display(agentId), differences);
  void messages.warn(text, hasLoaded || !rules.canLoadAgain ? [restart] : [again, restart]);
}

/** The setting, or the user's word for this once. */
async function mayAsk({ settings, messages }: CommandContext, { keepsFirstRights }: AskingRules): Promise<boolean> {
  if (settings().askGateway) return true;
  let mayAsk = false;
  const detail = [
    l10n.t(
      'The openclaw program asks it, on its host and for reading only. The first time it pairs itself as a device.',
    ),
    l10n.t('The answer has names, states and dates, and no values. The gateway may ask your providers for your usage.'),
    ...(keepsFirstRights
      ? [
          l10n.t(
            'On this release the device keeps the rights of its first call: if this is the first, the gateway is told of changes only after you approve more with openclaw devices approve.',
          ),
        ]
      : []),
  ];
  await messages.explain(l10n.t('Ask the running gateway which credentials it has?'), detail.join('\n'), [
    { label: l10n.t('Ask Once'), run: () => void (mayAsk = true) },
    {
      label: l10n.t('Always Allow'),
      run: async () => {
        await allowAskingGateway();
        mayAsk = true;
      },
    },
  ]);
  return mayAsk;
}

function releaseOf({ release }: HostStatus): Release | null {
  return release === null ? null : parseRelease(release);
}
