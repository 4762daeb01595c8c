import { l10n } from 'vscode';
import { providerOfModel } from '../../domain/pinRules.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { canPin, changePin, copyPinLine, hasModel } from './changePin.ts';
import type { CommandContext } from './context.ts';
import { pickOne } from './pick.ts';
import { sessionOptions } from './sessionPins.ts';
import { resolveProfile } from './target.ts';

/** Ties a session that the user picks to a profile, where the gateway can be told to; else copies the line that does it in the chat. */
export async function pinSession(context: CommandContext, argument: Argument): Promise<void> {
  const { messages, gateway, model } = context;
  const title = l10n.t('Pin a Session');
  const target = await resolveProfile(context, argument, 'copy', title);
  const host = model.status();
  if (target === null || host === null) return;
  const { agent, provider, profile } = target;
  const found = await messages.during(l10n.t('Reading the sessions'), ({ signal }) => gateway.sessions({ signal }));
  const fitting = found.sessions
    .filter(hasModel)
    .filter((one) => one.agentId === agent.id && [provider.id, profile.provider].some((id) => isOf(one.model, id)));
  if (fitting.length === 0) {
    const names = [display(agent.id), display(provider.id)] as const;
    void messages.inform(
      l10n.t(
        'No session of agent {0} uses a model of {1}. A session begins with the first message to an agent.',
        ...names,
      ),
    );
    return;
  }
  const placeholder = l10n.t('Choose the session that is to use {0}', display(profile.id));
  const session = await pickOne(title, placeholder, sessionOptions(fitting));
  if (session === undefined) return;
  if (!canPin(host)) return copyPinLine(context, session, profile.id);
  await changePin(context, session, profile.id);
}

function isOf(model: string, provider: string): boolean {
  return providerOfModel(model) === provider;
}
