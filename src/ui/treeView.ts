import { window, type Event, type TreeDataProvider, type TreeItem, type TreeView, EventEmitter } from 'vscode';
import { VIEWS } from '../contributions.ts';
import type { HostStatus } from '../domain/status.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { buildSummary } from '../view/summary.ts';
import type { TreeNode } from '../view/treeModel.ts';
import { chooseWelcome } from '../view/welcome.ts';
import { setContextKey } from './contextKeys.ts';
import type { Model } from './model.ts';
import { toTreeItem } from './treeItem.ts';
import { needActionWords, staleWords } from './words.ts';

const TOOLTIP_STEP_MS = 600_000;

/** The one tree. It renders the last snapshot and does no I/O. */
export class CredentialsTree implements TreeDataProvider<TreeNode>, Disposable {
  readonly #model: Model;
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.add(new EventEmitter<undefined>());
  readonly #view: TreeView<TreeNode>;
  #roots: readonly TreeNode[] = [];
  #painted = '';

  constructor(model: Model) {
    this.#model = model;
    this.#view = this.#lifetime.add(
      window.createTreeView(VIEWS.credentials, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.#lifetime.add(model.onDidChange(() => this.#repaint()));
    this.#repaint();
  }

  readonly onDidChangeTreeData: Event<undefined> = this.#changed.event;

  /** The row that is selected, for the key bindings. */
  get selected(): TreeNode | undefined {
    return this.#view.selection[0];
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...(node?.children ?? this.#roots)];
  }

  getParent(node: TreeNode): TreeNode | null {
    return node.parent;
  }

  getTreeItem(node: TreeNode): TreeItem {
    return toTreeItem(node, this.#model.now());
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #repaint(): void {
    const status = this.#model.status();
    const roots = this.#model.rows();
    const paint = this.#describe(roots, status);
    // VS Code forgets the rows that it hands to commands whenever the tree changes: a click that falls into a repaint would
    // lose its row, so nothing is repainted that looks the same.
    if (paint === this.#painted) return;
    this.#painted = paint;
    this.#roots = roots;
    const count = status === null ? 0 : buildSummary(status).needsAction.length;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: needActionWords(count) };
    const { state } = this.#model;
    const empty = state.kind === 'failed' ? 'failed' : 'loading';
    this.#view.message = state.kind === 'ready' && this.#model.isStale ? staleWords(state.snapshot.readAt) : '';
    void setContextKey('openclawAuth.welcome', status === null ? empty : chooseWelcome(status, roots.length > 0));
    this.#changed.fire(undefined);
  }

  /** Everything that a repaint would change; the age in tooltips only in large steps. */
  #describe(roots: readonly TreeNode[], status: HostStatus | null): string {
    const now = this.#model.now();
    const describe = (node: TreeNode): unknown => {
      const { id, label, description, contextValue, accessibilityInformation } = toTreeItem(node, now);
      const facts = node.kind === 'profile' ? [node.agreement, node.profile.reason, node.profile.expiresAt] : [];
      const spoken = accessibilityInformation?.label;
      return [id, label, description, contextValue, spoken, facts, node.children.map(describe)];
    };
    const age = status === null ? 0 : Math.floor((now - status.readAt) / TOOLTIP_STEP_MS);
    const findings = status === null ? 0 : buildSummary(status).needsAction.length;
    return JSON.stringify([
      this.#model.state.kind,
      this.#model.isStale,
      age,
      findings,
      status?.agents.length,
      status?.cliPath,
      roots.map(describe),
    ]);
  }
}
