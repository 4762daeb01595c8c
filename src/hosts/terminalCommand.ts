import type { AgentId } from '../domain/ids.ts';
import { containerOptions, sshOptions, wslOptions, type HostCommand, type Reach } from './hostCommand.ts';
import type { HostSpec } from './hostSpec.ts';

/** What a terminal on a host is for. `shell`: also to accept a host's key, or to type a password for the shared connection. */
export type TerminalTask =
  | { readonly kind: 'shell' | 'setupToken' }
  | { readonly kind: 'doctor' | 'onboard' | 'restart' }
  | { readonly kind: 'status'; readonly agentId: AgentId | null };

/** For the login shell, whichever it is: sh, bash, zsh, fish and csh read these alike. */
const PROGRAM = '"$OPENCLAW_AUTH_PROGRAM"';
const RUN = {
  shell: '',
  setupToken: `${PROGRAM} setup-token`,
  doctor: `${PROGRAM} doctor`,
  onboard: `${PROGRAM} onboard`,
  restart: `${PROGRAM} gateway restart`,
  status: `${PROGRAM} models status`,
  statusOfAgent: `${PROGRAM} models status --agent "$OPENCLAW_AUTH_AGENT"`,
} as const;

/**
 * Runs a line in the user's login shell, whose start-up files know where programs are, and leaves that shell behind. Its
 * arguments: the line, state directory, agent, program. It holds no single quote, backslash, exclamation mark or line break.
 * With job control (`set -m`) the terminal is taken back from the shell that ran the line: bash does not give it back itself, and
 * the shell that stays could not stop what runs in it.
 */
const IN_LOGIN_SHELL = [
  '[ -z "$2" ] || export OPENCLAW_STATE_DIR="$2"',
  'export OPENCLAW_AUTH_AGENT="$3" OPENCLAW_AUTH_PROGRAM="$4"',
  'cd "${HOME:-/}"',
  'shell=${SHELL:-/bin/sh}',
  'if [ -n "$1" ]; then if [ -t 0 ]; then set -m; fi; case $shell in *csh) "$shell" -c "$1";; *) "$shell" -l -i -c "$1";; esac',
  'code=$?; set +m; echo; echo "[exit code $code]"; fi',
  'exec "$shell" -l',
].join('; ');

/**
 * A terminal on the host, run by the editor. `null`: a path or the agent's id has a character that not every shell leaves alone.
 * For ssh nothing is asked of the host's key here that the user's own configuration does not.
 */
export function terminalCommand(spec: HostSpec, task: TerminalTask, reach: Reach): HostCommand | null {
  const { program: file } = reach;
  const ofAgent = task.kind === 'status' && task.agentId !== null;
  const program = task.kind === 'setupToken' ? (spec.claude ?? 'claude') : (spec.openclaw ?? 'openclaw');
  const data = [spec.stateDir ?? '', ofAgent ? task.agentId : '', program];
  if (!data.every((text) => PLAIN_WORD.test(text))) return null;
  const words = [IN_LOGIN_SHELL, 'openclaw-auth', RUN[ofAgent ? 'statusOfAgent' : task.kind], ...data];
  const shell = ['/bin/sh', '-c', ...words];
  switch (spec.kind) {
    case 'local':
      return { file, args: shell.slice(1), env: {} };
    case 'ssh':
      return {
        file,
        args: ['-t', ...sshOptions(spec, reach), `exec /bin/sh -c ${words.map(quote).join(' ')}`],
        env: {},
      };
    case 'container':
      return { file, args: ['exec', '-i', '-t', ...containerOptions(spec), ...shell], env: {} };
    case 'wsl':
      return { file, args: [...wslOptions(spec), ...shell], env: {} };
  }
}

/**
 * Characters that mean nothing inside the single quotes of any shell; and no option. Letters beyond ASCII become others in fish
 * where no locale is set.
 */
const PLAIN_WORD = /^(?!-)[A-Za-z0-9 _@+=:,./~-]*$/;

/** One word for sh, bash, zsh, fish and csh, of a constant or of {@link PLAIN_WORD}. */
function quote(text: string): string {
  return `'${text}'`;
}
