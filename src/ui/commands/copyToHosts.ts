import { l10n } from 'vscode';
import { fingerprintCredential, type Credential, type Profile } from '../../domain/credential.ts';
import type { AgentId } from '../../domain/ids.ts';
import { display } from '../../view/display.ts';
import type { Argument } from '../../view/targets.ts';
import type { HostView } from '../hostView.ts';
import { shortState } from '../treeItem.ts';
import { labelOf } from './chooseHost.ts';
import type { CommandContext } from './context.ts';
import { pickMany } from './pick.ts';
import { storeCredential } from './storeCredential.ts';
import { resolveProfile } from './target.ts';

interface Destination {
  readonly view: HostView;
  readonly agentId: AgentId;
  /** What stands there under the same name, as it is shown now. */
  readonly seen: Profile | null;
}

/** Stores a token or key of one host on others, one after another, each as if it had been entered there. */
export async function copyToHosts(context: CommandContext, argument: Argument): Promise<void> {
  const title = l10n.t('Copy to Other Hosts');
  const target = await resolveProfile(context, argument, 'replace', title);
  if (target === null) return;
  const { profile, agent } = target;
  const destinations = context.hosts
    .filter(({ model }) => model.rootId !== context.model.rootId)
    .flatMap(agentsOf(profile.id));
  if (destinations.length === 0) {
    void context.messages.inform(l10n.t('No other host is reached. Add one, or look why it is away.'));
    return;
  }
  const shown = context.model.profile(agent.id, profile.id);
  const chosen = await pickMany(
    title,
    l10n.t('Choose where {0} is stored too', display(profile.id)),
    destinations.map((value) => ({
      label: nameOf(value),
      description: effectWords(value, context.model.now()),
      value,
    })),
  );
  if (chosen === undefined || chosen.length === 0 || shown === null) return;
  const credential = await readShown(context, agent.id, shown);
  if (credential === null) {
    void context.messages.warn(
      l10n.t('The value of {0} cannot be read here, so it was not copied.', display(profile.id)),
    );
    return;
  }
  await storeOn(context, shown, credential, chosen);
}

/** What went wrong on one host says nothing about the next; a question that is not answered with yes ends only its own. */
async function storeOn(
  context: CommandContext,
  { id: profileId, provider }: Pick<Profile, 'id' | 'provider'>,
  credential: Credential,
  destinations: readonly Destination[],
): Promise<void> {
  const left: Destination[] = [];
  for (const destination of destinations) {
    const { view, agentId, seen } = destination;
    const messages = context.messages.about(view);
    const place = { agentId, provider, profileId };
    const there = { ...context, ...view, messages, before: view.model.status() };
    const isStored = await storeCredential(there, place, credential, seen);
    if (!isStored) left.push(destination);
  }
  if (left.length === 0 || destinations.length === 1) return;
  const stored = destinations.length - left.length;
  const names = left.map(nameOf).join(', ');
  const about = display(profileId);
  void context.messages.warn(
    l10n.t('{0} is stored in {1} of {2} places. Not in: {3}', about, stored, destinations.length, names),
    [{ label: l10n.t('Try Again'), run: () => storeOn(context, { id: profileId, provider }, credential, left) }],
  );
}

function nameOf({ view, agentId }: Destination): string {
  return `${labelOf(view)} · ${display(agentId)}`;
}

const agentsOf =
  (profileId: Profile['id']) =>
  (view: HostView): Destination[] => {
    const status = view.model.isStale ? null : view.model.status();
    return (status?.agents ?? []).map(({ id }) => ({ view, agentId: id, seen: view.model.profile(id, profileId) }));
  };

function effectWords({ view, agentId, seen }: Destination, now: number): string {
  if (seen === null) return l10n.t('new');
  const shown = view.model
    .status()
    ?.agents.find(({ id }) => id === agentId)
    ?.providers.flatMap(({ profiles }) => profiles)
    .find(({ id }) => id === seen.id);
  return shown === undefined ? l10n.t('replaced') : l10n.t('replaced: {0}', shortState(shown, now));
}

/** What the user saw, from the store or from VS Code's copy of it; another value is not copied in its place. */
async function readShown(context: CommandContext, agentId: AgentId, shown: Profile): Promise<Credential | null> {
  const { gateway, vault, model, fingerprint } = context;
  const stored = await gateway.readCredential(agentId, shown.id);
  if (stored !== null) {
    const { material } = shown;
    return material.kind === 'value' && material.fingerprint !== fingerprintCredential(stored, fingerprint)
      ? null
      : stored;
  }
  if (model.agreement(agentId, shown.id) !== 'agree') return null;
  const kept = await vault.read(model.vaultKey(agentId, shown.id));
  return kept.kind === 'present' ? kept.envelope.credential : null;
}
