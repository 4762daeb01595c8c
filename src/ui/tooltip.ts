import { l10n } from 'vscode';
import { billingOf, billingOfWinner, type Billing } from '../domain/billing.ts';
import { display } from '../view/display.ts';
import { isRemovable } from '../view/treeModel.ts';
import type { NodeOf, TreeNode } from '../view/treeNodes.ts';
import { ruleWords, stepStateWords } from './choiceWords.ts';
import { consequenceWords } from './findingConsequences.ts';
import { findingWords } from './findingWords.ts';
import { presentError } from './presentError.ts';
import { conflictWords, incidentWords } from './syncWords.ts';
import {
  agreementWords,
  billingWords,
  dateTime,
  healthWords,
  longSpan,
  orderWords,
  reasonWords,
  storeProblemWords,
  storeStateWords,
  unsureWords,
  typeWords,
} from './words.ts';

/** More names do not fit. */
const MAX_NAMES = 20;

/** Facts, one a line, as plain text: a name from a store is never interpreted. */
export function buildTooltip(node: TreeNode, now: number): string {
  switch (node.kind) {
    case 'host':
      return hostFacts(node).join('\n');
    case 'away':
      return `${node.label}\n${node.because === null ? l10n.t('connecting…') : presentError(node.because).message}`;
    case 'consent':
      return l10n.t(
        'VS Code keeps copies of what you enter here. Choose whether it also keeps both sides in sync, or keeps nothing.',
      );
    case 'incident':
      return incidentFacts(node).join('\n');
    case 'unsure':
      return [
        unsureWords(node.change),
        l10n.t(
          'The connection was lost in the middle of this change. As soon as the host is reached, it is told whether it was written.',
        ),
      ].join('\n');
    case 'agent':
      return [
        ...storeFacts(node),
        ...(node.isOneWay
          ? [l10n.t('Its values cannot be read here, so copies go to the store by command, and nothing comes back.')]
          : []),
      ].join('\n');
    case 'store':
      return storeFacts(node).join('\n');
    case 'provider':
      return [display(node.provider.id), orderWords(node.provider.order.source)].join('\n');
    case 'profile':
      return profileFacts(node, now).join('\n');
    case 'environment':
      return winnerFacts(
        node.parent,
        l10n.t('No profile can be used, so the gateway takes the key from this variable.'),
      );
    case 'modelKey':
      return winnerFacts(node.parent, l10n.t('The key of models.providers in openclaw.json is used.'));
    case 'findings':
      return l10n.t('What needs doing, worst first. Click one for what mends it.');
    case 'finding': {
      const { title, fix } = findingWords(node.finding);
      return [title, consequenceWords(node.finding.code), l10n.t('What mends it: {0}', fix)].join('\n');
    }
    case 'why':
      return l10n.t('What the gateway looks at, in this order. Click for the whole explanation.');
    case 'step':
      return [
        ruleWords(node.step.rule),
        stepStateWords(node.step.state),
        ...node.step.names.slice(0, MAX_NAMES).map(display),
      ].join('\n');
    case 'kept':
      return keptFacts(node).join('\n');
    case 'unreadable':
      return l10n.t(
        'This entry stands in the store and cannot be read as a profile. It is left alone here; OpenClaw’s own commands may drop it.',
      );
  }
}

function hostFacts({ host, place }: NodeOf<'host'>): string[] {
  return [
    ...(place.label === null ? [] : [place.label]),
    ...(place.label === null || place.awayBecause === null ? [] : [presentError(place.awayBecause).message]),
    l10n.t('Gateway host: {0}, user: {1}', display(host.hostName), display(host.userName)),
    l10n.t('State directory: {0}', display(host.stateDir)),
    host.cliPath === null
      ? l10n.t('openclaw program: not found')
      : l10n.t('openclaw program: {0}', display(host.cliPath)),
    readWords(host.readAt),
  ];
}

function storeFacts({ agent }: NodeOf<'agent'> | NodeOf<'store'>): string[] {
  const { path, state, problem } = agent.store;
  return [
    l10n.t('Agent: {0}', display(agent.id)),
    l10n.t('Store: {0}', display(path)),
    l10n.t('State: {0}', storeStateWords(state)),
    ...(problem === null ? [] : [storeProblemWords(problem)]),
  ];
}

function profileFacts({ host, agent, provider, profile, agreement, sync }: NodeOf<'profile'>, now: number): string[] {
  const until = (end: number | null): string => (end === null ? '?' : `${dateTime(end)} (${longSpan(end - now)})`);
  return [
    display(profile.id),
    l10n.t('Type: {0}', typeWords(profile.type)),
    ...costFacts(billingOf(profile, provider.id)),
    ...(profile.email === null ? [] : [l10n.t('Account: {0}', display(profile.email))]),
    ...(profile.material.kind === 'value' ? [l10n.t('Length: {0} characters', profile.material.length)] : []),
    ...(profile.material.kind === 'ref'
      ? [l10n.t('Reference: {0} {1}', display(profile.material.ref.source), display(profile.material.ref.id))]
      : []),
    l10n.t('Condition: {0}', healthWords(profile.health)),
    l10n.t('Expires: {0}', expiryWords(profile, now)),
    ...(profile.issuedAt === null ? [] : [l10n.t('In VS Code since: {0}', dateTime(profile.issuedAt))]),
    ...(profile.health === 'coolingDown'
      ? [coolingWords(until(profile.cooldownUntil), profile.cooldownReason, profile.cooldownModel)]
      : []),
    ...(profile.health === 'disabled'
      ? [l10n.t('Disabled until {0}: {1}', until(profile.disabledUntil), display(profile.disabledReason ?? '?'))]
      : []),
    l10n.t('Place: {0}', reasonWords(profile.reason)),
    l10n.t('Order: {0}', orderWords(provider.order.source)),
    ...(profile.drift.length === 0
      ? []
      : [l10n.t('Differs from agents: {0}', profile.drift.slice(0, MAX_NAMES).map(display).join(', '))]),
    ...(profile.origin === 'inherited' ? [l10n.t('Inherited from the main agent')] : []),
    ...(profile.origin === 'own' && !isRemovable(host)
      ? [l10n.t('This OpenClaw release has no command that removes one profile.')]
      : []),
    l10n.t('Copy in VS Code: {0}', agreementWords(agreement)),
    ...(sync === null ? [] : syncFacts(sync)),
    l10n.t('Source: {0}', display(agent.store.path)),
    readWords(host.readAt),
  ];
}

/** Of what is used without being a profile; its row stands below the provider. */
function winnerFacts(above: TreeNode | null, words: string): string {
  const billing = above?.kind === 'provider' ? billingOfWinner(above.provider) : null;
  return [words, ...costFacts(billing)].join('\n');
}

function costFacts(billing: Billing | null): string[] {
  return billing === null || billing === 'unknown' ? [] : [l10n.t('Cost: {0}', billingWords(billing))];
}

function syncFacts({ conflict, failure }: NonNullable<NodeOf<'profile'>['sync']>): string[] {
  return [
    ...(conflict === null ? [] : [l10n.t('Conflict: {0}', conflictWords(conflict.reason))]),
    ...(failure === null ? [] : [l10n.t('Not kept in sync yet: {0}', presentError(failure).message)]),
  ];
}

function incidentFacts({ agent, incident }: NodeOf<'incident'>): string[] {
  return [
    incidentWords(incident, display(agent.id)),
    l10n.t('Nothing is written to that store or copied from it until you decide.'),
    ...incident.gone.map((id) =>
      incident.restorable.some(({ profileId }) => profileId === id)
        ? l10n.t('{0}: VS Code has a copy', display(id))
        : l10n.t('{0}: no copy', display(id)),
    ),
  ];
}

function keptFacts({ agent, identity }: NodeOf<'kept'>): string[] {
  return [
    display(identity.profileId),
    l10n.t('Provider: {0}', display(identity.provider)),
    l10n.t('Copy in VS Code: {0}', agreementWords('vaultOnly')),
    l10n.t('It can be pushed to the store of agent {0}, or removed.', display(agent.id)),
  ];
}

function coolingWords(until: string, reason: string | null, model: string | null): string {
  const why = display(reason ?? '?');
  return model === null
    ? l10n.t('Cooling down until {0}: {1}', until, why)
    : l10n.t('Cooling down for {0} until {1}: {2}', display(model), until, why);
}

function expiryWords({ type, expiresAt, expirySource }: NodeOf<'profile'>['profile'], now: number): string {
  if (expiresAt === null) return type === 'api_key' ? l10n.t('none') : l10n.t('not recorded');
  const left = expiresAt - now;
  const words =
    left > 0
      ? l10n.t('{0}, in {1}', dateTime(expiresAt), longSpan(left))
      : l10n.t('{0}, {1} ago', dateTime(expiresAt), longSpan(left));
  return expirySource === 'vault' ? l10n.t('{0} (known to VS Code, not to the store)', words) : words;
}

/** No age: it would grow old itself, as VS Code asks for a tooltip once. */
function readWords(readAt: number): string {
  return l10n.t('Read: {0}', dateTime(readAt));
}
