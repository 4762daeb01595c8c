// Builds the two bundles: the extension (CommonJS, VS Code loads it) and the worker (one ES module that runs alone
// under any Node 20 or newer on a gateway host, so nothing but builtins may stay outside of it).
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // The CommonJS build of jsonc-parser hides its own files behind a wrapper that no bundler sees through.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  sourcesContent: false,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  { ...shared, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', format: 'cjs', external: ['vscode'] },
  {
    ...shared,
    entryPoints: ['src/gateway/worker.ts'],
    outfile: 'dist/worker.mjs',
    format: 'esm',
    // Every headless run parses the whole of it.
    minifyWhitespace: true,
    // vscode-jsonrpc is CommonJS and asks for builtins through require. The worker need not be a file.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(process.execPath);",
    },
  },
];

if (watch) {
  const contexts = await Promise.all(bundles.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await Promise.all(bundles.map((options) => esbuild.build(options)));
}
