// @ts-check
/**
 * Runs Mocha inside the extension host and leaves the result file that runExtensionTests asks for. The module behind
 * `extensionTestsPath` calls it: `exports.run = () => runMocha(files)`.
 */
const { writeFileSync } = require('node:fs');

/**
 * @param {string[]} files compiled test files
 * @param {import('mocha').MochaOptions} [options]
 * @returns {Promise<void>} rejects when a test failed
 */
exports.runMocha = async (files, options = {}) => {
  // Mocha is an ES module; what `require` gives for one differs between the Node.js releases that VS Code carries.
  /** @type {any} */
  const loaded = require('mocha');
  /** @type {typeof import('mocha')} */
  const Mocha = loaded.default ?? loaded;
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 20_000, ...options });
  for (const file of files) mocha.addFile(file);
  /** @type {object[]} */
  const tests = [];
  await new Promise((resolve, reject) => {
    const runner = mocha.run((/** @type {number} */ failures) => {
      const file = process.env.EXTENSION_TEST_RESULT;
      if (file) writeFileSync(file, JSON.stringify({ tests }, null, 1));
      if (failures > 0) reject(new Error(`${failures} of ${tests.length} tests failed`));
      else resolve(undefined);
    });
    runner.on('pass', (test) => tests.push({ name: test.fullTitle(), state: 'passed', durationMs: test.duration }));
    runner.on('pending', (test) => tests.push({ name: test.fullTitle(), state: 'skipped' }));
    runner.on('fail', (test, error) =>
      tests.push({ name: test.fullTitle(), state: 'failed', message: String(error?.stack ?? error) }),
    );
  });
};
