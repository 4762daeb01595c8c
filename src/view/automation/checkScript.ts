import { checkArguments } from '../checkArguments.ts';
import type { CheckPlan, Reaction } from './plan.ts';
import { WORKER_NAME } from './plan.ts';
import { shellWord } from './quoting.ts';

/** Where the script runs: what shows a notification there. */
export type ScriptPlatform = 'linux' | 'macos' | 'termux';

const SHELLS: Record<ScriptPlatform, string> = {
  linux: '/bin/sh',
  macos: '/bin/sh',
  termux: '/data/data/com.termux/files/usr/bin/sh',
};

/**
 * A POSIX shell script that runs the check once, prints what it found, reacts to it, and exits as the check did. What a notification
 * cannot do does not change the exit code.
 */
export function checkScript(plan: CheckPlan, platform: ScriptPlatform): string {
  return [
    `#!${SHELLS[platform]}`,
    `# OpenClaw Auth ${plan.version}: checks the gateway's credentials. It prints no secret.`,
    '# Exit codes: 0 fine, 1 expired or missing, 2 expiring; others: the check could not run.',
    ...environmentLines(plan),
    `found=$(${checkCommand(plan)} 2>&1)`,
    'code=$?',
    `[ -z "$found" ] || printf '%s\\n' "$found"`,
    '[ "$code" -ne 0 ] || exit 0',
    '# A Node that cannot start the check exits with 1 too, but then there is no finding.',
    "printf '%s\\n' \"$found\" | grep -Eq '^(error|warning|info) [A-Za-z]+: ' || code=70",
    'case $code in',
    "  1) title='OpenClaw: a credential has expired or is missing' ;;",
    "  2) title='OpenClaw: a credential is about to expire' ;;",
    "  *) title='OpenClaw: the check could not run' ;;",
    'esac',
    `text=$(printf '%s\\n' "$found" | grep -v '^info ')`,
    ...reactionLines(plan.reaction, platform),
    'exit "$code"',
    '',
  ].join('\n');
}

/** The check itself, as a shell runs it. */
export function checkCommand({ node, folder, check }: CheckPlan): string {
  return [node, `${folder}/${WORKER_NAME}`, ...checkArguments(check)].map(shellWord).join(' ');
}

/** Timers start with a short PATH, and `openclaw` is a script that asks PATH for a Node. */
export function environmentLines({ node, check, variables }: CheckPlan): readonly string[] {
  const folders = [node, check.openclaw ?? ''].filter((file) => file.startsWith('/')).map(folderOf);
  const usable = [...new Set(folders)].filter((folder) => !folder.includes(':'));
  const path = usable.map((folder) => `${shellWord(folder)}:`).join('');
  return [
    'unset NODE_OPTIONS',
    ...(usable.length === 0 ? [] : [`export PATH=${path}"\${PATH:-/usr/local/bin:/usr/bin:/bin}"`]),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`),
  ];
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(1, file.lastIndexOf('/')));
}

function reactionLines(reaction: Reaction, platform: ScriptPlatform): readonly string[] {
  switch (reaction.kind) {
    case 'notify':
      return NOTIFY_LINES[platform];
    case 'mail':
      return [`printf '%s\\n' "$text" | mail -s "$title" ${shellWord(reaction.to)}`];
    case 'log':
      return ['umask 077', `{ date; printf '%s\\n' "$title" "$text"; } >>${shellWord(reaction.file)}`];
  }
}

/** The text goes as one argument that no program takes for an option: it begins with a word or a space. */
const NOTIFY_LINES: Record<ScriptPlatform, readonly string[]> = {
  linux: [
    '# Timers of cron do not know the desktop that belongs to the user.',
    'export DBUS_SESSION_BUS_ADDRESS="${DBUS_SESSION_BUS_ADDRESS:-unix:path=/run/user/$(id -u)/bus}"',
    '# The body of a notification is markup, and names may hold anything.',
    `body=$(printf '%s\\n' "$text" | sed 's/&/\\&amp;/g; s/</\\&lt;/g; s/>/\\&gt;/g')`,
    'notify-send --urgency=critical --app-name="OpenClaw Auth" -- "$title" "$body"',
  ],
  macos: [
    `osascript -e 'on run argv' -e 'display notification (item 2 of argv) with title (item 1 of argv)' -e 'end run' "$title" " $text"`,
  ],
  termux: ['termux-notification --id openclaw-auth --title "$title" --content " $text"'],
};
