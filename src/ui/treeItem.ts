import { l10n, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Command } from 'vscode';
import { COMMANDS } from '../contributions.ts';
import { billingOf } from '../domain/billing.ts';
import type { ChoiceRule, ChoiceStep, StepState } from '../domain/choiceSteps.ts';
import type { Severity } from '../domain/findings.ts';
import type { Health } from '../domain/health.ts';
import type { ProfileStatus } from '../domain/status.ts';
import { isLoss } from '../sync/incidents.ts';
import { display } from '../view/display.ts';
import { rootOf } from '../view/treeModel.ts';
import type { NodeOf, TreeNode } from '../view/treeNodes.ts';
import { isStoreBroken } from '../view/welcome.ts';
import { ruleWords, stepStateWords } from './choiceWords.ts';
import { findingWords } from './findingWords.ts';
import { buildTooltip } from './tooltip.ts';
import {
  billingWords,
  healthWords,
  longSpan,
  shortSpan,
  storeProblemWords,
  storeStateWords,
  typeWords,
  unreadableWords,
  unsureWords,
} from './words.ts';

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly icon: ThemeIcon;
  /** What a screen reader says: name, state and time in one sentence. */
  readonly spoken: string;
}

/** A row of the tree as VS Code takes it. `now` is Unix ms on the gateway host's clock. */
export function toTreeItem(node: TreeNode, now: number): TreeItem {
  const row = rowOf(node, now);
  const isOpen = node.kind === 'host' || node.kind === 'provider' || (node.kind === 'agent' && node.agent.isDefault);
  const state = isOpen ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
  const item = new TreeItem(row.label, node.children.length === 0 ? TreeItemCollapsibleState.None : state);
  item.id = node.id;
  item.description = row.description;
  item.iconPath = row.icon;
  item.tooltip = buildTooltip(node, now);
  item.contextValue = contextValueOf(node);
  item.accessibilityInformation = { label: row.spoken };
  const click = clickOf(node);
  if (click !== null) item.command = click;
  return item;
}

/** Rows that ask something answer to a click and to Enter. */
function clickOf(node: TreeNode): Command | null {
  const hostId = rootOf(node).id;
  if (node.kind === 'consent')
    return { command: COMMANDS.chooseConsent, title: l10n.t('Choose What VS Code Keeps…'), arguments: [{ hostId }] };
  if (node.kind === 'away' || node.kind === 'unsure')
    return { command: COMMANDS.testHost, title: l10n.t('Test Connection'), arguments: [{ hostId }] };
  if (node.kind === 'why' || node.kind === 'step') {
    const target = { agentId: node.agent.id, provider: node.provider.id, hostId };
    return { command: COMMANDS.why, title: l10n.t('Why This Credential?'), arguments: [target] };
  }
  if (node.kind === 'finding')
    return { command: COMMANDS.showFindings, title: l10n.t('What Needs Doing'), arguments: [{ hostId }] };
  if (node.kind !== 'incident') return null;
  const target = { agentId: node.agent.id, hostId };
  return { command: COMMANDS.restore, title: l10n.t('Restore Profiles'), arguments: [target] };
}

/** What the menus match. */
export function contextValueOf({ kind, abilities }: TreeNode): string {
  return [kind, ...abilities, ''].join(';');
}

/** What is seen and heard of a row without asking for more. */
export function rowOf(node: TreeNode, now: number): Row {
  switch (node.kind) {
    case 'host':
      return hostRow(node, now);
    case 'away':
      return awayRow(node);
    case 'consent':
      return consentRow();
    case 'agent':
      return agentRow(node);
    case 'incident':
      return incidentRow(node);
    case 'unsure':
      return row(unsureWords(node.change), l10n.t('not confirmed'), warningIcon('question'));
    case 'store':
      return storeRow(node);
    case 'provider':
      return providerRow(node);
    case 'profile':
      return profileRow(node, now);
    case 'environment':
      return row(
        l10n.t('{0} (environment)', display(node.variable)),
        l10n.t('in use'),
        new ThemeIcon('symbol-variable'),
      );
    case 'modelKey':
      return row(l10n.t('key in openclaw.json'), l10n.t('in use'), new ThemeIcon('symbol-key'));
    case 'findings':
      return findingsRow(node);
    case 'finding':
      return findingRow(node);
    case 'why':
      return whyRow(node);
    case 'step':
      return stepRow(node.step);
    case 'kept':
      return row(display(node.identity.profileId), l10n.t('only in VS Code'), new ThemeIcon('archive'));
    case 'unreadable':
      return row(display(node.entry.id), unreadableWords(node.entry.why), warningIcon('question'));
  }
}

function row(label: string, description: string, icon: ThemeIcon): Row {
  return { label, description, icon, spoken: description === '' ? label : `${label}, ${description}` };
}

function hostRow({ host, place }: NodeOf<'host'>, now: number): Row {
  const release = host.release === null ? l10n.t('release not known') : l10n.t('OpenClaw {0}', host.release);
  const label = `${display(host.userName)}@${display(host.hostName)}`;
  if (place.label === null) return row(label, release, new ThemeIcon('server'));
  if (place.awayBecause === null) return row(label, `${place.label} · ${release}`, new ThemeIcon('remote'));
  const since = l10n.t('away, as of {0} ago', longSpan(now - host.readAt));
  return row(label, `${place.label} · ${since}`, warningIcon('debug-disconnect'));
}

function awayRow({ label, because }: NodeOf<'away'>): Row {
  if (because === null) return row(label, l10n.t('connecting…'), new ThemeIcon('loading~spin'));
  return row(label, l10n.t('not reached'), warningIcon('debug-disconnect'));
}

function consentRow(): Row {
  return row(l10n.t('Choose what VS Code keeps'), '', new ThemeIcon('question'));
}

function incidentRow({ incident }: NodeOf<'incident'>): Row {
  const { gone, restorable } = incident;
  if (!isLoss(incident))
    return row(l10n.t('Not kept in sync'), l10n.t('until the store can be read'), errorIcon('alert'));
  const label = gone.length === 1 ? l10n.t('1 profile is gone') : l10n.t('{0} profiles are gone', gone.length);
  const description =
    restorable.length === 0 ? l10n.t('VS Code has no copy') : l10n.t('restore {0}…', restorable.length);
  return row(label, description, errorIcon('alert'));
}

function agentRow({ agent, isOneWay }: NodeOf<'agent'>): Row {
  if (isStoreBroken(agent)) {
    return row(display(agent.id), l10n.t('store {0}', storeStateWords(agent.store.state)), errorIcon('account'));
  }
  if (isOneWay) return row(display(agent.id), l10n.t('one-way: its values cannot be read'), new ThemeIcon('account'));
  return row(display(agent.id), agent.isDefault ? l10n.t('default agent') : '', new ThemeIcon('account'));
}

function storeRow({ agent }: NodeOf<'store'>): Row {
  const { state, problem } = agent.store;
  const why = problem === null ? storeStateWords(state) : storeProblemWords(problem);
  const label = state === 'ok' ? l10n.t('Store') : l10n.t('Store: {0}', storeStateWords(state));
  return row(label, why, state === 'ok' ? warningIcon('info') : errorIcon('database'));
}

function providerRow({ provider }: NodeOf<'provider'>): Row {
  const hasWinner = provider.winner.kind !== 'none';
  const description = hasWinner ? '' : l10n.t('nothing usable');
  return row(display(provider.id), description, hasWinner ? new ThemeIcon('cloud') : errorIcon('cloud'));
}

function findingsRow({ host }: NodeOf<'findings'>): Row {
  const { findings } = host;
  const worst = findings[0]?.severity ?? 'info';
  return row(l10n.t('Needs doing'), String(findings.length), severityIcon(worst));
}

function findingRow({ finding }: NodeOf<'finding'>): Row {
  const { title } = findingWords(finding);
  return row(title, finding.agentId === null ? '' : display(finding.agentId), severityIcon(finding.severity));
}

function severityIcon(severity: Severity): ThemeIcon {
  if (severity === 'error') return errorIcon('error');
  return severity === 'warning' ? warningIcon('warning') : new ThemeIcon('info');
}

function whyRow({ provider }: NodeOf<'why'>): Row {
  const icon = new ThemeIcon('question');
  if (provider.winner.kind === 'none') return row(l10n.t('Why none?'), '', icon);
  const deciding = provider.steps.find(({ state }) => state === 'wins');
  return row(l10n.t('Why this credential?'), deciding === undefined ? '' : ruleWords(deciding.rule), icon);
}

const STEP_ICONS: Record<StepState, string> = {
  wins: 'pass-filled',
  decides: 'circle-large-outline',
  passedOver: 'circle-large-outline',
  absent: 'circle-small',
};

function stepRow({ rule, state, names }: ChoiceStep): Row {
  const words = stepStateWords(state);
  const count = names.length === 0 || rule.startsWith('modelConfig') ? '' : countWords(rule, names);
  return row(ruleWords(rule), count === '' ? words : `${words} · ${count}`, new ThemeIcon(STEP_ICONS[state]));
}

function countWords(rule: ChoiceRule, names: readonly string[]): string {
  if (rule === 'environment') return display(names[0] ?? '');
  return names.length === 1 ? l10n.t('1 profile') : l10n.t('{0} profiles', names.length);
}

function profileRow({ profile, provider, sync }: NodeOf<'profile'>, now: number): Row {
  const label = display(profile.id);
  const state = shortState(profile, now);
  const isWinner = profile.reason === 'winner';
  const asides = [
    ...(isNotTried(profile) ? [l10n.t('not tried')] : []),
    ...(profile.origin === 'inherited' ? [l10n.t('inherited')] : []),
    ...(sync?.conflict ? [l10n.t('conflict')] : []),
  ];
  const billing = billingOf(profile, provider.id);
  const marks = [state, ...(isWinner ? [l10n.t('in use')] : []), ...asides];
  const spoken = [
    label,
    typeWords(profile.type),
    ...(billing === 'unknown' ? [] : [billingWords(billing)]),
    ...(isWinner ? [l10n.t('in use')] : []),
    stateWords(profile, now, longSpan),
    ...asides,
  ];
  return { label, description: marks.join(' · '), icon: profileIcon(profile), spoken: [...new Set(spoken)].join(', ') };
}

/** Excluded for another reason than its own condition, which the state already tells. */
export function isNotTried({ reason }: Pick<ProfileStatus, 'reason'>): boolean {
  return (
    reason === 'excludedByOrder' ||
    reason === 'notConfigured' ||
    reason === 'modeMismatch' ||
    reason === 'unresolvedRef'
  );
}

/** Condition and countdown in a few characters, for a narrow side bar. */
export function shortState(profile: ProfileStatus, now: number): string {
  const isCountedDown = profile.health === 'ok' || profile.health === 'expiring';
  if (isCountedDown && profile.expiresAt !== null) return l10n.t('{0} left', shortSpan(profile.expiresAt - now));
  return stateWords(profile, now, shortSpan);
}

function stateWords(profile: ProfileStatus, now: number, span: (ms: number) => string): string {
  const { health, expiresAt, cooldownUntil, disabledUntil } = profile;
  if (health === 'expired' && expiresAt !== null) return l10n.t('expired {0} ago', span(now - expiresAt));
  if (health === 'coolingDown' && cooldownUntil !== null) return l10n.t('cooling down, {0}', span(cooldownUntil - now));
  if (health === 'disabled' && disabledUntil !== null) return l10n.t('disabled, {0}', span(disabledUntil - now));
  if ((health === 'ok' || health === 'expiring') && expiresAt !== null)
    return l10n.t('expires in {0}', span(expiresAt - now));
  if (health === 'ok') return profile.material.kind === 'ref' ? l10n.t('reference') : typeWords(profile.type);
  return healthWords(health);
}

const ICONS: Record<Health, { readonly name: string; readonly color: string }> = {
  ok: { name: 'pass', color: 'testing.iconPassed' },
  refreshable: { name: 'sync', color: 'testing.iconPassed' },
  expiring: { name: 'warning', color: 'problemsWarningIcon.foreground' },
  expired: { name: 'error', color: 'problemsErrorIcon.foreground' },
  coolingDown: { name: 'watch', color: 'problemsWarningIcon.foreground' },
  disabled: { name: 'circle-slash', color: 'problemsErrorIcon.foreground' },
  unknown: { name: 'question', color: 'problemsInfoIcon.foreground' },
  invalid: { name: 'error', color: 'problemsErrorIcon.foreground' },
};

function profileIcon(profile: ProfileStatus): ThemeIcon {
  const { name, color } = ICONS[profile.health];
  const isCalmWinner = profile.reason === 'winner' && profile.health === 'ok';
  return new ThemeIcon(isCalmWinner ? 'pass-filled' : name, new ThemeColor(color));
}

function warningIcon(name: string): ThemeIcon {
  return new ThemeIcon(name, new ThemeColor('problemsWarningIcon.foreground'));
}

function errorIcon(name: string): ThemeIcon {
  return new ThemeIcon(name, new ThemeColor('problemsErrorIcon.foreground'));
}
