// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything may take before it counts as not happening: a CLI call of the gateway takes seconds on two cores. */
const LIMIT_MS = 60_000;

/**
 * Tries until it does not throw. What it throws at the end is what the test says.
 * @template T
 * @param {() => T | Promise<T>} attempt
 * @param {number} [limitMs]
 * @returns {Promise<T>}
 */
export async function eventually(attempt, limitMs = LIMIT_MS) {
  for (const end = Date.now() + limitMs; ; await sleep(100)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
