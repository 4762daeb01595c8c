// @ts-check
/** A real VS Code for tests, in one place to import from. */
export { LATEST_CODE_SERVER, OLDEST_CODE_SERVER } from '../../scripts/lib/codeServer.mjs';
export { runExtensionTests } from './extensionTests.mjs';
export { profileEnv, tempProfile } from './profile.mjs';
export { installVsix, startCodeServer } from './server.mjs';
export {
  launchChromium,
  launchChromiumIn,
  notifications,
  openWorkbench,
  runCommand,
  terminalText,
} from './workbench.mjs';
