import { env, l10n, type Terminal } from 'vscode';
import { providerId } from '../../domain/ids.ts';
import type { HostStatus } from '../../domain/status.ts';
import { hostLabel } from '../../hosts/hostSpec.ts';
import { hasProgram, mayMissGateway } from '../../hosts/probeFacts.ts';
import { display } from '../../view/display.ts';
import { freeProfileId, takenNames } from '../../view/profileNames.ts';
import type { Argument } from '../../view/targets.ts';
import { openTerminal } from '../terminals.ts';
import type { CommandContext } from './context.ts';
import { askCredential } from './credentials.ts';
import { runOnHost } from './hosts.ts';
import { pickOne } from './pick.ts';
import type { Place } from './place.ts';
import { storeCredential } from './storeCredential.ts';
import { wslWords } from './testSpec.ts';
import { requireStatus, resolveAgent, resolveProfile, rowsNow } from './target.ts';

const INSTALL_CLAUDE = 'npm install -g @anthropic-ai/claude-code';

/** Runs `claude setup-token` in a terminal, and asks for the token beside it. The profile keeps its id. */
export async function renew(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Renew with claude setup-token');
  const status = await requireStatus(context);
  if (status === null) return;
  const place = await choosePlace(context, argument, title);
  if (place === null) return;
  const terminal = await openSetupToken(context, status, place, title);
  if (terminal !== null && (await askAndStore(context, place, title))) terminal.dispose();
}

/** Where the gateway is, or on this machine: the token is the same. Null where the user gave up, or no terminal could be opened. */
async function openSetupToken(
  context: CommandContext,
  status: HostStatus,
  place: Place,
  title: string,
): Promise<Terminal | null> {
  const name = 'claude setup-token';
  const isThere = context.remote !== null && (await isWantedThere(context, context.remote, title));
  if (isThere === undefined) return null;
  const agent = display(place.agentId);
  if (isThere) {
    const where = [display(status.hostName), display(status.userName), agent] as const;
    return runOnHost(context, { kind: 'setupToken' }, name, bannerOf(...where));
  }
  const claude = await context.findProgram('claude', context.settings().claudePath);
  if (claude === null) {
    await sayThatClaudeIsMissing(context, place, title);
    return null;
  }
  const banner =
    context.remote === null
      ? bannerOf(display(status.hostName), display(status.userName), agent)
      : l10n.t(
          'On this machine, for agent {0} of {1}. Copy the token and paste it into the box above.',
          agent,
          display(status.hostName),
        );
  return openTerminal({ name, banner, command: [claude, 'setup-token'], env: context.terminalEnv, cwd: context.home });
}

function bannerOf(hostName: string, userName: string, agentId: string): string {
  return l10n.t(
    'On {0} as {1}, for agent {2}. Copy the token and paste it into the box above.',
    hostName,
    userName,
    agentId,
  );
}

/** `undefined`: the user gave up. */
async function isWantedThere(
  context: CommandContext,
  { spec, host }: NonNullable<CommandContext['remote']>,
  title: string,
): Promise<boolean | undefined> {
  const there = { label: l10n.t('On {0}', hostLabel(spec)), value: true };
  const here = {
    label: l10n.t('On this machine'),
    description: l10n.t('the token is stored on the host'),
    value: false,
  };
  const isThere = await pickOne(title, l10n.t('Where should claude setup-token run?'), [there, here]);
  if (isThere !== true || spec.claude !== undefined) return isThere;
  const lines = await context.messages.during(title, ({ signal }) => host.probe(signal)).catch(() => null);
  // A host that does not say is asked by the terminal itself.
  if (lines === null) return true;
  const question = l10n.t('Run claude setup-token on {0}?', hostLabel(spec));
  const isMiss = mayMissGateway(spec, lines);
  if (isMiss && !(await context.messages.confirm(question, wslWords(spec), l10n.t('Run')))) return undefined;
  if (hasProgram(lines, 'claude')) return true;
  return pickOne(title, l10n.t('claude was not found on {0}. Where should it run?', hostLabel(spec)), [
    here,
    { ...there, description: l10n.t('all the same') },
  ]);
}

const ANTHROPIC = providerId('anthropic');

/** An Anthropic token profile; where none is meant and there is none, one more under a name that nothing has. */
async function choosePlace(context: CommandContext, argument: Argument, title: string): Promise<Place | null> {
  const rows = rowsNow(context);
  const wanted = rows.wantedBy(argument);
  if (wanted.profileId === undefined && !rows.isPossible(wanted, 'renew')) {
    const agent = await resolveAgent(context, argument, title);
    if (agent === null) return null;
    const taken = takenNames(agent, context.model.kept(agent.id));
    return { agentId: agent.id, provider: ANTHROPIC, profileId: freeProfileId(taken, ANTHROPIC) };
  }
  const target = await resolveProfile(context, argument, 'renew', title);
  if (target === null) return null;
  return { agentId: target.agent.id, provider: target.profile.provider, profileId: target.profile.id };
}

async function askAndStore(context: CommandContext, place: Place, title: string): Promise<boolean> {
  const seen = context.model.profile(place.agentId, place.profileId);
  const credential = await askCredential(context, title, 'token', place);
  return credential !== null && (await storeCredential(context, place, credential, seen));
}

async function sayThatClaudeIsMissing(context: CommandContext, place: Place, title: string): Promise<void> {
  const message = l10n.t(
    'The claude program was not found on the gateway host. Install Claude Code, or make the token on another machine and paste it.',
  );
  await context.messages.warn(message, [
    { label: l10n.t('Copy Install Command'), run: () => env.clipboard.writeText(INSTALL_CLAUDE) },
    {
      label: l10n.t('Paste Token'),
      run: async () => {
        await askAndStore(context, place, title);
      },
    },
  ]);
}
