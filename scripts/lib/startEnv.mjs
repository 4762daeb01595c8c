// @ts-check
/** The environment VS Code is started in: which gateway home the extension finds, and which `openclaw` and `claude`. */
import { withPath } from './run.mjs';

/** Names that belong to whoever started us, not to the VS Code that we start. */
const OUTER = /^(npm_|INIT_CWD$|VSCODE_|NODE_OPTIONS$|ELECTRON_)/i;
/** Names that point at, or are, the user's real credentials: the demonstration must neither show nor touch them. */
const REAL = /^(OPENCLAW_|CLAWDBOT_|MOLTBOT_|PI_CODING_AGENT_DIR$)|_(API_KEYS?(_.*)?|OAUTH_TOKEN|AUTH_TOKEN)$/i;

/**
 * @typedef {{home: string, stateDir: string, binDir: string}} DemoHome as scripts/demo-home.mjs prints it
 * @param {DemoHome} demo
 * @param {string} openclawBin
 * @returns {NodeJS.ProcessEnv}
 */
export function demoEnv({ home, stateDir, binDir }, openclawBin) {
  const env = withPath([openclawBin, binDir], without(OUTER, REAL));
  return { ...env, OPENCLAW_HOME: home, OPENCLAW_STATE_DIR: stateDir };
}

/**
 * @param {string} home the user's own gateway home
 * @returns {NodeJS.ProcessEnv}
 */
export const ownEnv = (home) => ({ ...without(OUTER, /^OPENCLAW_STATE_DIR$/), OPENCLAW_HOME: home });

/** @param {RegExp[]} names */
const without = (...names) =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.some((pattern) => pattern.test(name))));
