// @ts-check
/**
 * The tools need a recent Node.js, but whoever types `npm start` or `npm test` need not have it: the script that calls
 * this starts itself again under the right one.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNode24, isNewEnough } from './nodes.mjs';
import { withPath } from './run.mjs';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Returns when the running Node.js is new enough. Otherwise runs the script again with one that is, passes signals on,
 * and exits as the second run did.
 * @param {string} scriptUrl the `import.meta.url` of the script
 */
export async function onNode24(scriptUrl) {
  if (isNewEnough(process.versions.node)) return;
  const node = await ensureNode24();
  const child = spawn(node, [fileURLToPath(scriptUrl), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: withPath([path.dirname(node)]),
  });
  // A terminal sends Ctrl+C to both; the second run decides when to end, so this one must not end before it.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...end) => resolve(end));
  });
  if (signal === null) process.exit(code);
  for (const name of SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  process.exit(1);
}
