import { setTimeout as sleep } from 'node:timers/promises';
import { commands, l10n } from 'vscode';
import { COMMANDS, type CommandName } from '../../contributions.ts';
import type { FindingCode } from '../../domain/findings.ts';
import { hasRestarted, NO_VARIABLES, type VariableReport } from '../../domain/variables.ts';
import type { Choice } from '../messages.ts';
import { dateTime } from '../words.ts';
import type { CommandContext } from './context.ts';
import { runOpenclaw } from './terminal.ts';

const LOOK_MS = 2_000;
/** A gateway takes a while to end what it works on, and to begin. */
const LOOKS = 45;
/** What a restart may mend. */
const OF_ENVIRONMENT: ReadonlySet<FindingCode> = new Set<FindingCode>([
  ...(['restartNeeded', 'daemonLacksVariable', 'variableShadowed'] as const),
]);

/** Whatever runs in the gateway is interrupted, so the user decides. Then looks what has become of it. */
export async function restartGateway(context: CommandContext): Promise<void> {
  const isSure = await context.messages.confirm(
    l10n.t('Restart the gateway?'),
    l10n.t('Chats and tasks that it is working on are interrupted.'),
    l10n.t('Restart'),
  );
  if (!isSure) return;
  const before = variablesOf(context);
  if (!(await runOpenclaw(context, { kind: 'restart' }))) return;
  const title = l10n.t('Waiting for the restarted gateway');
  tell(context, await context.messages.during(title, ({ signal }) => waitForIt(context, before, signal)));
}

/** `away`: the user waits no longer. `unseen`: no gateway's process can be seen on this host. */
type Waited = 'back' | 'notBack' | 'unseen' | 'away';

async function waitForIt(context: CommandContext, before: VariableReport, signal: AbortSignal): Promise<Waited> {
  let isSeen: boolean | null = null;
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return 'away';
    await context.model.reload();
    isSeen = hasRestarted(before, variablesOf(context));
    if (isSeen === true) return 'back';
  }
  return isSeen === null ? 'unseen' : 'notBack';
}

function tell(context: CommandContext, waited: Waited): void {
  const { messages, model } = context;
  if (waited === 'away') return;
  const seen = [choice(context, l10n.t('Show Environment'), 'showEnvironment')];
  if (waited === 'unseen') {
    void messages.inform(
      l10n.t('Whether the gateway runs again cannot be seen on this host. The terminal says what became of it.'),
      seen,
    );
    return;
  }
  if (waited === 'notBack') {
    void messages.warn(
      l10n.t(
        'No restarted gateway was seen within {0} s. The terminal says what became of it.',
        (LOOKS * LOOK_MS) / 1000,
      ),
      [choice(context, l10n.t('Run doctor in Terminal'), 'runDoctor'), ...seen],
    );
    return;
  }
  const since = variablesOf(context).places.find(({ kind }) => kind === 'gateway')?.sinceMs ?? model.now();
  const left = model.status()?.findings.filter(({ code }) => OF_ENVIRONMENT.has(code)) ?? [];
  const words = l10n.t('The gateway runs again, since {0}.', dateTime(since));
  if (left.length === 0) {
    void messages.inform([words, l10n.t('It has what its environment gives it.')].join(' '), seen);
    return;
  }
  const rest = l10n.t('{0} findings about its environment are left.', left.length);
  void messages.warn([words, rest].join(' '), [choice(context, l10n.t('What Needs Doing'), 'showFindings'), ...seen]);
}

function variablesOf({ model: { state } }: CommandContext): VariableReport {
  return state.kind === 'ready' ? state.snapshot.variables : NO_VARIABLES;
}

function choice({ model }: CommandContext, label: string, command: CommandName): Choice {
  return { label, run: () => commands.executeCommand<undefined>(COMMANDS[command], { hostId: model.rootId }) };
}
