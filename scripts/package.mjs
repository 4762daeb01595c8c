// @ts-check
/** `npm run package`: builds the extension and packs it into a VSIX. */
import { build, packageVsix } from './lib/packageVsix.mjs';
import { onNode24 } from './lib/relaunch.mjs';
import { ensureProjectDeps } from './lib/tools.mjs';

await onNode24(import.meta.url);
await ensureProjectDeps();
await build();
console.log(await packageVsix());
