// @ts-check
/** What VS Code's extension host calls; the bundle that run.mjs made of suite/ holds the tests. */
const { runMocha } = require('../harness/mochaInHost.cjs');

exports.run = () =>
  runMocha([process.env.EXTENSION_TEST_SUITE ?? 'EXTENSION_TEST_SUITE is not set'], { timeout: 60_000 });
