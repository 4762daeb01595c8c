import { l10n } from 'vscode';
import type { ComparedFile } from '../platform/ownFiles.ts';
import type { Artefacts } from '../view/automation/artefacts.ts';
import type { AutomationKind } from '../view/automation/plan.ts';
import { escapeMarkdown, inMarkdown } from '../view/display.ts';

/** What is to be written and to be copied, as a page to be read before anything happens. */

export interface PreviewParts {
  readonly kind: AutomationKind;
  readonly artefacts: Artefacts;
  /** What stands where the files go, the copy of the worker first; `null`: on another host, where nothing is written. */
  readonly compared: readonly ComparedFile[] | null;
  /** Where the copy of the worker goes. */
  readonly workerPath: string;
  readonly version: string;
  /** The way to another host; `null`: this machine. */
  readonly hostLabel: string | null;
}

export function previewText(parts: PreviewParts): string {
  return [
    ...headLines(parts),
    ...workerLines(parts),
    ...fileLines(parts),
    ...copyLines(parts),
    ...enableLines(parts),
  ].join('\n\n');
}

export function kindWords(kind: AutomationKind): { readonly label: string; readonly detail: string } {
  const words: Record<AutomationKind, { label: string; detail: string }> = {
    systemd: { label: l10n.t('systemd user timer'), detail: l10n.t('Linux, while you are logged in or linger') },
    cron: { label: l10n.t('cron line'), detail: l10n.t('Linux and macOS; you add the line yourself') },
    launchd: { label: l10n.t('launchd agent'), detail: l10n.t('macOS, while you are logged in') },
    termux: { label: l10n.t('Termux job'), detail: l10n.t('Android, with Termux:API') },
    github: {
      label: l10n.t('Step for GitHub Actions'),
      detail: l10n.t('On a runner that can read the gateway’s files'),
    },
    shell: { label: l10n.t('Step for any other CI'), detail: l10n.t('A few lines of shell') },
  };
  return words[kind];
}

function headLines({ kind, version, hostLabel }: PreviewParts): readonly string[] {
  const title = `# ${escapeMarkdown(kindWords(kind).label)}`;
  const intro = l10n.t('Made by OpenClaw Auth {0}. No secret is in it, and the check prints none.', version);
  const state =
    hostLabel === null
      ? l10n.t('Nothing is written before you say so.')
      : l10n.t('This gateway is on {0}. Nothing is written there from here: copy the texts.', inMarkdown(hostLabel));
  return [title, intro, state];
}

function workerLines({ compared, workerPath }: PreviewParts): readonly string[] {
  const why = l10n.t('A copy of the extension’s own check. It stays where it is when the extension is updated.');
  const how =
    compared === null
      ? l10n.t('Copy dist/worker.mjs of the extension there; it is one file and needs Node.js 20.12 or later.')
      : standingWords(compared.find(({ file }) => file.path === workerPath));
  return [`## ${escapeMarkdown(workerPath)}`, why, how];
}

function fileLines({ artefacts, compared }: PreviewParts): readonly string[] {
  return artefacts.files.flatMap(({ path, text }) => {
    const found = compared?.find(({ file }) => file.path === path);
    const head = [`## ${escapeMarkdown(path)}`, ...(found === undefined ? [] : [standingWords(found)])];
    const standing = found?.standing;
    if (standing?.kind !== 'other') return [...head, fence(text)];
    return [
      ...head,
      fence(text),
      l10n.t('What stands there now and would be replaced:'),
      fence(printable(standing.text)),
    ];
  });
}

function standingWords(found: ComparedFile | undefined): string {
  switch (found?.standing.kind) {
    case 'same':
      return l10n.t('Is there already, as it should be.');
    case 'other':
      return l10n.t('**Another file is there.** It would be replaced; undo puts it back.');
    case 'unusable':
      return l10n.t('**Something is there that is no file, or cannot be read.** Nothing can be written.');
    default:
      return l10n.t('Is not there yet.');
  }
}

function copyLines({ kind, artefacts: { copy } }: PreviewParts): readonly string[] {
  if (copy === null) return [];
  const how =
    kind === 'cron'
      ? l10n.t('Add this line with crontab -e:')
      : l10n.t('Add this to the steps of a job that can read the gateway’s files:');
  return [`## ${escapeMarkdown(l10n.t('To be copied'))}`, how, fence(copy)];
}

function enableLines({ artefacts: { enable, disable } }: PreviewParts): readonly string[] {
  if (enable === null || disable === null) return [];
  const head = `## ${escapeMarkdown(l10n.t('Switched on and off by'))}`;
  return [head, fence(`${commandLine(enable)}\n${commandLine(disable)}\n`)];
}

/** What a command line does, as it would be typed: without the shell around it. */
function commandLine([file, ...args]: readonly [string, ...string[]]): string {
  const [flag, script, , ...rest] = args;
  return flag === '-c' && script !== undefined ? [script, ...rest].join('  # $1: ') : [file, ...args].join(' ');
}

/** Longer than any row of backticks inside. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
  const edge = '`'.repeat(longest + 1);
  return `${edge}text\n${text.trimEnd()}\n${edge}`;
}

const SHOWN = 20_000;

/** A foreign file: its line breaks and tabs, and nothing else that moves or hides text. */
function printable(text: string): string {
  return text.slice(0, SHOWN).replaceAll(/[^\P{C}\n\t]/gu, '·');
}
