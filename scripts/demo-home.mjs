// @ts-check
/**
 * node scripts/demo-home.mjs DIR [--release 2026.9.6|2026.6.1]
 *
 * Makes a throw-away OpenClaw home with fake credentials in every state and prints one line of JSON: where it is.
 */
import { parseArgs } from 'node:util';
import { DEMO_RELEASES, makeDemoHome } from './lib/demo/home.mjs';
import { onNode24 } from './lib/relaunch.mjs';

await onNode24(import.meta.url);
const { positionals, values } = parseArgs({ allowPositionals: true, options: { release: { type: 'string' } } });
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  console.error(`Usage: node scripts/demo-home.mjs DIR [--release ${DEMO_RELEASES.join('|')}]`);
  process.exit(2);
}
try {
  console.log(
    JSON.stringify(await makeDemoHome(folder, values.release === undefined ? {} : { release: values.release })),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
