// @ts-check
/** The gates, the slow ones first. */
import { eslintGate } from './eslint.mjs';
import { formatGate } from './format.mjs';
import { l10nGate } from './l10n.mjs';
import { layersGate } from './layers.mjs';
import { manifestGate } from './manifest.mjs';
import { typesGate } from './types.mjs';
import { unusedGate } from './unused.mjs';
import { vsixGate } from './vsix.mjs';

/**
 * @typedef {object} Gate
 * @property {string} name
 * @property {(root: string) => Promise<string[]>} problems what is wrong below a folder, one line each, file first
 * @property {() => string[]} [rules] what its canary must show besides what `expected.json` lists
 */

/** @type {Gate[]} */
export const GATES = [eslintGate, typesGate, unusedGate, formatGate, layersGate, l10nGate, manifestGate, vsixGate];
