// @ts-check
/** What `npm start` can be told. */
import path from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm start -- [options]

Builds the extension and opens it in VS Code: the one on PATH (\`code\`), or else one in your browser.
It shows a demonstration gateway with made-up credentials.

  --home DIR   show the gateway of this home folder instead (the folder that holds .openclaw)
  --browser    open VS Code in the browser even if \`code\` is on PATH
  --port N     port of VS Code in the browser (default: any free one)
  --help       print this`;

/**
 * @typedef {{home?: string, browser: boolean, port?: number, help: boolean}} StartOptions
 * @param {string[]} argv
 * @returns {StartOptions}
 */
export function parseStartOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      home: { type: 'string' },
      port: { type: 'string' },
      browser: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.home === '') throw new Error('--home needs a folder.');
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`--port needs a number from 1 to 65535, not "${values.port}".`);
  }
  return {
    browser: values.browser,
    help: values.help,
    ...(values.home === undefined ? {} : { home: path.resolve(values.home) }),
    ...(port === undefined ? {} : { port }),
  };
}
