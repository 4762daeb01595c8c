import { l10n, MarkdownString, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from 'vscode';
import { COMMANDS, STATUS_BAR_ITEM } from '../contributions.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { buildSummary, joinSummaries, type Summary } from '../view/summary.ts';
import { display } from '../view/display.ts';
import { findingWords } from './findingWords.ts';
import type { Model } from './model.ts';
import { longSpan, needActionWords, tightSpan } from './words.ts';

const PRIORITY = 40;
const MAX_LINES = 12;

/** One item on the left: how long the credential in use will last. A click lists what needs doing. */
export class StatusBar implements Disposable {
  readonly #models: readonly [Model, ...Model[]];
  readonly #lifetime = new Lifetime();
  readonly #item: StatusBarItem;

  constructor(models: readonly [Model, ...Model[]]) {
    this.#models = models;
    this.#item = this.#lifetime.add(window.createStatusBarItem(STATUS_BAR_ITEM, StatusBarAlignment.Left, PRIORITY));
    this.#item.name = l10n.t('OpenClaw Auth');
    this.#item.command = COMMANDS.showFindings;
    for (const model of models) this.#lifetime.add(model.onDidChange(() => this.#repaint()));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #repaint(): void {
    const summary = joinSummaries(this.#models.flatMap((model) => model.status() ?? []).map(buildSummary));
    if (summary.level === 'none') {
      this.#item.hide();
      return;
    }
    const left = summary.soonest === null ? null : summary.soonest.expiresAt - this.#models[0].now();
    this.#item.text = itemText(summary, left);
    this.#item.backgroundColor = background(summary.level);
    this.#item.tooltip = buildTooltip(summary, left);
    this.#item.accessibilityInformation = { label: spokenText(summary, left) };
    this.#item.show();
  }
}

function itemText(summary: Summary, left: number | null): string {
  if (summary.level === 'error') return `$(key) ${l10n.t('expired')}`;
  return left === null ? '$(key)' : `$(key) ${tightSpan(left)}`;
}

function background(level: Summary['level']): ThemeColor | undefined {
  if (level === 'error') return new ThemeColor('statusBarItem.errorBackground');
  return level === 'warning' ? new ThemeColor('statusBarItem.warningBackground') : undefined;
}

function spokenText(summary: Summary, left: number | null): string {
  const count = summary.needsAction.length;
  const needs = count === 0 ? l10n.t('nothing needs action') : needActionWords(count);
  return l10n.t('OpenClaw credentials: {0}; {1}', soonestWords(summary, left), needs);
}

function soonestWords(summary: Summary, left: number | null): string {
  if (summary.soonest === null || left === null) return l10n.t('no expiry known for what is in use');
  const name = display(summary.soonest.profile.id);
  return left > 0 ? l10n.t('{0} expires in {1}', name, longSpan(left)) : l10n.t('{0} has expired', name);
}

/** Untrusted Markdown, and every name appended as text: nothing in a store can become a link or an icon. */
function buildTooltip(summary: Summary, left: number | null): MarkdownString {
  const text = new MarkdownString();
  text.appendMarkdown(`**${l10n.t('OpenClaw Auth')}**\n\n`);
  text.appendText(`${soonestWords(summary, left)}\n`);
  for (const finding of summary.needsAction.slice(0, MAX_LINES)) {
    const { title } = findingWords(finding);
    text.appendMarkdown('\n- ').appendText(finding.agentId === null ? title : `${display(finding.agentId)}: ${title}`);
  }
  const rest = summary.needsAction.length - MAX_LINES;
  if (rest > 0) text.appendMarkdown('\n- ').appendText(l10n.t('and {0} more', rest));
  return text;
}
