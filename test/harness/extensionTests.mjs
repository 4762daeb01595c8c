// @ts-check
/**
 * Runs a Mocha suite inside VS Code's extension host and says honestly how it went. VS Code's exit code is not enough:
 * it is 0 when the host crashed and when no test ran. So the suite must also leave a result file (see mochaInHost.cjs).
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LATEST_CODE_SERVER } from '../../scripts/lib/codeServer.mjs';
import { tempProfile } from './profile.mjs';
import { installVsix, startCodeServer } from './server.mjs';
import { launchChromium } from './workbench.mjs';

/** What a web page of VS Code always says and never matters here. */
const NOISE =
  /^(Resolv|Creat(ing a socket|ion of workbench)|\[(reconnection|Service Worker|AgentHost|AccountPolicy|Chat)|ChatSession|Ignoring fetching|Updating additional)/;

/**
 * @typedef {{name: string, state: 'passed' | 'failed' | 'skipped', durationMs?: number, message?: string}} TestResult
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed at least 1 when there are problems
 * @property {number} skipped
 * @property {TestResult[]} tests
 * @property {string[]} problems why the run counts as failed, apart from failed tests
 * @property {number} exitCode as VS Code reported it; 1 if it reported none
 */

/**
 * @param {object} options
 * @param {string | string[]} options.extensionPath folder(s) of the extension under test
 * @param {string[]} [options.vsix] packages to install first; VS Code in a browser develops one extension at a time
 * @param {string} options.testsPath the CommonJS module that exports `run()`
 * @param {string} [options.version] of code-server
 * @param {NodeJS.ProcessEnv} [options.env] for the extension host
 * @param {string} [options.workspace] folder or .code-workspace to open
 * @param {Record<string, unknown>} [options.settings]
 * @param {string} [options.resultFile] where the suite writes its results, if the caller wants to keep them
 * @param {number} [options.timeoutMs]
 * @param {(type: string, words: unknown[]) => void} [options.log] takes what the suite prints
 * @returns {Promise<Outcome>}
 */
export async function runExtensionTests(options) {
  const { version = LATEST_CODE_SERVER, timeoutMs = 300_000, log = print } = options;
  const profile = tempProfile(options.settings);
  const resultFile = options.resultFile ?? path.join(profile.root, 'result.json');
  rmSync(resultFile, { force: true });
  try {
    for (const file of options.vsix ?? []) await installVsix(profile, file, version);
    const server = await startCodeServer({
      profile,
      version,
      driver: true,
      env: { ...options.env, EXTENSION_TEST_RESULT: resultFile },
    });
    /** @type {string[]} */
    const problems = [];
    let exitCode = 1;
    try {
      exitCode = await runInPage(server.url, {
        ...options,
        workspace: options.workspace ?? profile.workspace,
        timeoutMs,
        log,
      });
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    } finally {
      await server.stop();
    }
    return judge(exitCode, problems, resultFile, readFileSync(server.logFile, 'utf8'));
  } finally {
    profile.remove();
  }
}

/**
 * Opens VS Code in its test mode and waits until it reports the end.
 * @param {string} url
 * @param {{extensionPath: string | string[], testsPath: string, workspace: string, timeoutMs: number, log: (type: string, words: unknown[]) => void}} options
 * @returns {Promise<number>}
 */
async function runInPage(url, { extensionPath, testsPath, workspace, timeoutMs, log }) {
  const remote = (/** @type {string} */ file) => `vscode-remote://${new URL(url).host}${path.resolve(file)}`;
  const payload = [
    ...[extensionPath].flat().map((folder) => ['extensionDevelopmentPath', remote(folder)]),
    ['extensionTestsPath', remote(testsPath)],
    ['skipWelcome', 'true'],
  ];
  const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const query = `${kind}=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    /** @type {Promise<number>} */
    const end = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`The suite did not end within ${timeoutMs / 1000} s.`)), timeoutMs).unref();
      page.on('crash', () => reject(new Error('The browser page crashed.')));
      page.exposeFunction('codeAutomationExit', resolve).catch(reject);
    });
    end.catch(() => undefined); // Awaited below; a failure before that must not count as unhandled.
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ words) => {
      if (!NOISE.test(String(words[0]))) log(type, words);
    });
    await page.goto(`${url}/?${query}`);
    return await end;
  } finally {
    await browser.close();
  }
}

/**
 * @param {number} exitCode
 * @param {string[]} problems
 * @param {string} resultFile
 * @param {string} serverLog
 * @returns {Outcome}
 */
function judge(exitCode, problems, resultFile, serverLog) {
  const death = /Extension Host Process exited with code: (-?\w+), signal: (\w+)/.exec(serverLog);
  if (death && (death[1] !== '0' || death[2] !== 'null')) {
    problems.push(`The extension host died (code ${death[1]}, signal ${death[2]}).`);
  }
  /** @type {TestResult[]} */
  const tests = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')).tests : [];
  const count = (/** @type {TestResult['state']} */ state) => tests.filter((test) => test.state === state).length;
  if (!existsSync(resultFile)) problems.push('The suite wrote no result file: it did not run to its end.');
  else if (tests.length === 0) problems.push('The suite ran no test.');
  const failed = count('failed');
  if (exitCode !== 0 && failed === 0 && problems.length === 0) problems.push(`VS Code ended with code ${exitCode}.`);
  return {
    passed: count('passed'),
    failed: problems.length > 0 ? Math.max(failed, 1) : failed,
    skipped: count('skipped'),
    tests,
    problems,
    exitCode,
  };
}

/** @param {string} type @param {unknown[]} words */
const print = (type, words) => (type === 'error' || type === 'warn' ? console.error(...words) : console.log(...words));
