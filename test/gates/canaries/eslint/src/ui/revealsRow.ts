import type { TreeView } from 'vscode';
export const show = async (tree: TreeView<string>): Promise<void> => {
  await tree.reveal('row', { focus: true });
};
