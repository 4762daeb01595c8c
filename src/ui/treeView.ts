import { window, type Event, type TreeDataProvider, type TreeItem, type TreeView, EventEmitter } from 'vscode';
import { VIEWS, type Welcome } from '../contributions.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { buildSummary, joinSummaries } from '../view/summary.ts';
import type { TreeNode } from '../view/treeNodes.ts';
import { TreeRows, type TreeRow } from '../view/treeRows.ts';
import { chooseWelcome } from '../view/welcome.ts';
import { setContextKey } from './contextKeys.ts';
import { DragOrder } from './dragOrder.ts';
import type { Messages } from './messages.ts';
import type { Model } from './model.ts';
import { contextValueOf, rowOf, toTreeItem } from './treeItem.ts';
import { needActionWords, staleWords } from './words.ts';

/** How far the times in tooltips may lag behind, when nothing else of a row changes. */
const TOOLTIP_STEP_MS = 600_000;

/** The one tree. It renders the last snapshot and does no I/O. */
export class CredentialsTree implements TreeDataProvider<TreeRow>, Disposable {
  readonly #models: readonly Model[];
  readonly #own: Model;
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.add(new EventEmitter<TreeRow[] | undefined>());
  readonly #view: TreeView<TreeRow>;
  readonly #rows = new TreeRows();

  /** `own`: of this machine's gateway; its welcome is shown where no host has a row. */
  constructor(own: Model, others: readonly Model[], messages: Messages) {
    this.#own = own;
    this.#models = [own, ...others];
    void setContextKey('openclawAuth.hasHosts', others.length > 0);
    this.#view = this.#lifetime.add(
      window.createTreeView(VIEWS.credentials, {
        treeDataProvider: this,
        showCollapseAll: true,
        dragAndDropController: new DragOrder(messages),
      }),
    );
    for (const model of this.#models) this.#lifetime.add(model.onDidChange(() => this.#repaint()));
    this.#repaint();
  }

  readonly onDidChangeTreeData: Event<TreeRow[] | undefined> = this.#changed.event;

  /** The row that is selected, for the key bindings. */
  get selected(): TreeNode | undefined {
    return this.#view.selection[0]?.node;
  }

  getChildren(row?: TreeRow): TreeRow[] {
    return [...(row?.children ?? this.#rows.roots)];
  }

  getParent(row: TreeRow): TreeRow | null {
    return row.parent;
  }

  getTreeItem(row: TreeRow): TreeItem {
    return toTreeItem(row.node, this.#own.now());
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #repaint(): void {
    const own = this.#own;
    // Two ways may lead to the same gateway, and VS Code takes no id twice.
    const byId = new Map(this.#models.flatMap((model) => model.rows()).map((node) => [node.id, node]));
    const nodes = [...byId.values()];
    const statuses = this.#models.flatMap((model) => model.status() ?? []);
    const count = joinSummaries(statuses.map(buildSummary)).needsAction.length;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: needActionWords(count) };
    const { state } = own;
    this.#view.message = state.kind === 'ready' && own.isStale ? staleWords(state.snapshot.readAt) : '';
    void setContextKey('openclawAuth.welcome', nodes.length > 0 ? 'none' : welcomeOf(own));
    const now = own.now();
    const step = Math.floor(now / TOOLTIP_STEP_MS);
    const changed = this.#rows.update(nodes, (node) => paintOf(node, now, step));
    if (changed === 'all') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire([...changed]);
  }
}

function welcomeOf(own: Model): Welcome {
  const status = own.status();
  if (status !== null) return chooseWelcome(status);
  return own.state.kind === 'failed' ? 'failed' : 'loading';
}

/** Everything that a row shows, with the time in large steps. Its tooltip is put together only when VS Code asks for the row. */
function paintOf(node: TreeNode, now: number, step: number): string {
  const { label, description, icon, spoken } = rowOf(node, now);
  const shown = [label, description, icon.id, icon.color?.id, spoken, contextValueOf(node)];
  return JSON.stringify([shown, tooltipFactsOf(node), step]);
}

/** What the tooltip says beside times. */
function tooltipFactsOf(node: TreeNode): unknown {
  switch (node.kind) {
    case 'host':
      return [node.host.cliPath, node.host.stateDir, node.place.label, node.place.awayBecause?.details];
    case 'away':
      return node.because?.details;
    case 'consent':
    case 'unsure':
      return null;
    case 'incident':
      return node.incident;
    case 'agent':
      return [node.agent.store.path, node.agent.store.state, node.agent.store.problem, node.isOneWay];
    case 'store':
      return [node.agent.store.path, node.agent.store.state, node.agent.store.problem];
    case 'provider':
      return node.provider.order.source;
    case 'profile':
      return [
        node.profile,
        node.agreement,
        node.sync?.action,
        node.sync?.conflict,
        node.sync?.failure?.code,
        node.provider.order.source,
        node.agent.store.path,
      ];
    case 'findings':
    case 'finding':
      return null;
    case 'why':
      return node.provider.winner;
    case 'step':
      return node.step;
    case 'modelKey':
    case 'environment':
    case 'kept':
    case 'unreadable':
      return null;
  }
}
