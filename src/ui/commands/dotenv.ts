import { commands, l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { fingerprintVariable } from '../../domain/dotenv.ts';
import { profileId, providerId, type Fingerprint, type ProviderId } from '../../domain/ids.ts';
import { ENVIRONMENT_PROVIDERS, keyVariables } from '../../domain/keyVariables.ts';
import type { HostSnapshot } from '../../domain/snapshot.ts';
import type { HostStatus } from '../../domain/status.ts';
import type { Secret } from '../../platform/secret.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { askSecret } from '../askSecret.ts';
import type { Choice } from '../messages.ts';
import type { UndoPart } from '../undo.ts';
import { noteChange, type CommandContext } from './context.ts';
import { pickOne } from './pick.ts';
import { rowsNow } from './target.ts';

/** Puts an API key into `<stateDir>/.env`, where a gateway that runs as a service reads it when it starts. */
export async function addVariable(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Add API Key to .env');
  const snapshot = snapshotOf(context);
  if (snapshot === null) return;
  const wanted = rowsNow(context).wantedBy(argument).provider;
  const provider = wanted ?? (await askProvider(snapshot, title));
  if (provider === undefined) return;
  const name = await askName(context, snapshot, provider, title);
  if (name === undefined) return;
  const prompt = l10n.t('API key for {0}, which goes into .env of the gateway.', name);
  const question = { title, prompt, type: 'api_key', provider, step: 1, totalSteps: 1 } as const;
  const answer = await askSecret(question, context.messages);
  if (answer === null || !(await confirmPlace(context, name))) return;
  await write(context, name, provider, answer.secret, valueIn(snapshot, name));
}

/** Takes an entry out of `.env`. */
export async function removeVariable(context: CommandContext): Promise<void> {
  const title = l10n.t('Remove API Key from .env');
  const snapshot = snapshotOf(context);
  if (snapshot === null) return;
  const options = snapshot.variables.variables
    .filter(({ values }) => values.has('dotenv'))
    .map((value) => ({ label: value.name, description: value.providers.map(display).join(', '), value }));
  if (options.length === 0) return context.messages.inform(l10n.t('.env of this gateway has no API key.'));
  const picked = await pickOne(title, l10n.t('Choose a variable'), options);
  const [provider] = picked?.providers ?? [];
  if (picked === undefined || provider === undefined) return;
  const isSure = await context.messages.confirm(
    l10n.t('Remove {0} from .env?', picked.name),
    l10n.t(
      'Its value is not kept anywhere here, so this cannot be undone. A gateway that runs has it until it is restarted.',
    ),
    l10n.t('Remove'),
  );
  if (isSure) await write(context, picked.name, provider, null, valueIn(snapshot, picked.name));
}

function snapshotOf({ model }: CommandContext): HostSnapshot | null {
  return model.state.kind === 'ready' ? model.state.snapshot : null;
}

function valueIn({ variables }: HostSnapshot, name: string): Fingerprint | null {
  return variables.variables.find((one) => one.name === name)?.values.get('dotenv') ?? null;
}

function namesOf({ release }: HostSnapshot, provider: ProviderId): readonly string[] {
  return keyVariables(provider, release, new Set([provider]));
}

async function askProvider(snapshot: HostSnapshot, title: string): Promise<ProviderId | undefined> {
  const known = ENVIRONMENT_PROVIDERS.map(providerId).filter((id) => namesOf(snapshot, id).length > 0);
  const options = known.map((value) => ({ label: value, description: namesOf(snapshot, value).join(', '), value }));
  return pickOne(title, l10n.t('Choose a provider'), options);
}

async function askName(
  { messages }: CommandContext,
  snapshot: HostSnapshot,
  provider: ProviderId,
  title: string,
): Promise<string | undefined> {
  const options = namesOf(snapshot, provider).map((value) => ({
    label: value,
    description: valueIn(snapshot, value) === null ? '' : l10n.t('in .env already: it will be replaced'),
    value,
  }));
  if (options.length === 0) {
    void messages.inform(l10n.t('OpenClaw takes no API key of {0} from the environment.', display(provider)));
    return undefined;
  }
  return pickOne(title, l10n.t('Choose a variable; the first one wins'), options);
}

function confirmPlace({ model, messages }: CommandContext, name: string): Promise<boolean> {
  const status: HostStatus | null = model.status();
  const facts = [
    l10n.t('Gateway host: {0}, user: {1}', display(status?.hostName ?? ''), display(status?.userName ?? '')),
    l10n.t('File: {0}', display(`${status?.stateDir ?? ''}/.env`)),
    l10n.t('Variable: {0}', name),
    l10n.t('It is used only where no profile of the provider can be. The gateway reads it when it starts.'),
  ];
  return messages.confirm(l10n.t('Store the key in .env?'), facts.join('\n'), l10n.t('Store'));
}

async function write(
  context: CommandContext,
  name: string,
  provider: ProviderId,
  value: Secret | null,
  expected: Fingerprint | null,
): Promise<void> {
  const { gateway, messages, model, undo, fingerprint } = context;
  const title = value === null ? l10n.t('Removing {0} from .env', name) : l10n.t('Storing {0} in .env', name);
  const outcome = await messages.during(title, (call) => gateway.putVariable({ name, value, expected }, call));
  const canUndo = value !== null && expected === null;
  const action = value === null ? 'removeVariable' : 'putVariable';
  const subject = { action, provider, profileId: profileId(name) } as const;
  const record = await noteChange(context, subject, canUndo ? 'offered' : 'valueUnknown', outcome);
  await model.reload();
  if (outcome.kind !== 'done') return messages.reportOutcome(outcome);
  const done =
    value === null ? l10n.t('{0} is gone from .env.', name) : l10n.t('{0} is in .env and was read back.', name);
  const seen = value === null ? null : fingerprintVariable(value, fingerprint);
  const part: UndoPart = {
    record,
    subject: name,
    whenDone: () => l10n.t('{0} is gone from .env again.', name),
    isUntouched: () => {
      const snapshot = snapshotOf(context);
      return snapshot !== null && valueIn(snapshot, name) === seen;
    },
    run: async (call) => {
      const ending = await gateway.putVariable({ name, value: null, expected: seen }, call);
      await noteChange(
        { ...context, author: { ...context.author, undoes: record.id } },
        { ...subject, action: 'removeVariable' },
        'never',
        ending,
      );
      return ending;
    },
  };
  const choices = canUndo ? undo.offer(done, [part]) : undo.refuse(done, 'valueUnknown');
  const text = l10n.t('{0} A gateway that runs sees it after a restart.', done);
  void messages.inform(text, [restart(context), ...choices]);
  void messages.reportNotices(outcome.notices);
}

function restart({ model }: CommandContext): Choice {
  return {
    label: l10n.t('Restart Gateway'),
    run: () => commands.executeCommand<undefined>(COMMANDS.restartGateway, { hostId: model.rootId }),
  };
}
