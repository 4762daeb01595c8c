// @ts-check
/** `npm run screenshots`: takes the pictures of the documents again, by the browser tests that also take them in `npm test`. */
import path from 'node:path';
import { ROOT } from './lib/paths.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { run } from './lib/run.mjs';
import { ensureProjectDeps } from './lib/tools.mjs';

await onNode24(import.meta.url);
await ensureProjectDeps();
const env = { ...process.env, E2E_PICTURES: path.join(ROOT, 'media/screenshots') };
const { stdout } = await run(
  process.execPath,
  [path.join(ROOT, 'test/e2e/run.mjs'), 'pictures', 'sync', 'hosts', 'desk', 'winner', 'new-user'],
  {
    cwd: ROOT,
    env,
  },
);
console.log(stdout);
