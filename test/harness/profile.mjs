// @ts-check
/** A throw-away user of VS Code: home, settings, extensions and workspace in one temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CALM_SETTINGS } from '../../scripts/lib/calmSettings.mjs';
import { which } from '../../scripts/lib/run.mjs';

/** Sockets are made below the profile, and their paths may have about 100 characters: the folder's name stays short. */
const PARENT = process.platform === 'win32' ? tmpdir() : '/tmp';

/**
 * @typedef {object} Profile
 * @property {string} root everything below is in here
 * @property {string} home
 * @property {string} data user data folder
 * @property {string} extensions
 * @property {string} workspace
 * @property {string} logFile what the server prints
 * @property {(settings: Record<string, unknown>) => void} writeSettings takes effect when the page is (re)loaded
 * @property {() => void} remove
 */

/**
 * @param {Record<string, unknown>} [settings] user settings beside the calm defaults
 * @returns {Profile}
 */
export function tempProfile(settings = {}) {
  const root = mkdtempSync(path.join(PARENT, 'oca-'));
  const folder = (/** @type {string} */ name) => {
    mkdirSync(path.join(root, name), { recursive: true });
    return path.join(root, name);
  };
  const settingsFile = path.join(folder('data/User'), 'settings.json');
  const defaults = {
    ...CALM_SETTINGS,
    // Text in the terminal is then in the page, where `terminalText` reads it.
    'terminal.integrated.gpuAcceleration': 'off',
    'terminal.integrated.defaultProfile.linux': 'bash',
    'workbench.reduceMotion': 'on',
    // Notifications would come when a test least expects them.
    'openclawAuth.reminderDays': [],
    'openclawAuth.winnerAlerts': 'off',
  };
  /** @param {Record<string, unknown>} chosen */
  const writeSettings = (chosen) => writeFileSync(settingsFile, JSON.stringify({ ...defaults, ...chosen }, null, 2));
  writeSettings(settings);
  return {
    root,
    home: folder('home'),
    data: folder('data'),
    extensions: folder('extensions'),
    workspace: folder('workspace'),
    logFile: path.join(root, 'server.log'),
    writeSettings,
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

/**
 * The whole environment of a server (and so of the extension host and its terminals): nothing of the caller's own but
 * PATH, so that no credential or setting of the machine reaches a test.
 * @param {Profile} profile
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function profileEnv(profile, extra = {}) {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    SHELL: which('bash') ?? '/bin/sh',
    HOME: profile.home,
    XDG_CONFIG_HOME: path.join(profile.home, '.config'),
    XDG_DATA_HOME: path.join(profile.home, '.local/share'),
    XDG_CACHE_HOME: path.join(profile.home, '.cache'),
    TMPDIR: profile.root,
    ...(process.env.NODE_V8_COVERAGE ? { NODE_V8_COVERAGE: process.env.NODE_V8_COVERAGE } : {}),
    ...extra,
  };
}
