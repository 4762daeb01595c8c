// @ts-check
/** Where things live in this repository. Everything downloaded or generated goes below CACHE, which git ignores. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const CACHE = path.join(ROOT, '.cache');
export const TOOLS = path.join(ROOT, 'tools');
