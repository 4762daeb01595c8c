import { l10n, window, type Event, type TreeDataProvider, type TreeItem, type TreeView, EventEmitter } from 'vscode';
import { VIEWS } from '../contributions.ts';
import { Lifetime, type Disposable } from '../platform/lifetime.ts';
import { buildSummary, chooseWelcome } from '../view/summary.ts';
import { buildTree, type TreeNode } from '../view/treeModel.ts';
import { setContextKey } from './contextKeys.ts';
import type { Model } from './model.ts';
import { toTreeItem } from './treeItem.ts';

/** The one tree. It renders the last snapshot and does no I/O. */
export class CredentialsTree implements TreeDataProvider<TreeNode>, Disposable {
  readonly #model: Model;
  readonly #lifetime = new Lifetime();
  readonly #changed = this.#lifetime.add(new EventEmitter<undefined>());
  readonly #view: TreeView<TreeNode>;

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

  getChildren(node?: TreeNode): readonly TreeNode[] & TreeNode[] {
    const status = this.#model.status();
    const agreementOf = this.#model.agreement.bind(this.#model);
    const nodes = node?.children ?? (status === null ? [] : buildTree(status, agreementOf));
    return [...nodes];
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
    const count = status === null ? 0 : buildSummary(status).needsAction.length;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: l10n.t('{0} need action', count) };
    const { state } = this.#model;
    const empty = state.kind === 'failed' ? 'failed' : 'loading';
    void setContextKey('openclawAuth.welcome', status === null ? empty : chooseWelcome(status));
    this.#changed.fire(undefined);
  }
}
