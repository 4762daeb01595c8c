import { isWorkerNode } from '../gateway/nodeProgram.ts';
import { WORKER_BOOT } from '../gateway/workerBoot.ts';
import type { HostPath } from './hostSpec.ts';

/** `run`: the worker's text follows on stdin once a Node is named. `probe`: the host is described, and nothing is started. */
export type BootMode = 'run' | 'probe';

export interface BootRequest {
  /** Random hex: what the host prints counts only in lines that begin with it. */
  readonly mark: string;
  /** Named by the user; else one is looked for. */
  readonly node: HostPath | undefined;
  readonly mode: BootMode;
}

/** Seconds for the login shell, and for one Node, where the host has a `timeout`. */
const LIMIT = 10;

/** Version managers put a release into a folder of its own, by a name that sorts as the releases do. */
const MANAGED = [
  '"${NVM_DIR:-$HOME/.nvm}"/versions/node/*/bin',
  '"$HOME"/.local/share/fnm/node-versions/*/installation/bin',
  '"$HOME"/.fnm/node-versions/*/installation/bin',
  '"${VOLTA_HOME:-$HOME/.volta}"/tools/image/node/*/bin',
  '"${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/nodejs/*/bin',
  '"$HOME"/.local/share/mise/installs/node/*/bin',
  '"$HOME"/.nodenv/versions/*/bin',
  '"$HOME"/n/bin',
].join(' ');
const SYSTEM = '/usr/local/bin /opt/homebrew/bin /home/linuxbrew/.linuxbrew/bin /usr/bin /opt/node/bin /snap/bin';

/**
 * One line of POSIX shell, the same for every host. Reads mark, Node and mode from stdin; asks the login shell for its PATH, since
 * ssh and `exec` start none; finds a Node that the worker runs on, and becomes it. `env` prints the same in every shell's dialect.
 */
const SCRIPT = [
  'unset IFS NODE_OPTIONS ELECTRON_RUN_AS_NODE; set +f; IFS= read -r mark; IFS= read -r chosen; IFS= read -r mode;',
  '[ -n "$mode" ] || exit 64;',
  'say() { printf "\\n%s %s\\n" "$mark" "$*"; };',
  'cd "${HOME:-/}" 2>/dev/null || cd /;',
  'shell=$SHELL; [ -n "$shell" ] || shell=$(sed -n "s/^$(id -un):.*://p" /etc/passwd 2>/dev/null);',
  '[ -x "$shell" ] || shell=/bin/sh;',
  `limit=; if command -v timeout >/dev/null 2>&1; then limit="timeout -k 1 ${String(LIMIT)}"; fi;`,
  'case $shell in *csh) flags=-c;; *) flags="-l -c";; esac;',
  'login=$($limit "$shell" $flags "echo; echo $mark; env" </dev/null 2>/dev/null |',
  'sed -n -e "/^$mark\\$/,\\$ s/^PATH=//p" -e tq -e b -e :q -e q);',
  '[ -z "$login" ] || PATH=$login:$PATH; export PATH;',
  'found=; version=; old=; odd=;',
  // A Node that is found takes the place of the one before: of a manager's folders the last is the newest.
  'try() { [ -f "$1" ] && [ -x "$1" ] || return 0;',
  'v=$($limit "$1" -p process.versions.node </dev/null 2>/dev/null);',
  'case $v in *[!0-9.]*|.*|*..*) odd=1; return 0;; [0-9]*.[0-9]*.[0-9]*) ;; *) odd=1; return 0;; esac;',
  'a=${v%%.*}; b=${v#*.}; b=${b%%.*};',
  'if [ "$a" -gt 20 ] || { [ "$a" -eq 20 ] && [ "$b" -ge 12 ]; }; then found=$1; version=$v; else old=$v; fi; };',
  'if [ -n "$chosen" ]; then try "$chosen"; else',
  'IFS=:; set -f; set -- $PATH; unset IFS; set +f;',
  'for d in "$@"; do case $d in /*) [ -n "$found" ] || try "$d/node";; esac; done;',
  `[ -n "$found" ] || for d in ${MANAGED}; do try "$d/node"; done;`,
  `for d in ${SYSTEM}; do [ -n "$found" ] || try "$d/node"; done; fi;`,
  'PATH=$PATH:${found%/*};',
  'if [ "$mode" = probe ]; then say user "$(id -u)" "$(id -un)"; say host "$(uname -n)";',
  'say openclaw "$(command -v openclaw)"; say claude "$(command -v claude)";',
  // The brackets keep the search from finding itself.
  'g=$(grep -l "[o]penclaw" /proc/[0-9]*/cmdline 2>/dev/null | xargs grep -l "[g]ateway" /dev/null 2>/dev/null |',
  // A process of a container has a second number.
  'sed "s/cmdline$/status/" | xargs grep -l "^NSpid:[^0-9]*[0-9]*$" /dev/null 2>/dev/null | sed -n 1p);',
  '[ -z "$g" ] || say gateway "$(sed -n "s/^[UG]id:[^0-9]*\\([0-9]*\\).*/\\1/p" "$g" | sed -n "1{N;s/\\n/:/;p;}")"; fi;',
  'if [ -n "$found" ]; then say node "$version" "$found"; elif [ -n "$old" ]; then say tooOld "$old";',
  'elif [ -n "$odd" ]; then say broken; else say missing; fi;',
  '[ "$mode" = run ] && [ -n "$found" ] || exit 0;',
  `exec "$found" -e '${WORKER_BOOT}' -- link "$mark"`,
].join(' ');

/** All that goes to the host before it has named a Node. */
export function bootInput({ mark, node, mode }: BootRequest): string {
  return `${[SCRIPT, mark, node ?? '', mode].join('\n')}\n`;
}

/** Why the worker cannot run on a host: no Node, one before 20.12 (`version`), or one that does not answer. */
export type NodeProblem =
  { readonly kind: 'missing' | 'broken' } | { readonly kind: 'tooOld'; readonly version: string };

/** One line of the host's answer. The host may be anybody, so everything in it is only text to show. */
export type BootLine =
  | { readonly kind: 'node'; readonly version: string; readonly path: string }
  | { readonly kind: 'noNode'; readonly problem: NodeProblem }
  | { readonly kind: 'fact'; readonly name: ProbeFact; readonly value: string };

const PROBE_FACTS = ['user', 'host', 'openclaw', 'claude', 'gateway'] as const;
/** `user`: number and name; `gateway`: `uid:gid` of a gateway that runs there; `openclaw`, `claude`: paths, or empty. */
export type ProbeFact = (typeof PROBE_FACTS)[number];

const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,6}$/;

/** `null` for a line that is not ours, such as what start-up files print. */
export function parseBootLine(line: string, mark: string): BootLine | null {
  if (!line.startsWith(`${mark} `)) return null;
  const [word = '', ...rest] = line
    .slice(mark.length + 1)
    .trimEnd()
    .split(' ');
  const [version = '', ...path] = rest;
  if (word === 'missing' || word === 'broken') return { kind: 'noNode', problem: { kind: word } };
  if (word === 'tooOld' && VERSION.test(version)) return { kind: 'noNode', problem: { kind: word, version } };
  if (word === 'node' && VERSION.test(version) && isWorkerNode(version))
    return { kind: 'node', version, path: path.join(' ') };
  const name = PROBE_FACTS.find((fact) => fact === word);
  return name === undefined ? null : { kind: 'fact', name, value: rest.join(' ') };
}
