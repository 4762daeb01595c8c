// @ts-check
/** Every tool that the scripts and tests install, in one place to import from. */
export { ensureChromium } from './chromium.mjs';
export { LATEST_CODE_SERVER, OLDEST_CODE_SERVER, ensureCodeServer } from './codeServer.mjs';
export { ensureLoginShells, ensureNetworkTools, ensurePodman, ensureSshd, ensureTimerReaders } from './hostTools.mjs';
export { OPENCLAW_RELEASES, SUPPORTED_RELEASES, ensureOpenclaw } from './openclaw.mjs';
export { ensureProjectDeps } from './projectDeps.mjs';
