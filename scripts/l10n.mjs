// @ts-check
/** node scripts/l10n.mjs: writes the texts of the code to l10n/bundle.l10n.json, from which translations are made. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';

await onNode24(import.meta.url);
const { BUNDLE, extractTexts } = await import('./gates/l10n.mjs');
const texts = await extractTexts(ROOT);
const sorted = Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path.join(ROOT, BUNDLE), `${JSON.stringify(sorted, null, 2)}\n`);
console.log(`${Object.keys(texts).length} texts in ${BUNDLE}`);
