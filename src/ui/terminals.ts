import { ThemeIcon, window, type Terminal } from 'vscode';

/** A program to run in a terminal, and the line above it that says where it runs. */
export interface TerminalRun {
  readonly name: string;
  readonly banner: string;
  /** Absolute path or name of the program, and constant arguments. */
  readonly command: readonly [string, ...string[]];
  /** What differs from the editor's own environment; null unsets. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Never the workspace: both programs read settings and `.env` files of the directory that they start in. */
  readonly cwd: string;
}

/** Runs its arguments and leaves a shell behind, so that the output stays. Constant: what it runs arrives as arguments. */
const KEEP_OPEN = '"$@"; printf "\\n[%s]\\n" "exit code $?"; exec "${SHELL:-/bin/sh}"';

/**
 * The one place that opens terminals. They are transient: VS Code would otherwise keep their text on disk, and
 * `claude setup-token` prints a token.
 */
export function openTerminal(run: TerminalRun): Terminal {
  const isWindows = process.platform === 'win32';
  const terminal = window.createTerminal({
    name: run.name,
    message: run.banner,
    iconPath: new ThemeIcon('key'),
    isTransient: true,
    env: run.env,
    cwd: run.cwd,
    shellPath: isWindows ? 'cmd.exe' : '/bin/sh',
    shellArgs: isWindows ? ['/k', ...run.command] : ['-c', KEEP_OPEN, 'openclaw-auth', ...run.command],
  });
  terminal.show(true);
  return terminal;
}
