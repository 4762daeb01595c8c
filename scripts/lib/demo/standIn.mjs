// @ts-check
/** A stand-in for the Claude Code CLI: the demonstration and the tests have no account to sign in with. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fakeSetupToken } from './fakes.mjs';

/** The fake token that the stand-in prints. */
export const STAND_IN_TOKEN = fakeSetupToken('RENEWED');
const WRAP_COLUMN = 80;

/**
 * Writes `claude` (and `claude.cmd` on Windows) into a folder.
 * @param {string} folder
 */
export function writeStandIn(folder) {
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, 'claude');
  writeFileSync(program, shellScript());
  chmodSync(program, 0o755);
  if (process.platform === 'win32') writeFileSync(path.join(folder, 'claude.cmd'), batchFile());
}

/** The real command prints through a terminal renderer that breaks a long line at the terminal's edge. */
function wrapped() {
  const lines = [];
  for (let at = 0; at < STAND_IN_TOKEN.length; at += WRAP_COLUMN)
    lines.push(STAND_IN_TOKEN.slice(at, at + WRAP_COLUMN));
  return lines;
}

const answer = () => [
  '(stand-in for the Claude Code CLI: no sign-in happens here)',
  '',
  '\u2713 Long-lived authentication token created successfully!',
  '',
  'Your OAuth token (valid for 1 year):',
  '',
  ...wrapped(),
  '',
  "Store this token securely. You won't be able to see it again.",
];

const VERSION = '0.0.0 (stand-in for the Claude Code CLI)';
const REFUSAL = 'stand-in for the Claude Code CLI: it knows only setup-token and --version';

const shellScript = () => `#!/bin/sh
# Stand-in for the Claude Code CLI. It signs in nowhere and prints a fake token.
case "$1" in
  --version | -v)
    echo '${VERSION}'
    ;;
  setup-token)
    cat <<'TEXT'
${answer().join('\n')}
TEXT
    ;;
  *)
    echo '${REFUSAL}' >&2
    exit 2
    ;;
esac
`;

const batchFile = () =>
  [
    '@echo off',
    `if "%1"=="--version" (echo ${VERSION.replaceAll(')', '^)')}& exit /b 0)`,
    `if not "%1"=="setup-token" (echo ${REFUSAL} 1>&2& exit /b 2)`,
    ...answer().map((line) => `echo.${line.replace(/^\u2713 /, '')}`),
    '',
  ].join('\r\n');
