// @ts-check
/**
 * Runs test/extension/suite in the extension host of a real VS Code, the latest and the oldest that the extension
 * supports, against the content of the packaged VSIX: node test/extension/run.mjs [latest|oldest]
 *
 * The outcome is kept as JSON in the file that RESULT_FILE names.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onNode24 } from '../../scripts/lib/relaunch.mjs';
import { endChildrenOnSignals, withPath } from '../../scripts/lib/run.mjs';

/** @typedef {{name: string, status: 'passed' | 'failed' | 'skipped', message?: string}} TestRow */

await onNode24(import.meta.url);
endChildrenOnSignals();
const { runTests } = await import('@vscode/test-electron');
const esbuild = await import('esbuild');
const { makeDemoHome } = await import('../../scripts/lib/demo/home.mjs');
const { ensureVsix } = await import('../../scripts/lib/packageVsix.mjs');
const { ROOT } = await import('../../scripts/lib/paths.mjs');
const { LATEST_CODE_SERVER, OLDEST_CODE_SERVER, ensureOpenclaw } = await import('../../scripts/lib/tools.mjs');
const { tempProfile } = await import('../harness/vscode.mjs');

const OUT = path.join(ROOT, 'out');
const HERE = path.join(ROOT, 'test/extension');
const RUNS = [
  { name: 'latest', version: LATEST_CODE_SERVER, release: '2026.9.6' },
  { name: 'oldest', version: OLDEST_CODE_SERVER, release: '2026.6.1' },
];

const chosen = process.argv.slice(2);
const vsix = await ensureVsix();
const suite = await bundleSuite();
/** @type {TestRow[]} */
const tests = [];
for (const run of RUNS) if (chosen.length === 0 || chosen.includes(run.name)) tests.push(...(await runIn(run)));
report();

/** @returns {Promise<string>} */
async function bundleSuite() {
  const outfile = path.join(OUT, 'extension-suite.cjs');
  const folder = path.join(HERE, 'suite');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  await esbuild.build({
    stdin: { contents: files.map((file) => `import './${file}';`).join('\n'), resolveDir: folder },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/**
 * @param {typeof RUNS[number]} options
 * @returns {Promise<TestRow[]>}
 */
async function runIn({ name, version, release }) {
  const profile = tempProfile();
  try {
    const cli = await ensureOpenclaw(release);
    const home = await makeDemoHome(path.join(profile.root, 'gateway'), { release });
    const resultFile = path.join(profile.root, 'result.json');
    const trouble = await runTests({
      vscodeExecutablePath: path.join(ROOT, 'test/harness/code-shim'),
      extensionDevelopmentPath: path.join(HERE, 'probe'),
      launchArgs: [`--install-extension=${vsix}`],
      extensionTestsPath: path.join(HERE, 'entry.cjs'),
      extensionTestsEnv: {
        ...withPath([home.binDir, cli.bin], { PATH: process.env.PATH }),
        OPENCLAW_STATE_DIR: home.stateDir,
        OPENCLAW_TEST_RELEASE: release,
        CODE_SHIM_NODE: process.execPath,
        CODE_SHIM_VERSION: version,
        EXTENSION_TEST_SUITE: suite,
        EXTENSION_TEST_RESULT: resultFile,
      },
    }).then(
      () => undefined,
      (/** @type {Error} */ error) => error.message,
    );
    return judge(name, resultFile, trouble);
  } finally {
    profile.remove();
  }
}

/**
 * @param {string} name
 * @param {string} resultFile
 * @param {string | undefined} trouble
 * @returns {TestRow[]}
 */
function judge(name, resultFile, trouble) {
  /** @type {import('../harness/extensionTests.mjs').TestResult[]} */
  const results = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')).tests : [];
  const rows = results.map(({ name: title, state, message }) => ({
    name: `${name}: ${title}`,
    status: state,
    ...(message === undefined ? {} : { message }),
  }));
  if (trouble === undefined || rows.some(({ status }) => status === 'failed')) return rows;
  return [...rows, { name: `${name}: the run as a whole`, status: 'failed', message: trouble }];
}

function report() {
  const count = (/** @type {TestRow['status']} */ status) => tests.filter((test) => test.status === status).length;
  const result = { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), tests };
  if (process.env.RESULT_FILE) {
    mkdirSync(path.dirname(process.env.RESULT_FILE), { recursive: true });
    writeFileSync(process.env.RESULT_FILE, JSON.stringify(result, null, 1));
  }
  for (const { name, message } of tests.filter(({ status }) => status === 'failed'))
    console.log(`✗ ${name}\n${message}`);
  console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
  process.exitCode = result.failed > 0 || result.passed === 0 ? 1 : 0;
}
