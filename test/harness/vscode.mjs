// @ts-check
/** A real VS Code for tests, in one place to import from. */
export { tempProfile } from './profile.mjs';
export { installVsix, startCodeServer } from './server.mjs';
export { launchChromium, launchChromiumIn, openWorkbench, runCommand, terminalText } from './workbench.mjs';
