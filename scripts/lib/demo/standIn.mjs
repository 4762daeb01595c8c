// @ts-check
/** A stand-in for the Claude Code CLI: the demonstration and the tests have no account to sign in with. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fakeSetupToken } from './fakes.mjs';

/** The fake token that the stand-in prints. */
const STAND_IN_TOKEN = fakeSetupToken('RENEWED');
const WRAP_COLUMN = 80;

/**
 * Writes `claude` (and `claude.cmd` on Windows) into a folder.
 * @param {string} folder
 * @param {string} [token] what it prints
 */
export function writeStandIn(folder, token = STAND_IN_TOKEN) {
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, 'claude');
  writeFileSync(program, shellScript(token));
  chmodSync(program, 0o755);
  if (process.platform === 'win32') writeFileSync(path.join(folder, 'claude.cmd'), batchFile(token));
}

/** The real command prints through a terminal renderer that breaks a long line at the terminal's edge. */
function wrapped(/** @type {string} */ token) {
  const lines = [];
  for (let at = 0; at < token.length; at += WRAP_COLUMN) lines.push(token.slice(at, at + WRAP_COLUMN));
  return lines;
}

const answer = (/** @type {string} */ token) => [
  '(stand-in for the Claude Code CLI: no sign-in happens here)',
  '',
  '\u2713 Long-lived authentication token created successfully!',
  '',
  'Your OAuth token (valid for 1 year):',
  '',
  ...wrapped(token),
  '',
  "Store this token securely. You won't be able to see it again.",
];

const VERSION = '0.0.0 (stand-in for the Claude Code CLI)';
const REFUSAL = 'stand-in for the Claude Code CLI: it knows only setup-token and --version';

const shellScript = (/** @type {string} */ token) => `#!/bin/sh
# Stand-in for the Claude Code CLI. It signs in nowhere and prints a fake token.
case "$1" in
  --version | -v)
    echo '${VERSION}'
    ;;
  setup-token)
    cat <<'TEXT'
${answer(token).join('\n')}
TEXT
    ;;
  *)
    echo '${REFUSAL}' >&2
    exit 2
    ;;
esac
`;

const batchFile = (/** @type {string} */ token) =>
  [
    '@echo off',
    `if "%1"=="--version" (echo ${VERSION.replaceAll(')', '^)')}& exit /b 0)`,
    `if not "%1"=="setup-token" (echo ${REFUSAL} 1>&2& exit /b 2)`,
    ...answer(token).map((line) => `echo.${line.replace(/^\u2713 /, '')}`),
    '',
  ].join('\r\n');
