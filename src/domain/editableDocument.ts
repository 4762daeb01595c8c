import type { Node } from 'jsonc-parser';
import { AppError } from './errors.ts';
import { detectLayout, type JsonLayout } from './jsonLayout.ts';
import { parseJsonTree } from './jsonTree.ts';

/** A document that may be edited: strict JSON, an object, no key twice. Throws `storeMalformed` {path, problem, offset}. */
export function openForEdit(text: string, path: string): { root: Node; layout: JsonLayout } {
  const parsed = parseJsonTree(text, 'json');
  if (parsed.kind === 'empty') throw malformed(path, 'syntax', 0);
  if (parsed.kind === 'malformed') throw malformed(path, parsed.problem, parsed.offset);
  const { root, duplicateKeyAt } = parsed.tree;
  if (duplicateKeyAt !== null) throw malformed(path, 'duplicateKey', duplicateKeyAt);
  if (root.type !== 'object') throw malformed(path, 'notAnObject', root.offset);
  return { root, layout: detectLayout(text, root) };
}

/** The store's document cannot be edited. */
export function malformed(path: string, problem: string, offset: number | null): AppError {
  return new AppError('storeMalformed', { path, problem, offset });
}
