// @ts-check
/**
 * Finds internal functions of an installed release by the names in the export lists of its bundled chunks, whose own
 * names and export aliases change with every release.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Importing one of these starts the command line (2026.2.3). */
const ENTRIES = /^(entry|index|extensionAPI)\.m?js$/;
const STATIC_IMPORT = /^(?:import|export)\s[^;]*?["']\.\/([\w.$-]+)["'];?$/gm;

/** @param {string} dist */
export function openChunks(dist) {
  const names = readdirSync(dist).filter((name) => /\.m?js$/.test(name));
  const texts = new Map(names.map((name) => [name, readFileSync(path.join(dist, name), 'utf8')]));
  return {
    /**
     * The first of some functions that the release has.
     * @param {readonly string[]} wanted
     * @returns {Promise<any>}
     */
    async find(wanted) {
      for (const name of wanted) {
        const smallest = candidates(texts, name)[0];
        if (smallest === undefined) continue;
        const module = await import(pathToFileURL(path.join(dist, smallest.chunk)).href);
        return module[smallest.alias];
      }
      throw new Error(`No chunk of ${dist} exports ${wanted.join(' or ')}.`);
    },
  };
}

/**
 * The chunks that export a function and can be imported, those that load least first.
 * @param {ReadonlyMap<string, string>} texts
 * @param {string} name
 */
function candidates(texts, name) {
  return [...texts]
    .flatMap(([chunk, text]) => {
      const alias = exportAlias(text, name);
      if (alias === null) return [];
      const loaded = reach(texts, chunk);
      return [...loaded].some((other) => ENTRIES.test(other)) ? [] : [{ chunk, alias, weight: loaded.size }];
    })
    .toSorted((a, b) => a.weight - b.weight);
}

/**
 * The name under which a chunk exports a function; null when it does not.
 * @param {string} text
 * @param {string} name
 */
function exportAlias(text, name) {
  const list = /export \{([^}]*)\}/.exec(text.slice(Math.max(0, text.lastIndexOf('export {'))))?.[1] ?? '';
  for (const item of list.split(',')) {
    const [local, alias] = item.trim().split(/\s+as\s+/);
    if (local === name) return alias ?? name;
  }
  return null;
}

/**
 * @param {ReadonlyMap<string, string>} texts
 * @param {string} chunk
 * @param {Set<string>} [seen]
 */
function reach(texts, chunk, seen = new Set()) {
  if (seen.has(chunk)) return seen;
  seen.add(chunk);
  for (const [, target] of (texts.get(chunk) ?? '').matchAll(STATIC_IMPORT)) {
    if (target !== undefined) reach(texts, target, seen);
  }
  return seen;
}
