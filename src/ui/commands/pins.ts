import { env, l10n } from 'vscode';
import type { SessionPin } from '../../domain/sessionPin.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import { dateTime } from '../words.ts';
import type { CommandContext } from './context.ts';
import { pickOne } from './pick.ts';
import { rowsNow } from './target.ts';

/** Lists the sessions that keep to a profile, and copies the line that lets one of them go back to the order. */
export async function showPins(context: CommandContext, argument: Argument): Promise<void> {
  const { gateway, messages } = context;
  const title = l10n.t('Sessions That Pin a Profile');
  const all = await messages.during(title, (call) => gateway.pins(call));
  if (all === null)
    return messages.inform(
      l10n.t(
        'The sessions of this OpenClaw release cannot be read here. In a session, /model status says which profile it keeps to.',
      ),
    );
  const { agentId, profileId } = rowsNow(context).wantedBy(argument);
  const pins = all.filter(
    (pin) =>
      (agentId === undefined || pin.agentId === agentId) && (profileId === undefined || pin.profileId === profileId),
  );
  if (pins.length === 0)
    return messages.inform(
      l10n.t('No session pins a profile. To pin one, copy the /model line of a profile and send it in the session.'),
    );
  const options = pins.map((value) => ({
    label: display(value.profileId),
    description: display(value.sessionKey),
    detail: [sourceWords(value), ...(value.updatedAt === null ? [] : [dateTime(value.updatedAt)])].join(' · '),
    value,
  }));
  // One alone is shown too: choosing it copies something.
  const picked = await pickOne(title, l10n.t('Choose one to copy the line that unpins it'), [...options, nothing()]);
  if (picked === undefined || picked === null) return;
  const line = `/model ${picked.model ?? 'default'}`;
  await env.clipboard.writeText(line);
  void messages.inform(
    l10n.t('{0} is in the clipboard. Send it in the session {1}.', line, display(picked.sessionKey)),
  );
}

function nothing(): { readonly label: string; readonly value: null } {
  return { label: l10n.t('Close'), value: null };
}

function sourceWords({ source }: SessionPin): string {
  const words: Record<SessionPin['source'], string> = {
    user: l10n.t('pinned by /model'),
    auto: l10n.t('kept by OpenClaw since the session began'),
    unknown: l10n.t('pinned'),
  };
  return words[source];
}
