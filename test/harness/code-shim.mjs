// @ts-check
/**
 * Takes the arguments of desktop VS Code's test mode and runs the suite in code-server with a headless browser, so that
 * `runTests({ vscodeExecutablePath })` of @vscode/test-electron works on a machine without a desktop. Its variables
 * CODE_SHIM_VERSION (of code-server) and EXTENSION_TEST_RESULT (file to keep) choose what it does.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LATEST_CODE_SERVER, ensureCodeServer } from '../../scripts/lib/codeServer.mjs';
import { runExtensionTests } from './extensionTests.mjs';

/** The test's own surroundings stay outside; everything else in the environment reaches the extension host. */
const OWN = /^(HOME|TMPDIR|XDG_\w+|PATH|SHELL|CODE_SHIM_\w+|npm_\w+|INIT_CWD|NODE_OPTIONS|ELECTRON_\w+|VSCODE_\w+)$/i;

const version = process.env.CODE_SHIM_VERSION ?? LATEST_CODE_SERVER;
/** @type {Map<string, string[]>} */
const options = new Map();
/** @type {string[]} */
const opened = [];
for (const arg of process.argv.slice(2)) {
  const match = /^--([\w-]+)(?:=(.*))?$/s.exec(arg);
  if (match?.[1]) options.set(match[1], [...(options.get(match[1]) ?? []), match[2] ?? 'true']);
  else opened.push(arg);
}
process.exit(options.has('version') ? await printVersion() : await runSuite());

async function printVersion() {
  const { dir } = await ensureCodeServer(version);
  const product = JSON.parse(readFileSync(path.join(dir, 'lib/vscode/product.json'), 'utf8'));
  console.log(`${product.version}\n${product.commit}\n${process.arch}`);
  return 0;
}

async function runSuite() {
  const testsPath = options.get('extensionTestsPath')?.[0];
  if (testsPath === undefined) {
    console.error('code-shim runs extension tests only: --extensionTestsPath is missing.');
    return 2;
  }
  const workspace = opened.map(toPath).find((file) => existsSync(file));
  const resultFile = process.env.EXTENSION_TEST_RESULT;
  const outcome = await runExtensionTests({
    version,
    extensionPath: (options.get('extensionDevelopmentPath') ?? []).map(toPath),
    testsPath: toPath(testsPath),
    vsix: (options.get('install-extension') ?? []).map(toPath),
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name))),
    ...(workspace === undefined ? {} : { workspace }),
    ...(resultFile === undefined ? {} : { resultFile }),
  });
  for (const problem of outcome.problems) console.error(problem);
  console.log(`${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`);
  return outcome.failed > 0 ? 1 : 0;
}

/** @param {string} argument a path or a file URL */
function toPath(argument) {
  return path.resolve(argument.replace(/^file:\/\//, ''));
}
