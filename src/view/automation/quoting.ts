/** One text as one word, for each reader of what is generated. Every text must have passed {@link isPlainText}. */

/**
 * False for what no generated file may hold: line breaks, control characters and half characters, which no format carries alike, and
 * invisible ones, which would make the preview show something else than what is written.
 */
export function isPlainText(text: string): boolean {
  return text !== '' && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

/** For a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For `ExecStart=` (systemd.service, systemd.syntax): C escapes inside quotes, `%` begins a specifier and `$` a variable. */
export function systemdWord(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}

/** The command of a crontab line, whose `%` would be a line break. */
export function cronCommand(command: string): string {
  return command.replaceAll('%', '\\%');
}

export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A script inside a step of GitHub Actions, which replaces `${{ … }}` before the shell sees it. */
export function withoutExpressions(script: string): string {
  return script.replaceAll('${{', () => "$''{{");
}
