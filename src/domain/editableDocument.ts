import type { Node } from 'jsonc-parser';
import { AppError } from './errors.ts';
import { detectLayout, type JsonLayout } from './jsonLayout.ts';
import { parseJsonTree } from './jsonTree.ts';
import type { StoreProblem } from './snapshot.ts';
import { positionOf } from './textPosition.ts';

/**
 * A document that may be edited: strict JSON, an object, no key twice. Throws `storeMalformed` {path, problem, offset, line,
 * column}; `offset` in UTF-16 units, the others from 1 as editors count them.
 */
export function openForEdit(text: string, path: string): { root: Node; layout: JsonLayout } {
  const parsed = parseJsonTree(text, 'json');
  if (parsed.kind === 'empty') throw malformed(path, 'syntax', text, 0);
  if (parsed.kind === 'malformed') throw malformed(path, parsed.problem, text, parsed.offset);
  const { root, duplicateKeyAt } = parsed.tree;
  if (duplicateKeyAt !== null) throw malformed(path, 'duplicateKey', text, duplicateKeyAt);
  if (root.type !== 'object') throw malformed(path, 'notAnObject', text, root.offset);
  return { root, layout: detectLayout(text, root) };
}

/** The store's document cannot be edited, because of what stands at `offset`; `null`: because of the whole. */
export function malformed(path: string, problem: StoreProblem, text: string, offset: number | null): AppError {
  const position = offset === null ? { line: null, column: null } : positionOf(text, offset);
  return new AppError('storeMalformed', { path, problem, offset, ...position });
}
