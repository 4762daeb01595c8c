import { l10n } from 'vscode';
import type { Credential } from '../../domain/credential.ts';
import { profileId, type ProfileId, type ProviderId } from '../../domain/ids.ts';
import type { AgentStatus } from '../../domain/status.ts';
import { display } from '../../view/display.ts';
import { freeProfileId, takenNames } from '../../view/profileNames.ts';
import type { Argument } from '../../view/targets.ts';
import { askSecret } from '../askSecret.ts';
import type { CommandContext } from './context.ts';
import { askExpiry } from './expiry.ts';
import { askText, judgeName } from './pick.ts';
import type { Place } from './place.ts';
import { storeCredential } from './storeCredential.ts';
import { resolveAgent, resolveProfile, resolveProvider } from './target.ts';

/** Adds a token profile for any provider; nothing goes through a terminal prompt of OpenClaw. */
export async function pasteToken(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Paste Token');
  const place = await askPlace(context, argument, title);
  if (place === null) return;
  const credential = await askCredential(context, title, 'token', place);
  if (credential !== null) await storeCredential(context, place, credential, null);
}

export async function addApiKey(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Add API Key');
  const place = await askPlace(context, argument, title);
  if (place === null) return;
  const credential = await askCredential(context, title, 'api_key', place);
  if (credential !== null) await storeCredential(context, place, credential, null);
}

/** Puts another value into a profile that keeps its id, so that orders and pins go on pointing at it. */
export async function replaceCredential(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Replace Credential');
  const target = await resolveProfile(context, argument, 'replace', title);
  if (target === null) return;
  const { agent, profile } = target;
  const type = profile.type === 'api_key' ? 'api_key' : 'token';
  const place = { agentId: agent.id, provider: profile.provider, profileId: profile.id };
  const seen = context.model.profile(place.agentId, place.profileId);
  const credential = await askCredential(context, title, type, place);
  if (credential !== null) await storeCredential(context, place, credential, seen);
}

/** Password box, then the expiry of a token. Null when the user gave up. */
export async function askCredential(
  context: CommandContext,
  title: string,
  type: 'token' | 'api_key',
  place: Place,
): Promise<Credential | null> {
  const [name, agent] = [display(place.profileId), display(place.agentId)];
  const prompt =
    type === 'token'
      ? l10n.t('Token for {0} of agent {1}. It may be pasted with its line breaks.', name, agent)
      : l10n.t('API key for {0} of agent {1}.', name, agent);
  const totalSteps = type === 'token' ? 2 : 1;
  const answer = await askSecret(
    { title, prompt, type, provider: place.provider, step: 1, totalSteps },
    context.messages,
  );
  if (answer === null) return null;
  if (type === 'api_key') return { type, secret: answer.secret };
  const expiresAt = await askExpiry(title, context.clock.now());
  return expiresAt === undefined ? null : { type, secret: answer.secret, expiresAt };
}

/** An agent, a provider and a name that is free. Null when the user gave up. */
export async function askPlace(context: CommandContext, argument: Argument, title: string): Promise<Place | null> {
  const agent = await resolveAgent(context, argument, title);
  if (agent === null) return null;
  const provider = await resolveProvider(context, argument, agent, title);
  if (provider === null) return null;
  const id = await askProfileId(context, agent, provider, title);
  return id === null ? null : { agentId: agent.id, provider, profileId: id };
}

/** A name that is not taken: adding never overwrites; that is what replacing is for. */
async function askProfileId(
  { model }: CommandContext,
  agent: AgentStatus,
  provider: ProviderId,
  title: string,
): Promise<ProfileId | null> {
  const taken = takenNames(agent, model.kept(agent.id));
  const text = await askText(
    title,
    l10n.t('Profile id, for agent {0}', display(agent.id)),
    freeProfileId(taken, provider),
    (value) => {
      if (taken.inStore.has(value.trim()))
        return l10n.t('There is a profile of this name. Use Replace for it, or choose another name.');
      if (taken.inVault.has(value.trim()))
        return l10n.t('VS Code keeps a copy of this name. Push or remove it first, or choose another name.');
      return judgeName(value);
    },
  );
  return text === undefined ? null : profileId(text.trim());
}
