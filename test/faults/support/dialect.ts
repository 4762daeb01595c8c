import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Era } from '../../../src/domain/release.ts';

export interface Dialect {
  readonly era: Era;
  /** A lock whose owner's number has passed to another process is taken away. */
  readonly readsStartTime: boolean;
}

const UPDATE = 'async function updateAuthProfileStoreWithLock(';

/** How a published release locks a store, told from the update function and the lock in its `dist`. */
export function readDialect(dist: string): Dialect {
  const texts = readdirSync(dist)
    .filter((name) => /\.m?js$/.test(name))
    .map((name) => readFileSync(path.join(dist, name), 'utf8'));
  const update = functionIn(texts, UPDATE) ?? '';
  if (update.includes('Transaction(')) return { era: 'sqlite', readsStartTime: false };
  if (update.includes('lockfile.lock(')) return { era: 'json-directory-lock', readsStartTime: false };
  if (!/withFileLock(?:\$\d+)?\(/.test(update)) return { era: 'unknown', readsStartTime: false };
  // Up to 2026.5.7 the rule stands beside the lock; then in a function that other locks use as well.
  const byAge = functionIn(texts, 'async function isStaleLock(') ?? '';
  if (/mtimeMs\s*>\s*staleMs/.test(byAge)) return { era: 'json-file-lock', readsStartTime: false };
  const byOwner = functionIn(texts, 'function shouldRemoveDeadOwnerOrExpiredLock(');
  if (byOwner === null) return { era: 'unknown', readsStartTime: false };
  return { era: 'json-owned-lock', readsStartTime: byOwner.includes('starttime') };
}

/** The text of a function that stands at the start of a line, up to the brace that closes it there. */
function functionIn(texts: readonly string[], start: string): string | null {
  for (const text of texts) {
    const at = text.indexOf(`\n${start}`);
    if (at !== -1) return text.slice(at, text.indexOf('\n}', at));
  }
  return null;
}
