import { commands, DataTransferItem, l10n, type DataTransfer, type TreeDragAndDropController } from 'vscode';
import { COMMANDS, type Target, VIEWS } from '../contributions.ts';
import { display } from '../view/display.ts';
import { rootOf } from '../view/treeModel.ts';
import type { NodeOf } from '../view/treeNodes.ts';
import type { TreeRow } from '../view/treeRows.ts';
import type { Messages } from './messages.ts';

/** As VS Code names what is dragged within a tree. */
const MIME = `application/vnd.code.tree.${VIEWS.credentials.toLowerCase()}`;

/** A profile that is dragged onto another of its provider takes its place; onto the provider's own row, the first. */
export class DragOrder implements TreeDragAndDropController<TreeRow> {
  readonly dragMimeTypes = [MIME];
  readonly dropMimeTypes = [MIME];
  readonly #messages: Pick<Messages, 'inform'>;
  #dragged: TreeRow | null = null;

  constructor(messages: Pick<Messages, 'inform'>) {
    this.#messages = messages;
  }

  handleDrag(rows: readonly TreeRow[], data: DataTransfer): void {
    const [row] = rows;
    this.#dragged = rows.length === 1 && row?.node.kind === 'profile' ? row : null;
    if (this.#dragged !== null) data.set(MIME, new DataTransferItem(this.#dragged.id));
  }

  async handleDrop(onto: TreeRow | undefined, data: DataTransfer): Promise<void> {
    const dragged = this.#dragged;
    this.#dragged = null;
    // What another window dragged here is not ours to move.
    if (dragged === null || data.get(MIME) === undefined || dragged.node.kind !== 'profile') return;
    const { node } = dragged;
    const row = onto?.node;
    const isSameProvider = (row?.kind === 'profile' ? row.parent : row)?.id === node.parent?.id;
    if (row === undefined || !isSameProvider) {
      const [name, provider] = [display(node.profile.id), display(node.provider.id)];
      const text = l10n.t('{0} can be moved among the profiles of {1} of its agent only.', name, provider);
      void this.#messages.inform(text);
      return;
    }
    await move(node, row.kind === 'profile' ? row.profile.id : null);
  }
}

async function move(node: NodeOf<'profile'>, placeOf: string | null): Promise<void> {
  const { agent, provider, profile } = node;
  const target: Target = { agentId: agent.id, provider: provider.id, profileId: profile.id, hostId: rootOf(node).id };
  if (placeOf === profile.id) return;
  if (placeOf === null) await commands.executeCommand(COMMANDS.makeFirst, target);
  else await commands.executeCommand(COMMANDS.moveTo, { ...target, placeOf } satisfies Target);
}
