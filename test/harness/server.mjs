// @ts-check
/** code-server with a throw-away profile. */
import { LATEST_CODE_SERVER, OLDEST_CODE_SERVER, ensureCodeServer } from '../../scripts/lib/codeServer.mjs';
import { codeServerArgs, launchCodeServer } from '../../scripts/lib/codeServerProcess.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { profileEnv } from './profile.mjs';

/** @typedef {import('./profile.mjs').Profile} Profile */

/**
 * @param {object} options
 * @param {Profile} options.profile
 * @param {string} [options.version] LATEST_CODE_SERVER unless told otherwise
 * @param {boolean} [options.driver] VS Code's own test mode: needed to run tests inside it, but it hides toasts
 * @param {NodeJS.ProcessEnv} [options.env] beside the profile's own
 * @param {string[]} [options.args]
 * @param {number} [options.port]
 */
export async function startCodeServer({ profile, version = LATEST_CODE_SERVER, driver = false, env, args = [], port }) {
  const server = await ensureCodeServer(version);
  // The oldest release has neither the option nor the restriction that the option lifts.
  const mode = driver && version !== OLDEST_CODE_SERVER ? ['--vscode-option', 'enable-smoke-test-driver'] : [];
  return launchCodeServer(server, profile, {
    env: profileEnv(profile, env),
    args: [...mode, ...args],
    ...(port === undefined ? {} : { port }),
  });
}

/**
 * @param {Profile} profile
 * @param {string} vsix
 * @param {string} [version]
 */
export async function installVsix(profile, vsix, version = LATEST_CODE_SERVER) {
  const server = await ensureCodeServer(version);
  const { stdout, stderr } = await run(server.node, [...codeServerArgs(server, profile), '--install-extension', vsix], {
    env: { ...profileEnv(profile), EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
    what: `installing ${vsix} in VS Code`,
  });
  // Some refusals, such as an engine that does not fit, exit with 0.
  if (!/was successfully installed/.test(stdout))
    throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
}
