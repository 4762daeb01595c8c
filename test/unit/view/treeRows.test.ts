import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/domain/health.ts';
import { deriveHostStatus } from '../../../src/domain/hostStatus.ts';
import type { ProfileSet } from '../../../src/domain/snapshot.ts';
import { buildTree } from '../../../src/view/treeModel.ts';
import type { TreeNode } from '../../../src/view/treeNodes.ts';
import { TreeRows, type TreeRow } from '../../../src/view/treeRows.ts';
import { aHost, anAgent, aSet, NOW } from '../../fakes/snapshots.ts';
import { ASKED } from '../../fakes/syncStates.ts';

const tree = (...sets: readonly ProfileSet[]): readonly TreeNode[] => {
  const agents = sets.map((set, index) => anAgent(`agent${index}`, set));
  return buildTree(
    // What needs doing has rows of its own, which come and go.
    { ...deriveHostStatus(aHost(agents), { now: NOW, warnMs: DAY_MS }), findings: [] },
    () => 'agree',
    () => [],
    ASKED,
  );
};
const paintOf = (node: TreeNode): string =>
  node.kind === 'profile' ? JSON.stringify([node.profile.id, node.profile.health]) : node.kind;
const idOf = ({ node }: TreeRow): string => (node.kind === 'profile' ? node.profile.id : node.kind);
const isReason = ({ node }: TreeRow): boolean => node.kind === 'why' || node.kind === 'step';
const flatten = (row: TreeRow): TreeRow[] => (isReason(row) ? [] : [row, ...row.children.flatMap(flatten)]);

const A = { 'anthropic:a': { expiresIn: 9 * DAY_MS }, 'anthropic:b': { expiresIn: 9 * DAY_MS } };

describe('rows over repaints', () => {
  test('are the same objects, and nothing is painted that looks the same', () => {
    const rows = new TreeRows();
    expect(rows.update(tree(aSet(A)), paintOf)).toBe('all');
    const before = rows.roots.flatMap(flatten);
    const again = tree(aSet(A));
    expect(rows.update(again, paintOf)).toEqual([]);
    expect(rows.roots.flatMap(flatten)).toEqual(before);
    expect(rows.roots[0]?.node).toBe(again[0]);
  });

  test('only the row is painted that looks other', () => {
    const rows = new TreeRows();
    rows.update(tree(aSet(A), aSet(A)), paintOf);
    const changed = rows.update(tree(aSet({ ...A, 'anthropic:b': { expiresIn: -1 } }), aSet(A)), paintOf);
    expect(changed === 'all' ? changed : changed.map(idOf)).toEqual(['anthropic:b']);
  });

  test('a row with other rows below it is painted with them, once', () => {
    const rows = new TreeRows();
    rows.update(tree(aSet(A)), paintOf);
    const moved = aSet(A, { anthropic: ['anthropic:b', 'anthropic:a'] });
    const changed = rows.update(tree(moved), paintOf);
    expect(changed === 'all' ? changed : changed.map(idOf)).toEqual(['provider']);
    expect(rows.roots.flatMap(flatten).map(idOf).slice(-2)).toEqual(['anthropic:b', 'anthropic:a']);
  });

  test('what is gone is gone, and comes back as a new row', () => {
    const rows = new TreeRows();
    rows.update(tree(aSet(A)), paintOf);
    const lost = rows.roots.flatMap(flatten).at(-1);
    rows.update(tree(aSet({ 'anthropic:a': A['anthropic:a'] })), paintOf);
    rows.update(tree(aSet(A)), paintOf);
    expect(rows.roots.flatMap(flatten).at(-1)).not.toBe(lost);
    expect(rows.update([], paintOf)).toBe('all');
    expect(rows.roots).toEqual([]);
  });

  test('know the row above them', () => {
    const rows = new TreeRows();
    rows.update(tree(aSet(A)), paintOf);
    const [root] = rows.roots;
    expect(root?.parent).toBeNull();
    expect(root?.children.every((child) => child.parent === root)).toBe(true);
  });
});
