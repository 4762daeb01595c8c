import type { TreeNode } from './treeNodes.ts';

/**
 * A row as VS Code holds on to it: the same object for as long as there is a row of its id. VS Code hands rows to commands,
 * and forgets the rows below one that is painted anew until it has asked for them again.
 */
export class TreeRow {
  readonly id: string;
  #node: TreeNode;
  #paint = '';
  #parent: TreeRow | null = null;
  #children: readonly TreeRow[] = [];

  constructor(node: TreeNode) {
    this.id = node.id;
    this.#node = node;
  }

  /** What the row stands for now. */
  get node(): TreeNode {
    return this.#node;
  }

  get parent(): TreeRow | null {
    return this.#parent;
  }

  get children(): readonly TreeRow[] {
    return this.#children;
  }

  /** True when the row looks other than before, or has other rows below it. */
  replace(node: TreeNode, paint: string, parent: TreeRow | null, children: readonly TreeRow[]): boolean {
    const isOther = paint !== this.#paint || !isSameSequence(children, this.#children);
    this.#node = node;
    this.#paint = paint;
    this.#parent = parent;
    this.#children = children;
    return isOther;
  }
}

/** The rows of the tree, and which of them have to be painted anew. */
export class TreeRows {
  #byId: ReadonlyMap<string, TreeRow> = new Map();
  #roots: readonly TreeRow[] = [];

  get roots(): readonly TreeRow[] {
    return this.#roots;
  }

  /**
   * Takes over the tree as it is now. Returns the outermost rows to paint anew, each with what is below it; `all` when the
   * roots are others. `paintOf` is everything that a row shows.
   */
  update(roots: readonly TreeNode[], paintOf: (node: TreeNode) => string): 'all' | readonly TreeRow[] {
    const byId = new Map<string, TreeRow>();
    const changed = new Set<TreeRow>();
    const take = (node: TreeNode, parent: TreeRow | null): TreeRow => {
      const row = this.#byId.get(node.id) ?? new TreeRow(node);
      byId.set(node.id, row);
      const children = node.children.map((child) => take(child, row));
      if (row.replace(node, paintOf(node), parent, children)) changed.add(row);
      return row;
    };
    const taken = roots.map((root) => take(root, null));
    const isAll = !isSameSequence(taken, this.#roots);
    this.#byId = byId;
    this.#roots = taken;
    return isAll ? 'all' : [...changed].filter((row) => !isBelow(row, changed));
  }
}

function isBelow(row: TreeRow, others: ReadonlySet<TreeRow>): boolean {
  for (let above = row.parent; above !== null; above = above.parent) if (others.has(above)) return true;
  return false;
}

function isSameSequence(a: readonly TreeRow[], b: readonly TreeRow[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index]);
}
